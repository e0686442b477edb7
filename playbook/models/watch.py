"""What somebody wants to hear about, and what they want to hear nothing about."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model


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
