"""Facts about agreement: who proposed, signed or did not agree to what, and when a version became what readers see."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook.db import Model, word
from playbook.models.user import User

COMMENT_CHARACTERS = 1000


class Signer(StrEnum):
    """In whose name a signature is given: a team, or whoever answers for the entry."""

    SALES = "sales"
    MARKETING = "marketing"
    OWNER = "owner"


class Ground(StrEnum):
    """Why a version is what readers see."""

    SIGNED = "signed"  # everybody whom the rule of its kind asked had signed it
    UNASKED = "unasked"  # the rule of its kind asked for nobody's signature
    MIGRATED = "migrated"  # an administrator brought it in as agreed
    PUBLISHED = "published"  # before signatures were asked for; nothing is released so any more


class Proposal(Model):
    """That somebody asked for a version to be agreed. Open while it is the entry's newest and not withdrawn."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(sa.String(COMMENT_CHARACTERS), default="")
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()


class Signature(Model):
    """A signature under one text. The hash says which, whatever happens to numbers."""

    __tablename__ = "signature"
    __table_args__ = (sa.UniqueConstraint("version_id", "team"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"))
    team: Mapped[Signer] = mapped_column(word(Signer))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    hash: Mapped[str] = mapped_column(sa.String(64))
    comment: Mapped[str] = mapped_column(sa.String(COMMENT_CHARACTERS), default="")
    at: Mapped[datetime]

    user: Mapped[User] = relationship()


class Disagreement(Model):
    """That somebody who was asked to sign a version would not, and why; perhaps with what they would sign."""

    __tablename__ = "disagreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    team: Mapped[Signer] = mapped_column(word(Signer))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.String(COMMENT_CHARACTERS))
    counter_id: Mapped[int | None] = mapped_column(sa.ForeignKey("version.id", ondelete="SET NULL"))
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
    # The rule under which it was agreed, "sales,marketing"; empty where it asked for nobody, nothing where it
    # was not asked.
    rule: Mapped[str | None] = mapped_column(sa.String(60))
    at: Mapped[datetime]

    user: Mapped[User | None] = relationship()

    @property
    def needed(self) -> tuple[Signer, ...] | None:
        """Whose signatures the rule asked for when this was agreed; nothing where it was not asked."""
        if self.rule is None:
            return None
        return tuple(Signer(name) for name in self.rule.split(",") if name)
