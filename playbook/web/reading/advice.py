"""What could be clearer in a version, in the words of its kind's declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playbook.kinds import Field, Kind
from playbook.kinds.lints import advice
from playbook.models import Version
from playbook.web.reading.phrases import plain

MARK = 12  # characters that the first cell of a row may have to be its name


@dataclass(frozen=True)
class Suggestion:
    """How one field could be clearer. `place` is the id of the field in the form.

    `blocks` says that its kind cannot be proposed before.
    """

    where: str
    message: str
    place: str
    blocks: bool


def suggestions(kind: Kind, version: Version) -> list[Suggestion]:
    """What every lint says of a version, in the order of its fields."""
    body = version.document.body if kind.body_words else ""
    return [
        Suggestion(
            where=where(kind, version.fields, each.field),
            message=each.message,
            place=each.field.replace(".", "-"),
            blocks=each.lint in kind.clean_to_agree,
        )
        for each in advice(kind, version.fields, body)
    ]


def where(kind: Kind, fields: Mapping[str, Any], path: str) -> str:
    """The place of a field in words: Milestones to leave it, D1: Test."""
    name, *steps = path.split(".")
    if name == "body":
        return kind.body_label
    declared = kind.field(name)
    if declared is None:
        return name
    place = declared.label
    if steps and steps[0].isdigit():
        place = f"{place}, {row_name(declared, fields.get(name), int(steps[0]))}"
    inner = next((field for field in declared.fields if field.name in steps[-1:]), None)
    return f"{place}: {inner.label}" if inner is not None else place


def row_name(declared: Field, rows: Any, number: int) -> str:
    """What a row is called: its mark, if its first cell is one, or its number."""
    row = rows[number - 1] if isinstance(rows, list) and number <= len(rows) else None
    first = plain(row.get(declared.fields[0].name)) if isinstance(row, dict) else ""
    return first if 0 < len(first) <= MARK else f"row {number}"
