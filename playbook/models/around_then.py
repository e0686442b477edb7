"""What stood around an entry on a day: relations both ways, and entries by their names or shelves, as they were then.

The counterpart of `around`. What was not in force then is nowhere, as is what the reader may not know of.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from playbook.db import db
from playbook.kinds import KINDS, Kind
from playbook.kinds.naming import stated_kind
from playbook.models.around import EVERY_LINK, Relation
from playbook.models.as_of import Stood, in_force, may_know, on_shelf_order, standing, stood
from playbook.models.entry import Entry
from playbook.models.head import as_place
from playbook.models.link import Address, Link
from playbook.models.permission import visible
from playbook.models.user import User
from playbook.models.version import Version

MOST_AT_ONCE = 500  # ids in one query; under SQLite's limit of variables


def by_id(ids: Collection[int], *, reader: User | None, on: date) -> dict[int, Stood]:
    """The entries with these ids that were in force."""
    wanted = sorted(ids)
    found: dict[int, Stood] = {}
    for start in range(0, len(wanted), MOST_AT_ONCE):
        some = standing(reader=reader, on=on).where(Entry.id.in_(wanted[start : start + MOST_AT_ONCE]))
        found |= {each.entry.id: each for each in stood(some, on=on)}
    return found


def named_then(slugs: Collection[str], *, reader: User | None, on: date) -> dict[str, Entry]:
    """The entries that have, or once had, these slugs and were in force, as they were."""
    if not slugs:
        return {}
    rows = db.session.execute(
        sa.select(Address.slug, Address.entry_id).where(Address.slug.in_(set(slugs)))
    ).all()
    found = by_id({entry_id for _, entry_id in rows}, reader=reader, on=on)
    return {slug: found[entry_id].entry for slug, entry_id in rows if entry_id in found}


def relations_then(
    versions: Collection[Version], *, reader: User | None, on: date, most_inward: int = EVERY_LINK
) -> list[Relation]:
    """Every link of these versions, in their order, then links to their entries, by kind and title.

    At most `most_inward` links to them are looked at, the newest first.
    """
    if not versions:
        return []
    entry_of = {version.id: version.entry_id for version in versions}
    outward = db.session.execute(
        sa.select(Link.version_id, Link.field, Link.target, Address.entry_id)
        .outerjoin(Address, Address.slug == Link.target)
        .where(Link.version_id.in_(entry_of))
        .order_by(Link.version_id, Link.position)
    ).all()
    inward = (
        _pointing_here(set(entry_of.values()), reader=reader, on=on, most=most_inward) if most_inward else []
    )
    there = {row.entry_id for row in outward if row.entry_id is not None} | {row.id for row in inward}
    found = by_id(there, reader=reader, on=on)
    said = [
        Relation(
            here=entry_of[row.version_id],
            outward=True,
            field=row.field,
            slug=row.target,
            entry=found[row.entry_id].entry if row.entry_id in found else None,
        )
        for row in outward
    ]
    heard = [
        Relation(here=row.here, outward=False, field=row.field, slug=row.target, entry=found[row.id].entry)
        for row in inward
        if row.id in found
    ]
    return said + sorted(heard, key=_by_kind_and_title)


def _pointing_here(entries: set[int], *, reader: User | None, on: date, most: int) -> Sequence[sa.Row[Any]]:
    """Rows of (id of the entry that points, id of the one pointed to, field, slug)."""
    here = Address.__table__.alias()
    ever = (  # asked first, for few entries point here and many stand in the playbook
        sa.select(Version.entry_id)
        .join(Link, Link.version_id == Version.id)
        .join(Address, Address.slug == Link.target)
        .where(Address.entry_id.in_(entries))
        .correlate(None)
    )
    query = sa.select(Entry.id, here.c.entry_id.label("here"), Link.field, Link.target).select_from(Entry)
    return db.session.execute(
        in_force(query, on=on)
        .join(Link, Link.version_id == Version.id)
        .join(here, here.c.slug == Link.target)
        .where(
            Entry.id.in_(ever),
            here.c.entry_id.in_(entries),
            here.c.entry_id != Entry.id,
            may_know(reader),
        )
        .order_by(Entry.changed_at.desc(), Entry.id, Link.position)
        .limit(most)
    ).all()


def _by_kind_and_title(relation: Relation) -> tuple[str, int, str]:
    assert relation.entry is not None
    return relation.entry.kind_name, relation.entry.place, relation.entry.title


def on_shelves_then(kinds: Sequence[str], *, reader: User | None, on: date) -> list[tuple[Entry, Version]]:
    """All entries that were of these kinds and in force, with the version that was, in shelf order."""
    query = standing(reader=reader, on=on).where(was_of_kind(kinds))
    found = [each for each in stood(query, on=on) if each.entry.kind_name in kinds]
    return [(each.entry, each.version) for each in on_shelf_order(found)]


def was_of_kind(kinds: Sequence[str]) -> sa.ColumnElement[bool]:
    """The clause on Entry and Version that an entry was of one of these kinds, by its text or as it is today."""
    stated = sa.cast(Version.fields["kind"].as_string(), sa.String)
    is_silent = sa.or_(stated.is_(None), stated.not_in(list(KINDS)))
    return sa.or_(stated.in_(kinds), sa.and_(Entry.kind_name.in_(kinds), is_silent))


def shelf_then(
    kind: Kind, *, reader: User | None, on: date, narrowed: Sequence[sa.ColumnElement[bool]] = ()
) -> list[tuple[int, int]]:
    """The ids of all entries that were on the shelf of a kind, with those of their versions, in shelf order.

    Only what orders them is read, for a shelf may be long and a page of it is short.
    """
    order = Version.fields[kind.order_by] if kind.order_by else sa.null()
    query = sa.select(
        Entry.id,
        Version.id.label("version_id"),
        Entry.kind_name,
        Version.title,
        Version.fields["kind"],
        order,
    )
    rows = db.session.execute(
        in_force(query.select_from(Entry), on=on).where(may_know(reader), was_of_kind([kind.name]), *narrowed)
    )
    found = [
        (as_place(place), title, id, version_id)
        for id, version_id, kind_name, title, stated, place in rows
        if (stated_kind({"kind": stated}) or KINDS[kind_name]) == kind
    ]
    return [(id, version_id) for _, _, id, version_id in sorted(found)]


def counted_then(*, reader: User | None, on: date) -> Counter[str]:
    """How many entries were in force, by their kinds then."""
    query = sa.select(Entry.kind_name, Version.fields["kind"]).select_from(Entry)
    rows = db.session.execute(in_force(query, on=on).where(may_know(reader)))
    return Counter((stated_kind({"kind": stated}) or KINDS[name]).name for name, stated in rows)


def pointed_to_then(slug: str, *, reader: User | None) -> sa.ColumnElement[bool]:
    """The clause on Version that it points to the entry of this slug, whichever of its slugs it uses."""
    named = (
        sa.select(Address.entry_id)
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug == slug, visible(reader))
        .correlate(None)
    )
    same = sa.select(Address.slug).where(Address.entry_id.in_(named)).correlate(None)
    return sa.exists(
        sa.select(Link.id).where(Link.version_id == Version.id, Link.target.in_(same)).correlate(Version)
    )


def pointed_to_by(
    versions: Sequence[int], *, kinds: Collection[str], reader: User | None, on: date
) -> dict[str, list[tuple[Entry, int]]]:
    """Of these kinds, the entries that these versions point to, in shelf order, and how many of them do."""
    sources: dict[int, set[int]] = defaultdict(set)
    for start in range(0, len(versions), MOST_AT_ONCE):
        for here, there in db.session.execute(
            sa.select(Link.version_id, Address.entry_id)
            .join(Address, Address.slug == Link.target)
            .where(Link.version_id.in_(versions[start : start + MOST_AT_ONCE]))
        ):
            sources[there].add(here)
    found: dict[str, list[tuple[Entry, int]]] = {}
    for each in on_shelf_order(list(by_id(sources, reader=reader, on=on).values())):
        if each.entry.kind_name in kinds:
            found.setdefault(each.entry.kind_name, []).append((each.entry, len(sources[each.entry.id])))
    return found
