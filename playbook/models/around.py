"""What stands around an entry: relations both ways, and other entries by their names or shelves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from playbook.db import db
from playbook.models.entry import Entry
from playbook.models.link import Address, Link
from playbook.models.permission import ASKING, Permission, listed, sight, visible, visible_with, who_reads
from playbook.models.shown import SEEN
from playbook.models.user import User
from playbook.models.version import Version

EVERY_LINK = 2**31 - 1


@dataclass(frozen=True)
class Relation:
    """One link that begins or ends at an entry.

    `entry` is what stands at the other end: nothing where nothing is written, or where the reader
    may not know of it; both look the same. `field` is declared by the kind of the entry that states it.
    """

    here: int  # id of the entry whose surroundings were asked for
    outward: bool
    field: str
    slug: str  # as the link has it
    entry: Entry | None


def relations(
    versions: Collection[Version], *, reader: User | None, most_inward: int = EVERY_LINK
) -> list[Relation]:
    """Every link of these versions, in their order, then links to their entries, by kind and title.

    What is retired points to nothing any more; a link to it stays where it stands.

    At most `most_inward` links to them are looked at: a stage may be named by thousands.
    """
    if not versions:
        return []
    entry_of = {version.id: version.entry_id for version in versions}
    asked = {
        "versions": list(entry_of),
        "entries": list(set(entry_of.values())),
        "most_inward": most_inward,
        **who_reads(reader),
    }
    return [
        Relation(
            here=entry_of[row.here] if row.outward else row.here,
            outward=bool(row.outward),
            field=row.field,
            slug=row.target,
            entry=row.Entry,
        )
        for row in db.session.execute(_relations(sight(reader)), asked)
        if row.outward or row.Entry is not None
    ]


@cache
def _relations(permissions: frozenset[Permission]) -> sa.Executable:
    outward = (
        sa.select(
            sa.literal(1).label("outward"),
            Link.version_id.label("here"),
            Link.position,
            Link.field,
            Link.target,
            Address.entry_id.label("there"),
        )
        .outerjoin(Address, Address.slug == Link.target)
        .where(Link.version_id.in_(sa.bindparam("versions", expanding=True)))
    )
    inward = (
        sa.select(sa.literal(0), Address.entry_id, Link.position, Link.field, Link.target, Entry.id)
        .join(Address, Address.slug == Link.target)
        .join(Version, Version.id == Link.version_id)
        .join(Entry, sa.and_(Entry.id == Version.entry_id, Version.id == SEEN))
        .where(
            Address.entry_id.in_(sa.bindparam("entries", expanding=True)),
            Address.entry_id != Entry.id,
            Entry.retired_at.is_(None),
        )
    )
    # The newest first where there are too many: what somebody looks for has often changed lately.
    newest = inward.order_by(Entry.changed_at.desc(), Entry.id).limit(sa.bindparam("most_inward"))
    found = sa.union_all(outward, sa.select(newest.subquery())).subquery()
    return (
        sa.select(found, Entry)
        .outerjoin(Entry, sa.and_(Entry.id == found.c.there, visible_with(permissions, who=ASKING)))
        .order_by(
            found.c.outward.desc(),
            sa.case((found.c.outward == 1, found.c.position)),
            Entry.kind_name,
            Entry.place,
            Entry.title,
        )
    )


def named(slugs: Collection[str], *, reader: User | None) -> dict[str, Entry]:
    """The entries that have, or once had, these slugs, as far as the reader may know of them."""
    if not slugs:
        return {}
    query = (
        sa.select(Address.slug, Entry)
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug.in_(set(slugs)), visible(reader))
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def on_shelves(kinds: Sequence[str], *, reader: User | None) -> list[tuple[Entry, Version]]:
    """All entries of these kinds that `reader` may know of, with the version they see, in shelf order."""
    query = (
        sa.select(Entry, Version)
        .join(Version, Version.id == SEEN)
        .where(Entry.kind_name.in_(kinds), listed(reader))
        .order_by(Entry.place, Entry.title)
    )
    return [(entry, version) for entry, version in db.session.execute(query)]
