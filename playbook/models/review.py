"""Whether what was agreed is still true: asked when a review is due, or when something it relies on changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db, word
from playbook.errors import Conflict, Invalid, NotAllowed, Problem
from playbook.kinds import Kind
from playbook.kinds.reading import is_date
from playbook.models.audit import AuditRecord
from playbook.models.permission import Permission, can
from playbook.models.record import StaleEntry
from playbook.models.user import User
from playbook.models.version import Version, refuse_controls

NOTE_CHARACTERS = 500
OLDEST_EVIDENCE = timedelta(days=730)  # what was seen longer ago says little about today


class Answer(StrEnum):
    """What somebody found when they looked again."""

    STILL_TRUE = "still true"
    CHANGED = "changed"  # it has to be written anew
    UNKNOWN = "don't know"


class Review(Model):
    """That somebody looked again at what readers see, what they found, and what they found it by."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    answer: Mapped[Answer] = mapped_column(word(Answer))
    evidence_on: Mapped[str | None] = mapped_column(sa.String(10))  # the day of the newest evidence
    note: Mapped[str] = mapped_column(sa.String(NOTE_CHARACTERS), default="")
    until: Mapped[str | None] = mapped_column(sa.String(10))  # when to look again, where it is still true
    at: Mapped[datetime]

    user: Mapped[User] = relationship()


class StillTrueTask(Model):
    """That an entry should be looked at again, because a version of another that it links to was proposed.

    Open until somebody reviews the entry, or its readers see a newer version; void where the proposal came to nothing.
    """

    __tablename__ = "still_true_task"
    __table_args__ = (sa.UniqueConstraint("entry_id", "because_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    because_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


class Reviewing:
    """The part of an entry that is looked at again."""

    if TYPE_CHECKING:
        id: Mapped[int]
        agreed_id: Mapped[int | None]
        agreed: Mapped[Version | None]
        owner: Mapped[str]
        review_by: Mapped[str | None]

        @property
        def kind(self) -> Kind: ...

        @property
        def path(self) -> str: ...

        def refuse_if_retired(self) -> None: ...

    def review(self, answer: Answer, *, by: User, hash: str, evidence_on: str = "", note: str = "") -> Review:
        """Say whether what readers see is still true.

        Where it is, it is due again after as many months as its kind says, and never sooner than it was;
        else it stays due when it was. `hash` is that of the text that was read, `evidence_on` the day of
        the newest evidence, which "still true" needs. Saying the same again on the same day adds nothing.

        Raises:
            Conflict: readers see nothing, or another text by now; the entry is retired.
            Invalid: the day is missing, is none, lies ahead or too far back; the note is too long.
            NotAllowed: `by` neither answers for the entry nor may curate.
        """
        self.refuse_if_retired()
        version = self.agreed
        if version is None or version.hash != hash:
            raise Conflict("Readers see another text by now. Read it before you say whether it is true.")
        if not may_review(by, version):
            raise NotAllowed("The owner says whether this is still true, or a marketer.")
        note, evidence_on = " ".join(note.split()), evidence_on.strip()
        problems = _evidence_problems(answer, evidence_on)
        if len(note) > NOTE_CHARACTERS:
            problems.append(Problem("note", f"This has {len(note)} characters; at most {NOTE_CHARACTERS}."))
        if problems:
            raise Invalid(problems)
        refuse_controls(note, field="note")
        review = Review(
            version_id=version.id,
            user_id=by.id,
            answer=answer,
            evidence_on=evidence_on or None,
            note=note,
            until=_until(version, months=self.kind.review_months) if answer is Answer.STILL_TRUE else None,
            at=clock.now(),
        )
        last = last_review(version)
        if last is not None and _says_the_same(last, review):
            return last
        db.session.add(review)
        db.session.flush()
        self.review_by = due_of(version)
        db.session.add(StaleEntry(entry_id=self.id))
        AuditRecord.note("review", self.path, by=by, version=version.number, answer=answer.value)
        return review


def answers_for(person: User, version: Version) -> bool:
    """Whether the person is the owner, or the second owner, of a version."""
    return person.handle in owners_of(version)


def may_review(person: User, version: Version) -> bool:
    """Whether the person may say if a version is still true: whoever answers for it, in whatever role, or curates."""
    return can(person, Permission.READ) and (answers_for(person, version) or can(person, Permission.CURATE))


def owners_of(version: Version) -> list[str]:
    """The handles of the owner and the second owner of a version, as far as it names them."""
    second = version.fields.get("co_owner")
    named = [version.owner, second.strip() if isinstance(second, str) else ""]
    return list(dict.fromkeys(handle for handle in named if handle))


def second_owner() -> sa.ColumnElement[str]:
    """The handle of a version's second owner, in a query."""
    return sa.func.trim(Version.fields["co_owner"].as_string())


def is_owned() -> sa.ColumnElement[bool]:
    """The clause on Version for what somebody who can sign in owns."""
    owner = sa.or_(User.handle == Version.owner, User.handle == second_owner())
    return sa.exists(sa.select(User.id).where(User.disabled_at.is_(None), owner).correlate(Version))


def last_review(version: Version) -> Review | None:
    """What was said of a version last."""
    return db.session.scalar(
        sa.select(Review).where(Review.version_id == version.id).order_by(Review.id.desc()).limit(1)
    )


def due_of(version: Version) -> str | None:
    """The day on which a version is due to be looked at again: what its last review said, else its own text."""
    until = db.session.scalar(
        sa.select(Review.until)
        .where(Review.version_id == version.id, Review.until.is_not(None))
        .order_by(Review.id.desc())
        .limit(1)
    )
    return until or version.review_by


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has no such day."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def _until(version: Version, *, months: int) -> str:
    """When to look again at what is still true today."""
    after = months_on(clock.now().date(), months).isoformat()
    known = due_of(version) or ""
    return max(after, known) if is_date(known) else after


def _says_the_same(last: Review, review: Review) -> bool:
    same = (last.user_id, last.answer, last.evidence_on, last.note) == (
        review.user_id,
        review.answer,
        review.evidence_on,
        review.note,
    )
    return same and last.at.date() == review.at.date()


def _evidence_problems(answer: Answer, evidence_on: str) -> list[Problem]:
    if not evidence_on:
        if answer is Answer.STILL_TRUE:
            return [Problem("evidence_on", "Name the day of the newest evidence that it is still true.")]
        return []
    if not is_date(evidence_on):
        return [Problem("evidence_on", "Write a day such as 2026-03-01.")]
    today = clock.now().date()
    day = date.fromisoformat(evidence_on)
    if day > today:
        return [Problem("evidence_on", "This day lies ahead. Evidence has been seen.")]
    if day < today - OLDEST_EVIDENCE:
        return [Problem("evidence_on", "That is more than two years ago. Look for newer evidence.")]
    return []
