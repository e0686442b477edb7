"""What depends on an entry, and whether that is still true when the entry changes.

Whoever owns an entry is asked once for each other entry that it links to and that is to change: a later
proposal takes the place of one that nobody has answered, and the question keeps its age.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from playbook import clock
from playbook.agreeing.asking import asked, asks
from playbook.db import db
from playbook.models import (
    About,
    Address,
    Answer,
    Entry,
    Link,
    Proposal,
    Release,
    Review,
    StillTrueTask,
    User,
    Version,
    listed,
    visible,
)
from playbook.models.entry import SEEN
from playbook.models.history import readable
from playbook.models.review import owners_of
from playbook.telling import tell

AT_ONCE = 500  # ids in one query; under SQLite's limit of variables


class Standing(StrEnum):
    """How far the question has got whether an entry is still true, now that something it links to changes."""

    NOT_ASKED = "not asked"
    ASKED = "asked"
    STILL_TRUE = "still true"
    CHANGED = "changed"
    UNKNOWN = "don't know"
    REWRITTEN = "rewritten"  # its readers see a newer text since


@dataclass(frozen=True)
class Dependant:
    """An entry that links to another: who owns it, and what they say."""

    entry: Entry
    version: Version  # what it shows
    standing: Standing
    by: User | None = None  # who said so
    at: datetime | None = None  # when it was said; when it was asked, where nobody has

    @property
    def owners(self) -> list[str]:
        """The handles of its owners."""
        return owners_of(self.version)


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


def dependants(entry: Entry, *, reader: User) -> list[Dependant]:
    """Every entry in use that shows a link to this one, by any of its slugs, as far as `reader` may know of it."""
    rows = db.session.execute(
        _linking(entry).where(listed(reader)).order_by(Entry.kind_name, Entry.title, Entry.id)
    ).all()
    change = entry.proposed_id or (entry.agreed_id if entry.agreed_id == entry.latest_id else None)
    answers = _answers([row[0] for row in rows], change)
    unasked = (Standing.NOT_ASKED, None, None)
    return [Dependant(each, version, *answers.get(each.id, unasked)) for each, version in rows]


def how_many_depend(entry: Entry, *, reader: User) -> int:
    """How many agreed entries show a link to this one, as far as `reader` may know of them: their owners are asked."""
    asked_about = _linking(entry).where(listed(reader), Entry.agreed_id.is_not(None))
    linking = asked_about.with_only_columns(Entry.id).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(linking)) or 0


def ask_owners(entry: Entry, version: Version, *, by: User) -> list[Entry]:
    """Ask the owners of all that links to an entry whether it is still true, because `version` is proposed.

    Whoever proposes may not know of all of them: they are asked all the same. Asking again about the same
    version asks nobody twice. Inside `saving()`. Gives the entries whose owners were asked now.
    """
    found = _linking(entry).where(Entry.retired_at.is_(None), Entry.agreed_id.is_not(None))
    linking = {each.id: (each, shown) for each, shown in db.session.execute(found.order_by(Entry.id))}
    open_ones = _unanswered(entry)
    known = set(
        db.session.scalars(sa.select(StillTrueTask.entry_id).where(StillTrueTask.because_id == version.id))
    )
    new: list[int] = []
    for id in linking:
        earlier = open_ones.get(id)
        if earlier is None:
            if id not in known:
                db.session.add(StillTrueTask(entry_id=id, because_id=version.id, at=clock.now()))
                new.append(id)
            continue
        task, was_withdrawn = earlier
        if was_withdrawn:  # nobody was asked for a while
            task.at = clock.now()
            new.append(id)
        if id not in known:
            task.because_id = version.id
    people = asked([linking[id][1] for id in new])
    for id in new:
        tell(people[id], About.STILL_TRUE, linking[id][0], by=by, version=linking[id][1])
    db.session.flush()
    return [linking[id][0] for id in new]


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
        .where(listed(person), which, ~_answered(), _counts(because, source))
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


def _linking(entry: Entry) -> sa.Select[Entry, Version]:
    """Other entries, and what they show, where that links to this one by a slug it has or had."""
    linked = (
        sa.select(Link.version_id)
        .join(Address, Address.slug == Link.target)
        .where(Address.entry_id == entry.id)
    )
    return (
        sa.select(Entry, Version)
        .join(Version, sa.and_(Version.entry_id == Entry.id, Version.id == SEEN))
        .where(Version.id.in_(linked), Entry.id != entry.id)
    )


def _answered() -> sa.ColumnElement[bool]:
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


def _unanswered(entry: Entry) -> dict[int, tuple[StillTrueTask, bool]]:
    """The tasks about proposals of this entry that readers never saw and nobody answered, by the entry asked about.

    Each with whether its proposal was withdrawn.
    """
    withdrawn = sa.exists(
        sa.select(Proposal.id)
        .where(Proposal.version_id == StillTrueTask.because_id, Proposal.withdrawn_at.is_not(None))
        .correlate(StillTrueTask)
    )
    released = sa.exists(
        sa.select(Release.id).where(Release.version_id == StillTrueTask.because_id).correlate(StillTrueTask)
    )
    rows = db.session.execute(
        sa.select(StillTrueTask, withdrawn)
        .join(Version, Version.id == StillTrueTask.because_id)
        .where(Version.entry_id == entry.id, ~_answered(), ~released)
        .order_by(StillTrueTask.id)
    )
    return {task.entry_id: (task, bool(was_withdrawn)) for task, was_withdrawn in rows}


def _answers(
    entries: Collection[Entry], change: int | None
) -> dict[int, tuple[Standing, User | None, datetime]]:
    """How far each of these entries has got about the version `change`, who said so, and when."""
    found: dict[int, tuple[Standing, User | None, datetime]] = {}
    ids = [entry.id for entry in entries]
    for start in range(0, len(ids) if change is not None else 0, AT_ONCE):
        some = ids[start : start + AT_ONCE]
        since = {
            task.entry_id: task.at
            for task in db.session.scalars(
                sa.select(StillTrueTask).where(
                    StillTrueTask.because_id == change, StillTrueTask.entry_id.in_(some)
                )
            )
        }
        found |= {id: (Standing.ASKED, None, at) for id, at in since.items()}
        said = db.session.execute(
            sa.select(Version.entry_id, Review)
            .join(Version, Version.id == Review.version_id)
            .where(Version.entry_id.in_(since))
            .order_by(Review.id)
            .options(joinedload(Review.user))
        )
        for id, review in said:
            if review.at >= since[id]:
                found[id] = (Standing(review.answer.value), review.user, review.at)
        newer = db.session.scalars(
            sa.select(Release)
            .where(Release.entry_id.in_(since))
            .order_by(Release.id)
            .options(joinedload(Release.user))
        )
        for release in newer:
            if release.at > since[release.entry_id]:
                found[release.entry_id] = (Standing.REWRITTEN, release.user, release.at)
    return found


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
