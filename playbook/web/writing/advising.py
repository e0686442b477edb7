"""What could be clearer in a form, beside the field that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from playbook.kinds import Kind
from playbook.kinds.lints import advice
from playbook.web.writing.typed import changes, places_of_rows


def advised(
    kind: Kind, flat: MultiDict[str, str], *, before: Mapping[str, Any], body: str
) -> dict[str, list[str]]:
    """What the lints say to a form, by the name of the field in it; `before` are the fields it started from."""
    changed, emptied = changes(kind, flat, before)
    now = {name: value for name, value in {**before, **changed}.items() if name not in emptied}
    places = places_of_rows(kind, flat, before)
    found: dict[str, list[str]] = {}
    for each in advice(kind, now, body):
        found.setdefault(in_the_form(each.field, places), []).append(each.message)
    return found


def in_the_form(field: str, places: Mapping[str, list[int]]) -> str:
    """The name in the form of a field of the document, whose rows the form may have numbered otherwise."""
    name, _, rest = field.partition(".")
    number, _, inner = rest.partition(".")
    numbers = places.get(name, [])
    if not (number.isdigit() and 1 <= int(number) <= len(numbers)):
        return field
    return f"{name}.{numbers[int(number) - 1]}.{inner}".rstrip(".")
