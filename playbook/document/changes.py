"""What changed between two sets of fields, in steps a person would name."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from playbook.document.likeness import best_pairs
from playbook.document.spelling import word_like
from playbook.document.values import same

Path: TypeAlias = tuple[str | int, ...]
ChangeKind: TypeAlias = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class FieldChange:
    """One difference between two sets of fields.

    `path` leads from the field's name inwards: keys of mappings, then for a row of a list its
    identity (`"D2"`, `"persona-cfo"`) where the rows have one, else its 0-based place; for an item
    of a plain list its place. Places are those in the new list, of removed items in the old one.
    `before` is None where the value was absent, `after` where it is gone.
    A `moved` change has the path of a list: `before` and `after` are what stayed in it, in both
    orders; rows are given by their identity, else by their old places.
    """

    path: Path
    before: Any
    after: Any
    kind: ChangeKind


def field_changes(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    """The changes from one set of fields to another, in the order of the new fields, lost fields last.

    Nested mappings are walked into. Items of a plain list are added or removed one by one, or
    changed where a sentence was reworded. Rows (lists of mappings) are matched by `id` or `slug`,
    else by the first key whose values are slugs unlike one another, else by likeness, so that a
    row put in between leaves the others unchanged.
    """
    return list(_mapping((), before, after))


def _changes(path: Path, before: Any, after: Any) -> Iterator[FieldChange]:
    if same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _mapping(path, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        everything = before + after
        if all(isinstance(item, dict) for item in everything):
            yield from _rows(path, before, after)
        elif not any(isinstance(item, dict | list) for item in everything):
            yield from _items(path, before, after)
        else:
            yield FieldChange(path, before, after, "changed")
    else:
        yield FieldChange(path, before, after, "changed")


def _mapping(path: Path, before: dict[str, Any], after: dict[str, Any]) -> Iterator[FieldChange]:
    for name, value in after.items():
        if name in before:
            yield from _changes((*path, name), before[name], value)
        else:
            yield FieldChange((*path, name), None, value, "added")
    for name, value in before.items():
        if name not in after:
            yield FieldChange((*path, name), value, None, "removed")


def _items(path: Path, before: list[Any], after: list[Any]) -> Iterator[FieldChange]:
    lost, kept_before = _without(before, after)
    fresh, kept_after = _without(after, before)
    reworded = best_pairs([before[place] for place in lost], [after[place] for place in fresh])
    old_wording = {fresh[new]: lost[old] for old, new in reworded}
    reworded_from = set(old_wording.values())
    for place in fresh:
        if place in old_wording:
            yield FieldChange((*path, place), before[old_wording[place]], after[place], "changed")
        else:
            yield FieldChange((*path, place), None, after[place], "added")
    for place in lost:
        if place not in reworded_from:
            yield FieldChange((*path, place), before[place], None, "removed")
    if not same(kept_before, kept_after):
        yield FieldChange(path, kept_before, kept_after, "moved")


def _without(items: list[Any], others: list[Any]) -> tuple[list[int], list[Any]]:
    """The places of items that the others lack, and the items that stay; true and 1 are two things."""
    there = Counter((type(item), item) for item in others)
    lacking: list[int] = []
    shared: list[Any] = []
    for place, item in enumerate(items):
        if there[type(item), item] > 0:
            there[type(item), item] -= 1
            shared.append(item)
        else:
            lacking.append(place)
    return lacking, shared


def _rows(path: Path, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[FieldChange]:
    identity = _identity(before, after)
    old_place = _matched(before, after, identity)

    def step(row: dict[str, Any], place: int) -> str | int:
        return place if identity is None else str(row[identity])

    for place, row in enumerate(after):
        if place in old_place:
            yield from _mapping((*path, step(row, place)), before[old_place[place]], row)
        else:
            yield FieldChange((*path, step(row, place)), None, row, "added")
    stayed = sorted(old_place.values())
    there = set(stayed)
    for place, row in enumerate(before):
        if place not in there:
            yield FieldChange((*path, step(row, place)), row, None, "removed")
    in_new_order = [old_place[place] for place in sorted(old_place)]
    if in_new_order != stayed:
        names = [[step(before[place], place) for place in places] for places in (stayed, in_new_order)]
        yield FieldChange(path, names[0], names[1], "moved")


def _identity(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str | None:
    """The key that tells the rows of both lists apart, if there is one."""
    for name in ("id", "slug"):
        if _tells_apart(name, before, str | int) and _tells_apart(name, after, str | int):
            return name
    for name in after[0] if after else ():
        if _tells_apart(name, before, str) and _tells_apart(name, after, str):
            values = {row[name] for row in before}, {row[name] for row in after}
            if values[0] & values[1] and all(_names_something(value) for value in values[0] | values[1]):
                return name
    return None


def _names_something(value: str) -> bool:
    """Whether this is a slug or a code; a date tells rows apart by chance only."""
    return word_like(value) and value[0].isalpha()


def _tells_apart(name: str, rows: list[dict[str, Any]], kinds: Any) -> bool:
    values = [row.get(name) for row in rows]
    return all(isinstance(value, kinds) for value in values) and len({str(value) for value in values}) == len(
        rows
    )


def _matched(
    before: list[dict[str, Any]], after: list[dict[str, Any]], identity: str | None
) -> dict[int, int]:
    """For places of the new list, the place of the same row in the old one."""
    old_place: dict[int, int] = {}
    if identity is not None:
        places = {str(row[identity]): place for place, row in enumerate(before)}
        old_place = {
            place: places[str(row[identity])]
            for place, row in enumerate(after)
            if str(row[identity]) in places
        }
    if identity in ("id", "slug"):
        return old_place
    taken = set(old_place.values())
    free = [place for place in range(len(before)) if place not in taken]
    fresh = [place for place in range(len(after)) if place not in old_place]
    pairs = [*_equal_pairs([before[place] for place in free], [after[place] for place in fresh])]
    old_place |= {fresh[new]: free[old] for old, new in pairs}
    taken = set(old_place.values())
    free = [place for place in free if place not in taken]
    fresh = [place for place in fresh if place not in old_place]
    pairs = best_pairs([before[place] for place in free], [after[place] for place in fresh])
    return old_place | {fresh[new]: free[old] for old, new in pairs}


def _equal_pairs(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    waiting: dict[str, list[int]] = {}
    for place, row in enumerate(old):
        waiting.setdefault(json.dumps(row, sort_keys=True), []).append(place)
    for place, row in enumerate(new):
        places = waiting.get(json.dumps(row, sort_keys=True))
        if places:
            yield places.pop(0), place
