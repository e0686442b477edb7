"""Relations as rows: which version points where, and every slug an entry has had."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model, db
from playbook.errors import Invalid, Problem
from playbook.kinds.reading import SLUG

SLUG_CHARACTERS = 120


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


def refuse_slug(slug: str, *, unless_of: int | None = None) -> None:
    """Refuse a slug that cannot be an entry's; the entry with the id `unless_of` may have it.

    Raises:
        Invalid: it has other characters than a to z, 0 to 9 and -, is too long, or is taken.
    """
    if not SLUG.match(slug) or len(slug) > SLUG_CHARACTERS:
        raise Invalid(
            [
                Problem(
                    "slug", f"Small letters, digits and single hyphens, at most {SLUG_CHARACTERS} characters."
                )
            ]
        )
    holder = db.session.get(Address, slug)
    if holder is not None and (unless_of is None or holder.entry_id != unless_of):
        raise Invalid([Problem("slug", "Another entry has, or had, this slug.")])
