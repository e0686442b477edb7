"""Links in other entries: which of them name what an entry is called no more, and how they would follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from playbook.db import db
from playbook.document import Document
from playbook.errors import Conflict, PlaybookError
from playbook.kinds import Kind
from playbook.kinds.retargeting import retargeted
from playbook.markdown.relinking import relinked
from playbook.models import Address, Entry, Link, Reading, User, Version, listed, read
from playbook.upkeep.amending import Left, Planned, amend, with_newest
from playbook.work import saving

AT_ONCE = 100  # entries looked at together; laying out the body of each takes some milliseconds


@dataclass(frozen=True)
class Pointing:
    """The entries whose newest version names an entry by slugs that it has no more.

    `to` is where they should point: the entry itself, or what replaced it if it is retired; nothing where
    nothing did. `more` counts those beyond the first hundred. Of entries that whoever asks may not know of
    nothing is said, not even how many there are: old addresses go on leading here.
    """

    entry: Entry
    to: Entry | None
    old: frozenset[str]
    planned: tuple[Planned, ...] = ()
    left: tuple[Left, ...] = ()
    more: int = 0

    @property
    def entries(self) -> list[Entry]:
        """All that may be named, by title."""
        named = [*(each.entry for each in self.planned), *(each.entry for each in self.left)]
        return sorted(named, key=lambda entry: (entry.title, entry.id))


@dataclass
class Relinked:
    """What followed, and what did not. `unknown` counts those of which nothing may be said."""

    versions: list[tuple[Entry, Version]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    unknown: int = 0


def pointing_to(entry: Entry, *, by: User) -> Pointing:
    """Every entry in use that names this one by a slug of old; of a retired entry, by any slug it ever had.

    What is retired is left out: its text is not read, and cannot be changed.
    """
    to, old = _from_to(entry, by=by)
    found = list(db.session.scalars(_naming(old)))
    known = with_newest(found, by=by)
    seen = [known[id] for id in found if id in known and known[id][1] is not None]
    seen.sort(key=lambda pair: (pair[0].title, pair[0].id))
    planned: list[Planned] = []
    left: list[Left] = []
    for each, version in seen[:AT_ONCE]:
        assert version is not None
        try:
            planned.append(Planned(each, version, _led(each, version.document, old, to)))
        except PlaybookError as refusal:
            left.append(Left(each, str(refusal)))
    return Pointing(
        entry,
        to,
        old,
        tuple(planned),
        tuple(left),
        more=max(0, len(seen) - AT_ONCE),
    )


@dataclass(frozen=True)
class PointedAt:
    """The entries in use that point to one, by title, as far as whoever asks may know of them."""

    entries: tuple[Entry, ...]


def pointed_at(entry: Entry, *, by: User) -> PointedAt:
    """Every other entry in use whose newest version names this one, by whichever of its slugs."""
    found = [id for id in db.session.scalars(_naming(_slugs(entry))) if id != entry.id]
    seen = [pair[0] for pair in with_newest(found, by=by).values() if pair[1] is not None]
    return PointedAt(tuple(sorted(seen, key=lambda each: (each.title, each.id))))


def relink(entry: Entry, chosen: Mapping[int, int], *, by: User) -> Relinked:
    """Give each chosen entry, by its id, a version whose links follow; the number is that of the version shown.

    Each is written for itself, so that one refusal keeps no other from following.

    Raises:
        Conflict: there is nothing that links could follow to.
    """
    to, old = _from_to(entry, by=by)
    if to is None:
        raise Conflict("Nothing replaced this entry, so links to it cannot follow.")
    outcome = Relinked()
    naming = set(db.session.scalars(_naming(old)))
    known = with_newest(chosen, by=by)
    readings: dict[int, Reading] = {}
    for id, base in chosen.items():
        each, version = known.get(id, (None, None))
        if each is None or version is None:
            outcome.unknown += 1
            continue
        try:
            if id not in naming:
                raise Conflict("None of its links leads there any more.")
            if version.number != base:
                raise Conflict(f"Version {version.number} was saved meanwhile.")
            after = _led(each, version.document, old, to)
            readings[id] = read(after, kind=each.kind, slug=each.slug, check=False)
        except PlaybookError as refusal:
            outcome.left.append(Left(each, str(refusal)))
    note = f"Links to {', '.join(sorted(old))} lead to {to.slug}"
    with saving() as session:
        for id, reading in readings.items():
            try:
                with session.begin_nested():
                    version = amend(id, reading, by=by, base=chosen[id], note=note)
            except PlaybookError as refusal:
                outcome.left.append(Left(known[id][0], str(refusal)))
            else:
                outcome.versions.append((version.entry, version))
    return outcome


def _from_to(entry: Entry, *, by: User) -> tuple[Entry | None, frozenset[str]]:
    """Where links should lead, and the slugs by which they are to follow."""
    slugs = _slugs(entry)
    if not entry.is_retired:
        return entry, slugs - {entry.slug}
    to = entry.replacement
    may_know = to is not None and db.session.scalar(sa.select(Entry.id).where(Entry.id == to.id, listed(by)))
    return (to if may_know else None), slugs


def _naming(old: frozenset[str]) -> sa.Select[int]:
    """The ids of the entries in use of which the newest version names one of the slugs."""
    return (
        sa.select(Entry.id)
        .join(Link, Link.version_id == Entry.latest_id)
        .where(Link.target.in_(old), Entry.retired_at.is_(None))
        .distinct()
        .order_by(Entry.id)
    )


def _led(entry: Entry, document: Document, old: frozenset[str], to: Entry | None) -> Document:
    """The document with its links led to where they should lead.

    Raises:
        Conflict: nothing replaced what it points to; it would point to itself; it says so in a way that
            nobody but a person can change.
        Invalid: it cannot be read or laid out.
    """
    if to is None:
        raise Conflict("Nothing replaced what it points to.")
    if to.id == entry.id and not old <= _slugs(entry):
        raise Conflict("It would point to itself.")
    after = led(document, kind=entry.kind, old=old, new=to.slug)
    if any(
        reference.target in old
        for reference in read(after, kind=entry.kind, slug=entry.slug, check=False).references
    ):
        raise Conflict("It names it in a way that is not changed by itself. Open it and change the link.")
    return after


def _slugs(entry: Entry) -> frozenset[str]:
    return frozenset(db.session.scalars(sa.select(Address.slug).where(Address.entry_id == entry.id)))


def led(document: Document, *, kind: Kind, old: frozenset[str], new: str) -> Document:
    """The document with each relation and each link of its body that names one of `old` naming `new`.

    Raises:
        Invalid: it cannot be read or laid out.
    """
    fields = retargeted(kind, document.fields, old=old, new=new)
    body = relinked(document.body, old=old, new=new)
    return document.with_changes(fields, body=None if body == document.body else body)
