"""What one person is writing and has not saved. Nobody else ever sees it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, undefer

from playbook import clock
from playbook.db import Model, db
from playbook.errors import Conflict, Invalid, NotFound, Problem
from playbook.kinds import KINDS, Kind
from playbook.models.entry import Entry
from playbook.models.user import CONTROLS, User

MOST = 50  # drafts of one person; more are refused rather than older ones thrown away
DAYS_KEPT = 90  # without a change
UNDO = timedelta(days=1)  # how long a discarded draft can be taken back
MOST_CHARACTERS = 1_000_000  # of all values together, as forms may be long
MOST_FIELDS = 2_000


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The form as it stood: its values in their order, and which page it was typed on."""

    values: tuple[tuple[str, str], ...]
    base: int | None  # the number of the version that the writing started from
    title: str
    at: str  # the path of the page, with its query
    browser: str = ""  # "Firefox on Windows"

    def __post_init__(self) -> None:
        if len(self.values) > MOST_FIELDS:
            raise Invalid([Problem("draft", f"A draft has at most {MOST_FIELDS:,} fields.")])
        if sum(len(name) + len(value) for name, value in self.values) > MOST_CHARACTERS:
            raise Invalid([Problem("draft", f"A draft has at most {MOST_CHARACTERS:,} characters.")])


@dataclass(frozen=True)
class Kept:
    """The draft that holds what was typed, and the one that another page had kept meanwhile, if any."""

    draft: Draft
    other: Draft | None = None


class Draft(Model):
    """The form as it was typed, kept across crashes, sign-outs and devices.

    `typed` is {"values": [[name, value], …]}, as browsers send it; `base` is the number of the version
    that the writing started from, `revision` counts the times it was kept. `writer` is the page that kept
    it last, and `turn` how often that page had asked: what is late on its way does not replace what is newer.
    """

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    kind_name: Mapped[str] = mapped_column(sa.String(40))
    base: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(300))
    typed: Mapped[dict[str, Any]] = mapped_column(deferred=True)  # lists of drafts do without
    at: Mapped[str] = mapped_column(sa.String(300))
    browser: Mapped[str] = mapped_column(sa.String(60))
    writer: Mapped[str] = mapped_column(sa.String(32))
    turn: Mapped[int]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    discarded_at: Mapped[datetime | None]

    entry: Mapped[Entry | None] = relationship()

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_name]

    @property
    def values(self) -> list[tuple[str, str]]:
        """(name, value) of every field, in the order of the form."""
        return [(name, value) for name, value in self.typed["values"]]

    @staticmethod
    def new_id() -> str:
        """A name for a draft that is not kept yet: 128 random bits."""
        return secrets.token_hex(16)

    @classmethod
    def keep(
        cls,
        name: str,
        typed: Typed,
        *,
        by: User,
        kind: Kind,
        entry: Entry | None = None,
        known: int = 0,
        writer: str = "",
        turn: int = 0,
    ) -> Kept:
        """Keep what somebody has typed so far, under the name that the page has for it.

        `known` is the revision that the page last heard of. Where another page has kept the same draft
        since, both are kept: what is typed here becomes a draft of its own. Keeping the same again
        changes nothing.

        Raises:
            Conflict: the person has as many drafts as may be.
        """
        cls.forget_old(of=by)
        draft = db.session.scalar(
            sa.select(cls).where(cls.id == name).options(undefer(cls.typed)).with_for_update()
        )
        if draft is None or draft.user_id != by.id:
            # A name that is somebody else's says nothing about them: it is as good as none.
            fresh = name if draft is None else cls.new_id()
            return Kept(cls._begin(fresh, typed, by=by, kind=kind, entry=entry, writer=writer, turn=turn))
        if draft.values == list(typed.values) and draft.base == typed.base:
            draft.writer, draft.turn, draft.discarded_at = writer, turn, None
            return Kept(draft)
        if writer and draft.writer == writer:
            if turn > draft.turn:
                draft._take(typed, writer=writer, turn=turn)
            return Kept(draft)
        if draft.revision == known:
            draft._take(typed, writer=writer, turn=turn)
            return Kept(draft)
        apart = cls._begin(cls.new_id(), typed, by=by, kind=kind, entry=entry, writer=writer, turn=turn)
        return Kept(apart, other=draft)

    @classmethod
    def _begin(
        cls, name: str, typed: Typed, *, by: User, kind: Kind, entry: Entry | None, writer: str, turn: int
    ) -> Draft:
        held = db.session.scalar(
            sa.select(sa.func.count()).where(cls.user_id == by.id, cls.discarded_at.is_(None))
        )
        if (held or 0) >= MOST:
            raise Conflict(
                f"You have {MOST} drafts, and more are not kept. Discard one that you do not need."
            )
        draft = cls(
            id=name,
            user_id=by.id,
            entry_id=entry.id if entry else None,
            kind_name=kind.name,
            created_at=clock.now(),
            revision=0,
        )
        draft._take(typed, writer=writer, turn=turn)
        db.session.add(draft)
        db.session.flush()
        return draft

    def _take(self, typed: Typed, *, writer: str, turn: int) -> None:
        self.typed = {"values": [list(pair) for pair in typed.values]}
        self.base = typed.base
        self.title = CONTROLS.sub(" ", typed.title)[:300]
        self.at = typed.at[:300]
        self.browser = typed.browser[:60]
        self.writer, self.turn = writer, turn
        self.revision += 1
        self.saved_at = clock.now()
        self.discarded_at = None

    @classmethod
    def find(cls, name: str, *, of: User) -> Draft:
        """The draft of that name, if it is this person's.

        Raises:
            NotFound: there is none, it is somebody else's, or it was discarded.
        """
        draft = cls._own(name, of=of)
        if draft is None or draft.discarded_at is not None:
            raise NotFound("There is no such draft.")
        return draft

    @classmethod
    def all_of(cls, user: User) -> list[Draft]:
        """Everything that the person is writing, what was touched last first."""
        return list(db.session.scalars(_living(user)))

    @classmethod
    def last_of(cls, user: User) -> Draft | None:
        """What the person was writing last, if there is anything."""
        return db.session.scalar(_living(user).limit(1))

    @classmethod
    def about(cls, kind: Kind, entry: Entry | None, *, of: User) -> list[Draft]:
        """What the person is writing about one entry, or as new entries of a kind."""
        subject = (
            cls.entry_id == entry.id if entry else sa.and_(cls.entry_id.is_(None), cls.kind_name == kind.name)
        )
        return list(db.session.scalars(_living(of).where(subject)))

    @classmethod
    def end(cls, name: str, *, of: User) -> None:
        """What was typed is saved, so there is nothing to go on with. Nothing happens where there is no draft."""
        draft = cls._own(name, of=of)
        if draft is not None:
            db.session.delete(draft)

    def discard(self) -> None:
        """Put it away. For a day it can be taken back."""
        self.discarded_at = clock.now()

    @classmethod
    def take_back(cls, name: str, *, of: User) -> Draft:
        """A discarded draft, as it was.

        Raises:
            NotFound: there is none, or it is gone for good.
        """
        draft = cls._own(name, of=of)
        if draft is None:
            raise NotFound("There is no such draft.")
        draft.discarded_at = None
        return draft

    @classmethod
    def forget_old(cls, *, of: User) -> None:
        """Let go of what was not touched for DAYS_KEPT days, and of what was discarded more than a day ago."""
        moment = clock.now()
        db.session.execute(
            sa.delete(cls).where(
                cls.user_id == of.id,
                sa.or_(cls.saved_at < moment - timedelta(days=DAYS_KEPT), cls.discarded_at < moment - UNDO),
            )
        )

    @classmethod
    def _own(cls, name: str, *, of: User) -> Draft | None:
        return db.session.scalar(
            sa.select(cls).where(cls.id == name, cls.user_id == of.id).options(undefer(cls.typed))
        )


def _living(user: User) -> sa.Select[Draft]:
    return (
        sa.select(Draft)
        .where(
            Draft.user_id == user.id,
            Draft.discarded_at.is_(None),
            Draft.saved_at >= clock.now() - timedelta(days=DAYS_KEPT),
        )
        .order_by(Draft.saved_at.desc(), Draft.id)
    )
