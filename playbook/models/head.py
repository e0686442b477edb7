"""The head of an entry: what lists show of it, repeated from the version that its readers see."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import db
from playbook.kinds import Kind
from playbook.models.record import StaleEntry
from playbook.models.review import due_of
from playbook.models.version import Version


class Head:
    """The columns of an entry that repeat the version that readers see, for lists."""

    if TYPE_CHECKING:
        id: Mapped[int]

        @property
        def kind(self) -> Kind: ...

    title: Mapped[str] = mapped_column(sa.String(300))
    summary: Mapped[str] = mapped_column(sa.String(500))
    owner: Mapped[str] = mapped_column(sa.String(120), index=True)
    audience: Mapped[str] = mapped_column(sa.String(20))
    review_by: Mapped[str | None] = mapped_column(sa.String(10))
    place: Mapped[int] = mapped_column(default=0)  # where the kind orders its shelf by a field
    changed_at: Mapped[datetime] = mapped_column(index=True)

    def _show(self, version: Version) -> None:
        """Repeat in the head what readers see, and let the index know."""
        self.title = version.title
        self.summary = version.summary
        self.owner = version.owner
        self.audience = version.audience
        self.review_by = due_of(version)
        self.place = place_of(self.kind, version)
        self.changed_at = clock.now()
        db.session.add(StaleEntry(entry_id=self.id))


def place_of(kind: Kind, version: Version) -> int:
    """Where a version stands on the shelf of its kind; 0 where the kind has no order."""
    return as_place(version.fields.get(kind.order_by) if kind.order_by else 0)


def as_place(value: Any) -> int:
    """The place that a field gives; 0 where it gives none."""
    return value if isinstance(value, int) and abs(value) < 1_000_000 else 0
