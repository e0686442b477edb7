"""Writing down what people do with entries.

The exclusions and the window of each event are applied as it is written, so that whoever counts
need not know of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from playbook import clock
from playbook.db import quick
from playbook.models import USES, Entry, EventType, SearchQuery, Surface, UsageEvent, User, Version
from playbook.usage.circumstances import Circumstances
from playbook.usage.facts import beside_the_page, inserted, one_at_a_time
from playbook.usage.human_or_machine import is_machine

ONE_VISIT = timedelta(minutes=30)  # opening an entry again within it is the same view
ONE_DAY = timedelta(days=1)
AN_INSTANT = timedelta(microseconds=1)  # what happens at midnight belongs to the new day
SEARCH_LEADS = timedelta(days=1)  # how long a view can be the outcome of a search


@dataclass(frozen=True)
class Followed:
    """The search, and the place among its results, that the address of a page names."""

    search: str
    position: int | None = None


@beside_the_page
def record_view(
    entry: Entry,
    version: Version,
    *,
    reader: User,
    circumstances: Circumstances,
    followed: Followed | None = None,
) -> None:
    """Somebody opened the page of an entry and saw this version.

    One view for each person and entry in 30 minutes. Kept apart from views are those of the author
    of the version and the owners of the entry; of a version that readers do not see, which one looks
    at to judge it; and of machines. The view belongs to the search that `followed` names only if that
    is the reader's own and less than a day old.
    """
    type = told_apart(EventType.VIEW, entry, version, reader, circumstances, sees=entry.agreed_id)
    _record(type, entry, version, Surface.ENTRY, reader, followed)


@beside_the_page
def record_use(
    type: EventType,
    entry: Entry,
    version: Version,
    *,
    what: str,
    reader: User,
    circumstances: Circumstances,
    surface: Surface = Surface.ENTRY,
    followed: Followed | None = None,
) -> None:
    """Somebody copied a field or downloaded a file: `what` says which.

    One use of each type for each person, entry and day (in UTC), whatever was copied. Kept apart, and
    tied to a search, as views are.
    """
    if type not in USES:
        raise ValueError(f"{type} is not a use")
    type = told_apart(type, entry, version, reader, circumstances, sees=entry.agreed_id)
    _record(type, entry, version, surface, reader, followed, what=what)


def _record(
    type: EventType,
    entry: Entry,
    version: Version,
    surface: Surface,
    reader: User,
    followed: Followed | None,
    what: str = "",
) -> None:
    with quick() as connection:
        one_at_a_time(connection, reader.id, entry.id)
        insert_fact(
            connection, type, entry, version, surface, reader, at=clock.now(), followed=followed, what=what
        )


def insert_fact(
    connection: sa.Connection,
    type: EventType,
    entry: Entry,
    version: Version,
    surface: Surface,
    reader: User,
    *,
    at: datetime,
    followed: Followed | None,
    what: str = "",
) -> None:
    """Insert what happened at that moment, unless the same is known of the time around it."""
    begins, ends = _around(type, at)
    fact = {
        "moment": at,
        "event": type,
        "same_event": type,  # of its own name, because PostgreSQL gives a parameter one type
        "surface": surface,
        "person": reader.id,
        "entry": entry.id,
        "version": version.id,
        "what": what[:120],
        "not_since": begins,
        "not_until": ends,
    }
    if followed is not None:
        fact |= {"search": followed.search, "position": followed.position, "not_before": at - SEARCH_LEADS}
    connection.execute(_statement(is_followed=followed is not None), fact)


def _around(type: EventType, at: datetime) -> tuple[datetime, datetime]:
    """Between when and when the same is not counted again; neither moment belongs to it."""
    if type in USES:
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight - AN_INSTANT, midnight + ONE_DAY
    if type is EventType.SERVED:
        return at - AN_INSTANT, at + AN_INSTANT
    return at - ONE_VISIT, at + ONE_VISIT


@cache
def _statement(*, is_followed: bool) -> sa.Insert:
    row: dict[str, Any] = {
        "at": "moment",
        "type": "event",
        "surface": "surface",
        "user_id": "person",
        "entry_id": "entry",
        "version_id": "version",
        "what": "what",
    }
    if is_followed:
        search = sa.select(SearchQuery.id).where(
            SearchQuery.id == sa.bindparam("search"),
            SearchQuery.user_id == sa.bindparam("person"),
            SearchQuery.at > sa.bindparam("not_before"),
        )
        position = sa.bindparam("position", type_=sa.Integer)
        row |= {
            "query_id": search.scalar_subquery(),
            "position": search.with_only_columns(position).scalar_subquery(),
        }
    done_before = sa.exists().where(
        UsageEvent.user_id == sa.bindparam("person"),
        UsageEvent.entry_id == sa.bindparam("entry"),
        UsageEvent.type == sa.bindparam("same_event"),
        UsageEvent.at > sa.bindparam("not_since"),
        UsageEvent.at < sa.bindparam("not_until"),
    )
    return inserted(UsageEvent, row, when=~done_before)


def told_apart(
    wanted: EventType,
    entry: Entry,
    version: Version,
    reader: User,
    circumstances: Circumstances,
    *,
    sees: int | None,
) -> EventType:
    """What that counts as; `sees` is the id of the version that readers saw when it happened."""
    if is_machine(circumstances):
        return EventType.MACHINE_OPEN
    if reader.id == version.author_id or reader.handle in {entry.owner, version.fields.get("co_owner")}:
        return EventType.AUTHOR_VIEW
    if version.id != sees:
        return EventType.REVIEW_VIEW
    return wanted
