"""What somebody wants to hear about, and what they want to hear nothing about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db
from playbook.kinds import KINDS, Kind
from playbook.models.user import User

if TYPE_CHECKING:
    from playbook.models.entry import Entry


class Heed(StrEnum):
    """How much somebody wants to hear about a thing."""

    WATCH = "watch"  # what changes for its readers
    USUAL = "usual"  # what concerns them: to sign, to answer for, a mention
    QUIET = "quiet"  # nothing at all


@dataclass(frozen=True)
class Thing:
    """What can be watched: an entry, a kind, or what is meant for a persona."""

    name: str  # "entry:12", "kind:story", "persona:34"
    entry_id: int | None = None

    @classmethod
    def entry(cls, entry: Entry) -> Thing:
        return cls(f"entry:{entry.id}", entry.id)

    @classmethod
    def kind(cls, kind: Kind) -> Thing:
        return cls(f"kind:{kind.name}")

    @classmethod
    def meant_for(cls, persona: Entry) -> Thing:
        return cls(f"persona:{persona.id}", persona.id)


class Watch(Model):
    """That a person watches a thing, or is left in peace about it.

    `thing` is "entry:12", "kind:story", or "persona:34" for every entry meant for the persona with that id.
    """

    __tablename__ = "watch"
    __table_args__ = (sa.UniqueConstraint("user_id", "thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    thing: Mapped[str] = mapped_column(sa.String(60), index=True)
    # The entry, or the persona: erased with it.
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    quiet: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    at: Mapped[datetime]

    entry: Mapped[Entry | None] = relationship()

    @classmethod
    def of(cls, person: User, thing: Thing) -> Watch | None:
        """What the person said about the thing, if they said anything."""
        return db.session.scalar(sa.select(cls).where(cls.user_id == person.id, cls.thing == thing.name))

    @property
    def heed(self) -> Heed:
        return heeded(quiet=self.quiet)

    @property
    def watches(self) -> str:
        """What sort of thing it is: entry, kind or persona."""
        return self.thing.partition(":")[0]

    @property
    def kind(self) -> Kind | None:
        """The shelf that is watched, if it is one."""
        return KINDS.get(self.thing.partition(":")[2]) if self.watches == "kind" else None


def heeding(prefix: str, id: Any, *, person: Any) -> sa.ColumnElement[bool | None]:
    """How the person with one id heeds the thing with another, as part of a query: whether they are quiet about it,
    or nothing where they said nothing. `prefix` is "entry:" or "persona:"."""
    name = sa.literal(prefix) + sa.cast(id, sa.String)
    return sa.select(Watch.quiet).where(Watch.user_id == person, Watch.thing == name).scalar_subquery()


def heeded(*, quiet: bool | None) -> Heed:
    """What `heeding` found, as a word."""
    return Heed.USUAL if quiet is None else Heed.QUIET if quiet else Heed.WATCH


def heed(person: User, thing: Thing, how: Heed) -> None:
    """Hear more, or less, about a thing from now on. Saying the same again changes nothing."""
    said = Watch.of(person, thing)
    if how is Heed.USUAL:
        if said is not None:
            db.session.delete(said)
        return
    if said is None:
        said = Watch(user_id=person.id, thing=thing.name, entry_id=thing.entry_id, at=clock.now())
        db.session.add(said)
    said.quiet = how is Heed.QUIET
