"""What people say about an entry or a passage of it, in the margin; never part of the text."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook.db import Model
from playbook.models.user import User
from playbook.models.version import Version

COMMENT_CHARACTERS = 2000
QUOTE_CHARACTERS = 500
AROUND_CHARACTERS = 40  # kept of the words before and after a quote, to tell it from the same words elsewhere


class Comment(Model):
    """A remark about a version, or a passage of it, or an answer to one. Whoever may read the version may read it."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    answers_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[str] = mapped_column(sa.String(COMMENT_CHARACTERS))
    # The passage, as the plain words of the version have it, and what stands around it.
    quote: Mapped[str] = mapped_column(sa.String(QUOTE_CHARACTERS), default="")
    before: Mapped[str] = mapped_column(sa.String(AROUND_CHARACTERS), default="")
    after: Mapped[str] = mapped_column(sa.String(AROUND_CHARACTERS), default="")
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))

    version: Mapped[Version] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    resolved_by: Mapped[User | None] = relationship(foreign_keys=[resolved_by_id])
    mentions: Mapped[list[Mention]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Mention(Model):
    """Somebody whom a comment names with @."""

    __tablename__ = "mention"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
