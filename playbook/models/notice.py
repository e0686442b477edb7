"""What a person is told: in the application at once, by mail in a digest."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook.db import Model, word
from playbook.models.user import User


class About(StrEnum):
    """What a notice is about."""

    TO_SIGN = "to sign"  # a version waits for this person's signature
    NOT_AGREED = "not agreed"  # somebody would not sign what this person wrote or proposed
    COUNTER = "counter"  # somebody proposed something else instead
    AGREED = "agreed"  # readers see something new
    STILL_TRUE = "still true"  # something that this person's entry relies on is about to change
    REVIEW_DUE = "review due"
    COMMENT = "comment"
    MENTION = "mention"
    RETIRED = "retired"


class Notice(Model):
    """One thing that a person is told. It holds no words of any text: what may be read is decided when it is read."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    about: Mapped[About] = mapped_column(word(About))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("version.id", ondelete="CASCADE"), index=True
    )
    comment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
