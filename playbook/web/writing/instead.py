"""A few fields of a proposed version, to be written otherwise where they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from playbook.document import FieldChange
from playbook.kinds import Field, Form, Kind
from playbook.web.writing.written import as_text, written

# What stands in one box or one list of choices.
SINGLE = frozenset({Form.LINE, Form.TEXT, Form.NUMBER, Form.DATE, Form.CHOICE})
MOST = 6  # beyond so many fields, the whole form is quicker


@dataclass(frozen=True)
class Instead:
    """One field that the proposed version changed: what it proposes, and what stands in the box."""

    name: str  # as in the form of the entry
    label: str
    declared: Field
    proposed: str
    value: str


def offered(
    kind: Kind, found: Iterable[FieldChange], fields: Mapping[str, Any], typed: Mapping[str, str]
) -> list[Instead]:
    """The fields with one value that changed, each as a box; `fields` are those of the proposed version.

    What holds several values, or was taken out, is changed in the whole form.
    """
    boxes = []
    for change in found:
        place = _place(kind, change.path, fields)
        if place is None or change.after is None or isinstance(change.after, dict | list):
            continue
        name, label, declared = place
        if declared.form in SINGLE:
            proposed = as_text(change.after)
            shown = declared.choice(change.after) if declared.form is Form.CHOICE else proposed
            boxes.append(Instead(name, label, declared, shown, typed.get(name, proposed)))
    return boxes[:MOST]


def filled(kind: Kind, fields: Mapping[str, Any], typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """The whole form of the proposed version, with what was typed into some of its boxes."""
    flat: MultiDict[str, str] = MultiDict(written(kind, fields))
    known = {declared.name for declared in kind.all_fields}
    for name in typed:
        if name.split(".")[0] in known:
            flat.setlist(name, typed.getlist(name))
    return flat


def _place(
    kind: Kind, path: tuple[str | int, ...], fields: Mapping[str, Any]
) -> tuple[str, str, Field] | None:
    """(name in the form, label, declaration) of the place a path leads to; nothing where the form has none."""
    declared = kind.field(str(path[0]))
    name, value = str(path[0]), fields.get(str(path[0]))
    labels: list[str] = []
    for step in path[1:]:
        if declared is None:
            return None
        if declared.form is Form.ROWS and not labels and isinstance(value, list):
            row = _row(value, step)
            if row is None:
                return None
            name, value = f"{name}.{row + 1}", value[row]
            labels.append(str(step) if isinstance(step, str) else f"Row {row + 1}")
            continue
        inner = next((each for each in declared.fields if each.name == step), None)
        if inner is None or not isinstance(value, dict):
            return None
        name, value, declared = f"{name}.{inner.name}", value.get(inner.name), inner
    if declared is None:
        return None
    return name, ", ".join([*labels, declared.label]), declared


def _row(rows: list[Any], step: str | int) -> int | None:
    """The place of the row that a step of a path means: by its place, or by what it is known by."""
    if isinstance(step, int):
        return step if step < len(rows) else None
    found = [
        place for place, row in enumerate(rows) if isinstance(row, dict) and step in map(str, row.values())
    ]
    return found[0] if len(found) == 1 else None
