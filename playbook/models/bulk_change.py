"""One change made to many entries at once, remembered so that it can be undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook.db import Model
from playbook.models.entry import Entry
from playbook.models.user import User


class BulkChange(Model):
    """Who changed what of which entries; `change` says what: {"owner": "dana.okafor"}."""

    __tablename__ = "bulk_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    change: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship()
    items: Mapped[list[BulkItem]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class BulkItem(Model):
    """One entry of a bulk change, with the numbers of its version before and of the one made."""

    __tablename__ = "bulk_item"
    __table_args__ = (sa.UniqueConstraint("bulk_change_id", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulk_change_id: Mapped[int] = mapped_column(sa.ForeignKey("bulk_change.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    before: Mapped[int]
    after: Mapped[int]

    entry: Mapped[Entry] = relationship()
