"""Relations as rows: which version points where, and every slug an entry has had."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model, db
from playbook.errors import Invalid, Problem
from playbook.kinds.reading import SLUG
from playbook.models.record import Setting

SLUG_CHARACTERS = 120
ERASED = "erased addresses"  # the setting that holds their fingerprints


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
        Invalid: it has other characters than a to z, 0 to 9 and -, is too long, is taken, or was an
            erased entry's.
    """
    if not SLUG.match(slug) or len(slug) > SLUG_CHARACTERS:
        raise Invalid(
            [
                Problem(
                    "slug", f"Small letters, digits and single hyphens, at most {SLUG_CHARACTERS} characters."
                )
            ]
        )
    if was_erased(slug):
        raise Invalid(
            [Problem("slug", "An entry that was erased had this address; links may still name it.")]
        )
    holder = db.session.get(Address, slug)
    if holder is not None and (unless_of is None or holder.entry_id != unless_of):
        raise Invalid([Problem("slug", "Another entry has, or had, this slug.")])


def close_addresses(slugs: Iterable[str]) -> None:
    """Let no new entry have these slugs, so that links to what was erased lead to nothing else by accident.

    Only their fingerprints are kept.
    """
    kept = db.session.get(Setting, ERASED, with_for_update=True)
    closed = set(kept.value["sha256"]) if kept is not None else set()
    value = {"sha256": sorted(closed | {_fingerprint(slug) for slug in slugs})}
    db.session.merge(Setting(name=ERASED, value=value))


def was_erased(slug: str) -> bool:
    """Whether an entry that was erased had this slug."""
    kept = db.session.get(Setting, ERASED)
    return kept is not None and _fingerprint(slug) in kept.value["sha256"]


def _fingerprint(slug: str) -> str:
    return hashlib.sha256(slug.encode()).hexdigest()
