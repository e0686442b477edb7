"""From what was typed into the form back to fields: only those that differ from the base.

What the form shows of a value is less than the value: white space is folded, boxes come back in the
order of the list, keys that nobody declared are not shown at all. So a value, or a row of one, whose
words came back as they were shown is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from playbook.kinds import Field, Form, Kind
from playbook.web.writing.rows import SHOWN, rows_in
from playbook.web.writing.written import as_line, as_list, table_lines, written_field

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?\Z", re.ASCII)
SEPARATORS = {Form.RELATIONS: re.compile(r"[\s,]+"), Form.PEOPLE: re.compile(r"\s*,\s*")}


def changes(
    kind: Kind, flat: MultiDict[str, str], base: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """(fields with new values, names of fields that were emptied), against the fields of the base."""
    changed: dict[str, Any] = {}
    emptied: list[str] = []
    for declared in kind.all_fields:
        before = base.get(declared.name)
        after = _typed(declared, flat, declared.name, before)
        if after == before:
            continue
        if after is None:
            emptied.append(declared.name)
        else:
            changed[declared.name] = after
    return changed, emptied


def places_of_rows(kind: Kind, flat: MultiDict[str, str], base: Mapping[str, Any]) -> dict[str, list[int]]:
    """For each field with rows, the number in the form of each row that the document will hold; 0 for others."""
    return {
        declared.name: [number for number, _ in _kept(declared, flat, declared.name, base.get(declared.name))]
        for declared in kind.all_fields
        if declared.form is Form.ROWS
    }


def _typed(declared: Field, flat: MultiDict[str, str], name: str, before: Any) -> Any:
    """The value after typing: `before` itself where nothing was typed, nothing where it was emptied."""
    shown: MultiDict[str, str] = MultiDict(written_field(declared, before, name))
    has_rows = declared.form is Form.ROWS and isinstance(before, list) and before
    if not has_rows and not _speaks(declared, flat, name) and not _speaks(declared, shown, name):
        return before
    match declared.form:
        case Form.GROUP:
            return _group(declared, flat, name, before) or None
        case Form.ROWS:
            return [value for _, value in _kept(declared, flat, name, before)] or None
        case Form.CHOICES | Form.RELATIONS | Form.PEOPLE:
            return _several(declared, flat.getlist(name), before)
    said = _lines(_one(declared, flat.getlist(name)))
    if said == _lines(shown.get(name, "")):
        return before
    match declared.form:
        case Form.FLAG:
            return bool(said)
        case Form.TEXT:
            return flat.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip() or None
        case Form.LIST:
            known = {as_line(item): item for item in as_list(before)}
            return [known.get(line, line) for line in said if line] or None
        case Form.TABLE:
            return _table(said, before if isinstance(before, dict) else {}) or None
    words = " ".join(said)
    return _number(words) if declared.form is Form.NUMBER and NUMBER.match(words) else words or None


def _speaks(declared: Field, flat: MultiDict[str, str], name: str) -> bool:
    """Whether any value of the field says something."""
    match declared.form:
        case Form.GROUP:
            return any(_speaks(inner, flat, f"{name}.{inner.name}") for inner in declared.fields)
        case Form.ROWS:
            return any(
                _row_speaks(declared, flat, row.at(name)) for row in rows_in(flat, name) if not row.is_gone
            )
        case _:
            return any(value.strip() for value in flat.getlist(name))


def _row_speaks(declared: Field, flat: MultiDict[str, str], name: str) -> bool:
    return any(_speaks(inner, flat, f"{name}.{inner.name}") for inner in declared.fields)


def _one(declared: Field, values: list[str]) -> str:
    """What was said of a field with one value. What is typed takes the place of what was chosen before."""
    if declared.form in {Form.RELATION, Form.PERSON}:
        values = [value for value in values if value.strip()][-1:]
    return values[0] if values else ""


def _lines(text: str) -> list[str]:
    """The words of each line, whatever the white space between them and around the text."""
    return [as_line(line) for line in text.strip().splitlines()]


def _several(declared: Field, values: list[str], before: Any) -> Any:
    """Boxes come back in the order of the page, so what was there before keeps the order it had."""
    known = {line: item for item in as_list(before) if (line := as_line(item))}
    sent = list(dict.fromkeys(line for text in values for line in _lines(text) if line))
    boxes = len(values) > 1
    if sent == list(known) or (boxes and set(sent) == set(known)):
        return before
    between = SEPARATORS.get(declared.form)
    if between:
        parts = [[line] if line in known else between.split(line) for line in sent]
        sent = list(dict.fromkeys(item for items in parts for item in items if item))
    if boxes:
        places = {line: place for place, line in enumerate(known)}
        sent.sort(key=lambda item: places.get(item, len(places)))
    return [known.get(item, item) for item in sent] or None


def _group(declared: Field, flat: MultiDict[str, str], name: str, before: Any) -> dict[str, Any]:
    """The inner fields; keys that the declaration does not know stay as they were."""
    group = dict(before) if isinstance(before, dict) else {}
    for inner in declared.fields:
        was = group.get(inner.name)
        value = _typed(inner, flat, f"{name}.{inner.name}", was)
        if value is not None:
            group[inner.name] = value
        elif was is not None:
            del group[inner.name]
    return group


def _kept(
    declared: Field, flat: MultiDict[str, str], name: str, before: Any
) -> list[tuple[int, dict[str, Any] | Any]]:
    """(number in the form, row) of the rows that the document will hold, in their order.

    A row that came from one of the base keeps of it what the form does not show. Of a row of the base
    nothing may have been shown; then it stays until it is taken out. Number 0 is a row that the form has not.
    """
    base = dict(enumerate(before if isinstance(before, list) else (), start=1))
    shown: MultiDict[str, str] = MultiDict(written_field(declared, before, name))
    spoke = {number for number in base if _row_speaks(declared, shown, f"{name}.{number}")}
    rows = rows_in(flat, name)
    kept: list[tuple[int, Any]] = []
    left = dict(base)
    for row in rows:
        came = row.origin in left  # a row of the base may hold nothing, and is one all the same
        was = left.pop(row.origin) if row.origin in left else None
        if row.is_gone:
            continue
        if _row_speaks(declared, flat, row.at(name)):
            kept.append((row.number, _group(declared, flat, row.at(name), was)))
        elif came and row.origin not in spoke:
            kept.append((row.number, was))
    told = any(f"{row.at(name)}._from" in flat for row in rows)
    for number, was in left.items():
        if number > SHOWN or not (told or number in spoke):
            kept.append((0, was))
    return kept


def _table(lines: list[str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Lines of "key: value". A line that was not touched keeps its key and its value as they were."""
    known = {line: (key, cell) for line, key, cell in table_lines(before)}
    table: dict[str, Any] = {}
    for line in lines:
        if line in known:
            key, cell = known[line]
            table[key] = cell
            continue
        key, _, words = (part.strip() for part in line.partition(":"))
        if not key:
            continue
        if isinstance(before.get(key), list):
            table[key] = [item.strip() for item in words.split(",") if item.strip()]
        else:
            table[key] = _number(words) if NUMBER.match(words) else words
    return table


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
