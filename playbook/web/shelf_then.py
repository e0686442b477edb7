"""The shelf of one kind as it stood on a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from playbook.kinds import Kind
from playbook.models import Entry, User
from playbook.models.around_then import by_id, pointed_to_by, pointed_to_then, shelf_then
from playbook.web.as_of import refuse_before_anything


def held_then(
    kind: Kind, *, chosen: Mapping[str, str], first: int, limit: int, reader: User, day: date
) -> tuple[list[Entry], int]:
    """The entries at these places of the narrowed shelf, and how many it had.

    Raises:
        NoDay: there are none, because nothing at all had been agreed by then.
    """
    narrowed = [pointed_to_then(slug, reader=reader) for slug in chosen.values()]
    shelf = shelf_then(kind, reader=reader, on=day, narrowed=narrowed)
    if not shelf:
        refuse_before_anything(day)
    ids = [entry_id for entry_id, _ in shelf[first : first + limit]]
    found = by_id(ids, reader=reader, on=day)
    return [found[entry_id].entry for entry_id in ids if entry_id in found], len(shelf)


def choices_then(
    kind: Kind, *, among: Collection[str], reader: User, day: date
) -> dict[str, list[tuple[Entry, int]]]:
    """Of these kinds, what the entries of a shelf pointed to then, and how many of them did."""
    versions = [version_id for _, version_id in shelf_then(kind, reader=reader, on=day)]
    wanted = [name for name in among if name != kind.name]
    return pointed_to_by(versions, kinds=wanted, reader=reader, on=day)
