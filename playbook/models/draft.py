"""What one person is writing and has not saved. Nobody else ever sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook.db import Model
from playbook.models.entry import Entry


class Draft(Model):
    """The form as it was typed, kept across crashes, sign-outs and devices.

    `typed` is {"values": [[name, value], …]}, as browsers send it; `base` is the number of the version
    that the writing started from, `revision` counts the times it was kept.
    """

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("user_id", "entry_id"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    kind_name: Mapped[str] = mapped_column(sa.String(40))
    base: Mapped[int | None]
    title: Mapped[str] = mapped_column(sa.String(300))
    typed: Mapped[dict[str, Any]]
    revision: Mapped[int]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]

    entry: Mapped[Entry | None] = relationship()
