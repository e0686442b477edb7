"""Relations of a document led to another entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from playbook.kinds.field import Field, Form
from playbook.kinds.kind import Kind


def retargeted(kind: Kind, fields: Mapping[str, Any], *, old: Collection[str], new: str) -> dict[str, Any]:
    """The fields of which a relation names one of the `old` slugs, with `new` in its place.

    Only those that change, whole; what the kind does not declare as a relation stays as it is. A list
    that would name the new entry twice names it once.
    """
    changed = _of_each(kind.all_fields, fields, old, new)
    return {name: value for name, value in changed.items() if value != fields[name]}


def _of_each(
    declared: Sequence[Field], values: Mapping[str, Any], old: Collection[str], new: str
) -> dict[str, Any]:
    by_name = {field.name: field for field in declared}
    return {
        name: _of(by_name[name], value, old, new) if name in by_name else value
        for name, value in values.items()
    }


def _of(declared: Field, value: Any, old: Collection[str], new: str) -> Any:
    match declared.form:
        case Form.RELATION if isinstance(value, str) and value in old:
            return new
        case Form.RELATIONS if isinstance(value, list) and any(_is(item, old) for item in value):
            led = [new if _is(item, old) else item for item in value]
            return [item for place, item in enumerate(led) if item != new or new not in led[:place]]
        case Form.GROUP if isinstance(value, dict):
            return _of_each(declared.fields, value, old, new)
        case Form.ROWS if isinstance(value, list):
            return [
                _of_each(declared.fields, row, old, new) if isinstance(row, dict) else row for row in value
            ]
        case _:
            return value


def _is(item: Any, old: Collection[str]) -> bool:
    return isinstance(item, str) and item in old
