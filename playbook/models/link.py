"""Relations as rows: which version points where, and every slug an entry has had."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model


class Link(Model):
    """One relation stated by a version. The target is a slug and may point to nothing: that is listed, not refused."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("version.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    field: Mapped[str] = mapped_column(sa.String(120))  # dotted path in the kind's declaration, or "body"
    target: Mapped[str] = mapped_column(sa.String(200), index=True)


class Address(Model):
    """A slug that an entry has, or once had; old ones redirect."""

    __tablename__ = "address"

    slug: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
