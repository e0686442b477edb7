"""From the fields of a document to the flat values of a form: "felt_by.1.persona" → "persona-cfo"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from playbook.kinds import Field, Form, Kind


def written(kind: Kind, fields: Mapping[str, Any]) -> MultiDict[str, str]:
    """Every value as the form shows it. Rows count from 1."""
    flat: MultiDict[str, str] = MultiDict()
    for declared in kind.all_fields:
        for name, value in written_field(declared, fields.get(declared.name), declared.name):
            flat.add(name, value)
    return flat


def written_field(declared: Field, value: Any, name: str) -> Iterator[tuple[str, str]]:
    """One field as the form shows it; nothing where the value is not what the field holds."""
    if value is None:
        return
    match declared.form:
        case Form.FLAG:
            if value is True:
                yield name, "yes"
        case Form.TEXT:
            yield name, _lines(value)
        case Form.LIST:
            yield name, "\n".join(as_line(item) for item in as_list(value))
        case Form.CHOICES | Form.RELATIONS | Form.PEOPLE:
            for item in as_list(value):
                yield name, as_line(item)
        case Form.TABLE if isinstance(value, dict):
            yield name, "\n".join(row for row, _, _ in table_lines(value))
        case Form.GROUP:
            yield from _inner(declared, value, name)
        case Form.ROWS:
            for number, row in enumerate(value if isinstance(value, list) else (), start=1):
                yield f"{name}.{number}._from", str(number)
                yield from _inner(declared, row, f"{name}.{number}")
        case _:
            yield name, as_line(value)


def _inner(declared: Field, value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner in declared.fields:
            yield from written_field(inner, value.get(inner.name), f"{name}.{inner.name}")


def table_lines(value: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(the line that the form shows, the key, the cell) of each row of a table."""
    for key, cell in value.items():
        yield " ".join(f"{key}: {as_text(cell)}".split()), key, cell


def as_list(value: Any) -> list[Any]:
    """A list as it is, anything else as the only item of one."""
    return value if isinstance(value, list) else [value]


def as_line(value: Any) -> str:
    """A value in one line: browsers drop the line ends of a field that has only one."""
    return " ".join(as_text(value).split())


def as_text(value: Any) -> str:
    """A value as somebody would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {as_text(inner)}" for key, inner in value.items())
    return "" if value is None else str(value)


def _lines(value: Any) -> str:
    return as_text(value).replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
