"""Looking again at what was agreed: what is due, for whom, and what follows from an answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from playbook import clock
from playbook.agreeing.asking import asked, asks, beside, owned
from playbook.db import db
from playbook.models import About, Answer, Entry, Notice, Permission, Review, User, Version, can, listed
from playbook.models.review import last_review, owners_of
from playbook.telling import tell
from playbook.telling.notices import nothing_to_do

SOON = timedelta(days=30)  # how far ahead the list of what is due looks


@dataclass(frozen=True)
class Due:
    """An entry that is due to be looked at again, or will be soon."""

    entry: Entry
    version: Version  # what its readers see
    last: Review | None  # what was said of that version last
    today: str

    @property
    def is_overdue(self) -> bool:
        return (self.entry.review_by or "") < self.today

    @property
    def has_changed(self) -> bool:
        """Whether somebody said that it is not true any more, and nothing newer was agreed since."""
        return self.last is not None and self.last.answer is Answer.CHANGED

    @property
    def owners(self) -> list[str]:
        """The handles of its owners."""
        return owners_of(self.version)


def review(
    entry: Entry, answer: Answer, *, by: User, hash: str, evidence_on: str = "", note: str = ""
) -> Review:
    """Say whether what readers see is still true; see `Entry.review` for what it refuses.

    Where `by` does not know, or may not write down what has changed, the other owner and the curators
    of the owner's team are told.
    """
    version = entry.agreed
    before = last_review(version) if version is not None else None
    said = entry.review(answer, by=by, hash=hash, evidence_on=evidence_on, note=note)
    if before is not None and before.id == said.id:
        return said
    if answer is Answer.STILL_TRUE:
        nothing_to_do(entry, About.REVIEW_DUE, About.STILL_TRUE)
        return said
    nothing_to_do(entry, About.REVIEW_DUE, About.STILL_TRUE, of=by)
    if answer is Answer.CHANGED:
        nothing_to_do(entry, About.STILL_TRUE)
    if answer is Answer.UNKNOWN or not can(by, Permission.REVISE):
        assert version is not None
        tell(beside(version, by=by), About.REVIEW_DUE, entry, by=by, version=version)
    return said


def due_for(person: User, *, ahead: timedelta = timedelta(0)) -> list[Due]:
    """What this person is asked to look at again, the longest due first; `ahead` adds what is due by then."""
    return _due(person, asks(person), ahead=ahead)


def due_for_all(person: User, *, ahead: timedelta = timedelta(0)) -> list[Due]:
    """The same of everything that this person may know of, whoever owns it."""
    return _due(person, sa.true(), ahead=ahead)


def owned_by(person: User) -> list[Entry]:
    """The entries that this person owns, alone or with another, that are to be looked at on some day; by that day."""
    return list(
        db.session.scalars(
            sa.select(Entry)
            .join(Version, Version.id == Entry.agreed_id)
            .where(listed(person), owned(person), Entry.review_by.is_not(None))
            .order_by(Entry.review_by, Entry.id)
        )
    )


def remind(today: date) -> list[Notice]:
    """Tell whoever is asked that a review is due, once for each time that it is. Inside `saving()`."""
    rows = db.session.execute(
        sa.select(Entry, Version)
        .join(Version, Version.id == Entry.agreed_id)
        .where(Entry.retired_at.is_(None), Entry.review_by < today.isoformat())
        .order_by(Entry.review_by, Entry.id)
    ).all()
    due = [(entry, version) for entry, version in rows]
    told = _told([entry for entry, _ in due])
    people = asked([version for _, version in due])
    notices: list[Notice] = []
    for entry, version in due:
        since = _morning_after(str(entry.review_by))
        waiting = [person for person in people[entry.id] if told.get((entry.id, person.id), _NEVER) < since]
        notices += tell(waiting, About.REVIEW_DUE, entry, by=None, version=version)
    return notices


_NEVER = datetime.min.replace(tzinfo=UTC)


def _told(entries: Collection[Entry]) -> dict[tuple[int, int], datetime]:
    """When each person was last told that an entry is due, by the ids of the entry and the person."""
    last = sa.func.max(Notice.at)
    found: dict[tuple[int, int], datetime] = {}
    ids = [entry.id for entry in entries]
    for start in range(0, len(ids), 500):
        rows = db.session.execute(
            sa.select(Notice.entry_id, Notice.user_id, last)
            .where(Notice.about == About.REVIEW_DUE, Notice.entry_id.in_(ids[start : start + 500]))
            .group_by(Notice.entry_id, Notice.user_id)
        )
        found |= {(entry_id, user_id): at for entry_id, user_id, at in rows}
    return found


def _morning_after(day: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), tzinfo=UTC)
    except ValueError:  # a text brought in long ago may hold anything
        return _NEVER


def _due(person: User, which: sa.ColumnElement[bool], *, ahead: timedelta) -> list[Due]:
    today = clock.now().date()
    horizon = (today + ahead).isoformat() if ahead else (today - timedelta(days=1)).isoformat()
    said = sa.select(sa.func.max(Review.id)).where(Review.version_id == Version.id).correlate(Version)
    rows = db.session.execute(
        sa.select(Entry, Version, Review)
        .join(Version, Version.id == Entry.agreed_id)
        .outerjoin(Review, Review.id == said.scalar_subquery())
        .outerjoin(Review.user)
        .where(listed(person), which, sa.or_(Entry.review_by <= horizon, Review.answer == Answer.CHANGED))
        .order_by(Entry.review_by, Entry.title, Entry.id)
        .options(contains_eager(Review.user))
    )
    return [Due(entry, version, last, today.isoformat()) for entry, version, last in rows]
