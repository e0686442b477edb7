"""What people are asked to look at again because something it links to changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from playbook.agreeing.asking import asks
from playbook.db import db
from playbook.models import (
    Answer,
    Entry,
    Release,
    Review,
    StillTrueTask,
    User,
    Version,
    listed,
    visible,
)
from playbook.models.history import readable


@dataclass(frozen=True)
class Task:
    """An entry to be looked at again, because another that it links to changes.

    `source` is that other and `change` the version of it that was proposed, where the person may know of
    them; `last` is what was said of the entry since.
    """

    entry: Entry
    version: Version
    source: Entry | None
    change: Version | None
    at: datetime
    last: Review | None


def tasks_of(person: User) -> list[Task]:
    """What this person is asked to look at again because something it links to changes, the oldest first."""
    return _tasks(person, asks(person))


def tasks_about(entry: Entry, *, reader: User) -> list[Task]:
    """Why an entry is to be looked at again, the oldest first, whoever is asked; as far as `reader` may know of it."""
    return _tasks(reader, Entry.id == entry.id)


def _tasks(person: User, which: sa.ColumnElement[bool]) -> list[Task]:
    because, source = aliased(Version), aliased(Entry)
    said = sa.select(sa.func.max(Review.id)).where(
        Review.version_id == Entry.agreed_id, Review.at >= StillTrueTask.at
    )
    rows = db.session.execute(
        sa.select(StillTrueTask, Entry, Version, because.id, because.entry_id, Review)
        .join(Entry, Entry.id == StillTrueTask.entry_id)
        .join(Version, Version.id == Entry.agreed_id)
        .join(because, because.id == StillTrueTask.because_id)
        .join(source, source.id == because.entry_id)
        .outerjoin(Review, Review.id == said.correlate(Entry, StillTrueTask).scalar_subquery())
        .outerjoin(Review.user)
        .where(listed(person), which, ~answered(), _counts(because, source))
        .order_by(StillTrueTask.at, StillTrueTask.id)
        .options(contains_eager(Review.user))
    ).all()
    # A change that was agreed and one that is proposed may both be open; they are one question.
    first: dict[tuple[int, int], datetime] = {}
    newest: dict[tuple[int, int], tuple[Entry, Version, int, Review | None]] = {}
    for task, entry, version, because_id, source_id, last in rows:
        pair = (entry.id, source_id)
        first.setdefault(pair, task.at)
        if pair not in newest or newest[pair][2] < because_id:
            newest[pair] = (entry, version, because_id, last)
    sources = _known_sources({source_id for _, source_id in first}, reader=person)
    changes = _known_changes({because_id for _, _, because_id, _ in newest.values()}, reader=person)
    return [
        Task(entry, version, sources.get(pair[1]), changes.get(because_id), first[pair], last)
        for pair, (entry, version, because_id, last) in newest.items()
    ]


def answered() -> sa.ColumnElement[bool]:
    """Whether a task needs nobody any more: the entry was looked at since, or its readers see a newer text."""
    looked_at = aliased(Version)
    said = (
        sa.select(Review.id)
        .join(looked_at, looked_at.id == Review.version_id)
        .where(
            looked_at.entry_id == StillTrueTask.entry_id,
            Review.at >= StillTrueTask.at,
            Review.answer.in_((Answer.STILL_TRUE, Answer.CHANGED)),
        )
        .correlate(StillTrueTask)
    )
    newer = (
        sa.select(Release.id)
        .where(Release.entry_id == StillTrueTask.entry_id, Release.at > StillTrueTask.at)
        .correlate(StillTrueTask)
    )
    return sa.or_(sa.exists(said), sa.exists(newer))


def _counts(because: type[Version], source: type[Entry]) -> sa.ColumnElement[bool]:
    """Whether the change that a task is about is proposed, or came to be what readers see."""
    released = sa.exists(sa.select(Release.id).where(Release.version_id == because.id).correlate(because))
    return sa.and_(source.retired_at.is_(None), sa.or_(source.proposed_id == because.id, released))


def _known_sources(ids: Collection[int], *, reader: User) -> dict[int, Entry]:
    found = db.session.scalars(sa.select(Entry).where(Entry.id.in_(ids), visible(reader)))
    return {entry.id: entry for entry in found}


def _known_changes(ids: Collection[int], *, reader: User) -> dict[int, Version]:
    found = db.session.scalars(
        sa.select(Version)
        .join(Entry, Entry.id == Version.entry_id)
        .where(Version.id.in_(ids), visible(reader), readable(reader))
    )
    return {version.id: version for version in found}
