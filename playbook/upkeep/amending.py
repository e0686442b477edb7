"""A new version of an entry that somebody changes among others, without having opened it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from playbook.agreeing import propose, revise
from playbook.db import db
from playbook.document import Document
from playbook.errors import NotFound
from playbook.models import Entry, Reading, User, Version, visible
from playbook.models.hindrance import hindrances
from playbook.models.history import readable

AT_ONCE = 500  # entries in one query; under SQLite's limit of variables


@dataclass(frozen=True)
class Planned:
    """What would become of an entry: `after` instead of the text of `base`, its newest version."""

    entry: Entry
    base: Version
    after: Document

    @property
    def is_settled(self) -> bool:
        """Whether `base` is agreed or proposed, so that what follows it is proposed too."""
        return self.base.id in {self.entry.agreed_id, self.entry.proposed_id}


@dataclass(frozen=True)
class Left:
    """An entry that stays as it is, and why."""

    entry: Entry
    why: str


def with_newest(ids: Iterable[int], *, by: User) -> dict[int, tuple[Entry, Version | None]]:
    """Those of these entries that `by` may know of, each with its newest version.

    No version where they may know of the entry, and may not read what waits.
    """
    wanted = list(dict.fromkeys(ids))
    found: dict[int, tuple[Entry, Version | None]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query = (
            sa.select(Entry, Version)
            .outerjoin(Version, sa.and_(Version.id == Entry.latest_id, readable(by)))
            .where(Entry.id.in_(wanted[start : start + AT_ONCE]), visible(by))
            .options(undefer(Version.text))
        )
        found |= {entry.id: (entry, version) for entry, version in db.session.execute(query)}
    return found


def amend(entry_id: int, reading: Reading, *, by: User, base: int, note: str) -> Version:
    """Add a version to an entry, inside a transaction.

    It is proposed if the one before it was agreed or proposed, and a draft if that was one: nobody has signed it.
    Where something else keeps it from being proposed, or it says what readers see already, it stays a draft.

    Raises:
        NotFound: `by` may not know of the entry, or may not read its newest version.
        Conflict: it is retired, or has been revised since `base`.
    """
    query = (
        sa.select(Entry, Version)
        .join(Version, Version.id == Entry.latest_id)
        .where(Entry.id == entry_id, visible(by), readable(by))
        .with_for_update(of=Entry)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound("There is no such entry.")
    entry = row[0]
    was_settled = entry.latest_id in {entry.agreed_id, entry.proposed_id}
    version = revise(entry, reading, by=by, base=base, note=note)
    if was_settled and entry.has_news and not hindrances(version, kind=entry.kind, by=by):
        propose(entry, by=by, note=note)
    return version
