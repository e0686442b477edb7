"""What a kind's declaration says about the fields of one document: faults, relations, words.

Pure functions of (kind, fields); `fields` are the JSON-able values of a document's front matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from playbook.errors import Problem
from playbook.kinds.field import Field, Form
from playbook.kinds.kind import Kind
from playbook.kinds.shared import RECORDED_ELSEWHERE

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\Z")

RELATING = frozenset({Form.RELATION, Form.RELATIONS, Form.GROUP, Form.ROWS})
UNSPOKEN = frozenset({"owner", "co_owner", "audience", "readers", "language"})

_EXPECTED = {
    Form.LINE: "a sentence",
    Form.TEXT: "text",
    Form.NUMBER: "a number",
    Form.FLAG: "true or false",
    Form.DATE: "a date such as 2026-03-01",
    Form.CHOICE: "one of the choices",
    Form.CHOICES: "a list of choices",
    Form.LIST: "a list of sentences",
    Form.RELATION: "the slug of an entry",
    Form.RELATIONS: "a list of slugs",
    Form.PERSON: "the name of a person such as first.last",
    Form.PEOPLE: "a list of names such as first.last",
    Form.GROUP: "a group of fields",
    Form.ROWS: "a list of rows",
    Form.TABLE: "a group of short values",
}


@dataclass(frozen=True)
class Reference:
    """One relation stated by a document: the field it stands in, and the slug it points to."""

    field: str  # dotted path of the declaration: "felt_by.persona"
    target: str


@dataclass(frozen=True)
class Spoken:
    """Words that a search should find, and where they stand: in a field, or in a row of one, counted from 1."""

    field: str
    row: int | None
    text: str


def faults(kind: Kind, fields: Mapping[str, Any]) -> list[Problem]:
    """Why a document cannot be kept as a draft of this kind; empty when it can."""
    if kind.lenient:
        return []
    return [
        fault
        for declared in kind.all_fields
        for fault in _faults(declared, fields.get(declared.name), declared.name)
    ]


def missing_to_agree(kind: Kind, fields: Mapping[str, Any]) -> list[Problem]:
    """What is still to be filled in before the document can be agreed."""
    return [
        Problem(declared.name, f"{declared.label} is needed before this can be agreed.")
        for declared in kind.all_fields
        if (declared.to_agree or declared.to_draft) and _is_empty(fields.get(declared.name))
    ]


def references(kind: Kind, fields: Mapping[str, Any]) -> list[Reference]:
    """Every relation the fields state, in order of appearance, without doubles."""
    return list(dict.fromkeys(_references_of(kind.all_fields, fields, "")))


def other_fields(kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Front matter that the kind does not declare; kept and shown as it is."""
    declared = {known.name for known in kind.all_fields} | RECORDED_ELSEWHERE
    return {name: value for name, value in fields.items() if name not in declared and not _is_empty(value)}


def spoken_words(kind: Kind, fields: Mapping[str, Any]) -> str:
    """The words in the fields that a search should find, one line a field; relations are left out."""
    lines = (
        " ".join(each.text for each in of_field) for _, of_field in groupby(spoken(kind, fields), _field_of)
    )
    return "\n".join(lines)


def spoken(kind: Kind, fields: Mapping[str, Any]) -> Iterator[Spoken]:
    """The same, each piece with where it stands; what says nothing is left out."""
    for declared in kind.all_fields:
        if declared.name in fields:
            for row, words in _placed(declared, fields[declared.name]):
                if text := " ".join(words):
                    yield Spoken(declared.name, row, text)
    for name, value in other_fields(kind, fields).items():
        if text := " ".join(_plain(value)):
            yield Spoken(name, None, text)


def is_date(text: str) -> bool:
    """Whether this is a day of the calendar, written YYYY-MM-DD."""
    try:
        return bool(DATE.match(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _faults(declared: Field, value: Any, path: str) -> Iterator[Problem]:
    if _is_empty(value):
        if declared.to_draft:
            yield Problem(path, f"{declared.label} is needed.")
        return
    if not _fits(declared, value):
        yield Problem(path, f"{declared.label} must be {_EXPECTED[declared.form]}.")
        return
    if declared.characters and len(str(value)) > declared.characters:
        yield Problem(
            path, f"{declared.label} has {len(str(value))} characters; at most {declared.characters}."
        )
    if declared.form is Form.GROUP:
        for inner in declared.fields:
            yield from _faults(inner, value.get(inner.name), f"{path}.{inner.name}")
    if declared.form is Form.ROWS:
        for number, row in enumerate(value, start=1):
            for inner in declared.fields:
                yield from _faults(inner, row.get(inner.name), f"{path}.{number}.{inner.name}")


def _fits(declared: Field, value: Any) -> bool:
    match declared.form:
        case Form.LINE | Form.TEXT | Form.PERSON:
            return isinstance(value, str | int | float) and not isinstance(value, bool)
        case Form.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Form.FLAG:
            return isinstance(value, bool)
        case Form.DATE:
            return isinstance(value, str) and is_date(value)
        case Form.CHOICE:
            return isinstance(value, str) and value in dict(declared.choices)
        case Form.CHOICES:
            known = dict(declared.choices)
            return isinstance(value, list) and all(isinstance(item, str) and item in known for item in value)
        case Form.LIST | Form.PEOPLE:
            return isinstance(value, list) and all(isinstance(item, str | int | float) for item in value)
        case Form.RELATION:
            return isinstance(value, str) and bool(SLUG.match(value))
        case Form.RELATIONS:
            return isinstance(value, list) and all(
                isinstance(item, str) and SLUG.match(item) for item in value
            )
        case Form.GROUP:
            return isinstance(value, dict)
        case Form.ROWS:
            return isinstance(value, list) and all(isinstance(row, dict) for row in value)
        case Form.TABLE:
            return isinstance(value, dict) and not any(isinstance(cell, dict) for cell in value.values())


def _references(declared: Field, value: Any, path: str) -> Iterator[Reference]:
    match declared.form:
        case Form.RELATION if isinstance(value, str) and SLUG.match(value):
            yield Reference(path, value)
        case Form.RELATIONS if isinstance(value, list):
            for item in value:
                if isinstance(item, str) and SLUG.match(item):
                    yield Reference(path, item)
        case Form.GROUP if isinstance(value, dict):
            yield from _references_of(declared.fields, value, f"{path}.")
        case Form.ROWS if isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    yield from _references_of(declared.fields, row, f"{path}.")


def _references_of(declared: Sequence[Field], values: Mapping[str, Any], path: str) -> Iterator[Reference]:
    for field in declared:
        if field.form in RELATING and field.name in values:
            yield from _references(field, values[field.name], f"{path}{field.name}")


def _field_of(piece: Spoken) -> str:
    return piece.field


def _placed(declared: Field, value: Any) -> Iterator[tuple[int | None, Iterable[str]]]:
    if declared.form is Form.ROWS and isinstance(value, list):
        for number, row in enumerate(value, start=1):
            if isinstance(row, dict):
                yield number, _words_of(declared.fields, row)
    else:
        yield None, _words(declared, value)


def _words(declared: Field, value: Any) -> Iterable[str]:
    if declared.name in UNSPOKEN or _is_empty(value):
        return ()
    match declared.form:
        case Form.LINE | Form.TEXT | Form.LIST | Form.PERSON | Form.PEOPLE:
            return _plain(value)
        case Form.RELATION | Form.RELATIONS | Form.NUMBER | Form.FLAG | Form.DATE:
            return ()
        case Form.CHOICE:
            return (declared.choice(value),)
        case Form.CHOICES if isinstance(value, list):
            return [declared.choice(item) for item in value]
        case Form.GROUP if isinstance(value, dict):
            return _words_of(declared.fields, value)
        case Form.ROWS if isinstance(value, list):
            rows = [row for row in value if isinstance(row, dict)]
            return [word for row in rows for word in _words_of(declared.fields, row)]
        case _:
            return _plain(value)


def _words_of(declared: Sequence[Field], values: Mapping[str, Any]) -> list[str]:
    return [word for field in declared if field.name in values for word in _words(field, values[field.name])]


def _plain(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Mapping):
        return [word for inner in value.values() for word in _plain(inner)]
    if isinstance(value, Sequence):
        return [word for inner in value for word in _plain(inner)]
    return ()
