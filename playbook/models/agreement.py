"""Facts about what readers see: who signed what, and when a version became theirs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook.db import Model, word
from playbook.models.user import Team, User


class Ground(StrEnum):
    """Why a version is what readers see."""

    SIGNED = "signed"  # every team that the kind needs has signed it
    PUBLISHED = "published"  # somebody with the permission said so
    MIGRATED = "migrated"  # an administrator brought it in as agreed


class Signature(Model):
    """A team's signature under one text. The hash says which, whatever happens to numbers."""

    __tablename__ = "signature"
    __table_args__ = (sa.UniqueConstraint("version_id", "team"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"))
    team: Mapped[Team] = mapped_column(word(Team))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    hash: Mapped[str] = mapped_column(sa.String(64))
    comment: Mapped[str] = mapped_column(sa.String(1000), default="")
    at: Mapped[datetime]

    user: Mapped[User] = relationship()


class Release(Model):
    """The moment a version became what readers see. The newest of an entry is in force."""

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    ground: Mapped[Ground] = mapped_column(word(Ground))
    at: Mapped[datetime]

    user: Mapped[User | None] = relationship()
