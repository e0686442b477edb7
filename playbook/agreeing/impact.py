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
from sqlalchemy.orm import joinedload

from playbook import clock
from playbook.agreeing.asking import asked
from playbook.agreeing.tasks import answered
from playbook.db import db
from playbook.models import (
    About,
    Address,
    Entry,
    Link,
    Proposal,
    Release,
    Review,
    StillTrueTask,
    User,
    Version,
    listed,
)
from playbook.models.entry import SEEN
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
        .where(Version.entry_id == entry.id, ~answered(), ~released)
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
