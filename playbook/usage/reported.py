"""Writing down what programs say that somebody did: later than it happened, many at once, perhaps twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from playbook import clock
from playbook.db import db, quick
from playbook.models import USES, Entry, EventType, Release, Surface, User, Version
from playbook.usage.circumstances import Circumstances
from playbook.usage.facts import one_at_a_time
from playbook.usage.recording import Followed, insert_fact, told_apart

REPORTABLE = frozenset({EventType.SERVED, EventType.VIEW, *USES})
TOO_LATE = timedelta(days=31)  # after which nobody is told any more that something was used
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Reported:
    """One event. `version` is the one that readers saw then."""

    type: EventType
    entry: Entry
    version: Version
    at: datetime
    surface: Surface
    search: str | None = None


def seen_at(entries: Collection[Entry], moments: Collection[datetime]) -> dict[tuple[int, datetime], Version]:
    """The version of each entry, by its id, that readers saw at each moment; left out where there was none."""
    released = db.session.execute(
        sa.select(Release.entry_id, Release.at, Version)
        .join(Version, Version.id == Release.version_id)
        .where(Release.entry_id.in_([entry.id for entry in entries]))
        .order_by(Release.at, Release.id)
    ).all()
    found: dict[tuple[int, datetime], Version] = {}
    for entry_id, since, version in released:
        found |= {(entry_id, moment): version for moment in moments if since <= moment}
    return found


def record_reported(events: Sequence[Reported], *, reader: User, circumstances: Circumstances) -> None:
    """Write down what `reader` did, all of it or nothing.

    What counts as what, and what is not counted again, is as when it is seen happening; an event that is
    sent twice is there once. Of what machines were served, or authors, nothing is kept.

    Raises:
        sa.exc.TimeoutError, sa.exc.OperationalError: others are writing for longer than QUICK_LOCK_SECONDS.
    """
    moment = clock.now()
    with quick() as connection:
        # In one order, so that of two who write about the same entries neither waits for the other for ever.
        for entry_id in sorted({event.entry.id for event in events}):
            one_at_a_time(connection, reader.id, entry_id)
        for event in events:
            type = told_apart(
                event.type, event.entry, event.version, reader, circumstances, sees=event.version.id
            )
            if event.type is EventType.SERVED and type is not EventType.SERVED:
                continue
            insert_fact(
                connection,
                type,
                event.entry,
                event.version,
                event.surface,
                reader,
                at=min(event.at, moment),
                followed=Followed(event.search) if event.search else None,
            )
