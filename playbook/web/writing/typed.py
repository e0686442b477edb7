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
from playbook.web.writing.written import as_line, as_list, table_lines, written_field

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?\Z", re.ASCII)
ROWS = 200  # more than any form shows; bounds what a hostile one costs


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


def rows_in(flat: MultiDict[str, str], name: str) -> list[int]:
    """The numbers of the rows of a field that the form holds, in order."""
    prefix = f"{name}."
    numbers = {
        int(number)
        for key in flat
        if key.startswith(prefix)
        and (number := key[len(prefix) :].split(".")[0]).isascii()
        and number.isdigit()
        and len(number) < 5
    }
    return sorted(number for number in numbers if 1 <= number <= ROWS)


def _typed(declared: Field, flat: MultiDict[str, str], name: str, before: Any) -> Any:
    """The value after typing: `before` itself where nothing was typed, nothing where it was emptied."""
    shown: MultiDict[str, str] = MultiDict(written_field(declared, before, name))
    if not _speaks(declared, flat, name) and not _speaks(declared, shown, name):
        return before
    match declared.form:
        case Form.GROUP:
            return _group(declared, flat, name, before) or None
        case Form.ROWS:
            return _rows(declared, flat, name, before if isinstance(before, list) else []) or None
        case Form.CHOICES | Form.RELATIONS:
            return _several(declared, flat.getlist(name), before)
    said = _lines(flat.get(name, ""))
    if said == _lines(shown.get(name, "")):
        return before
    match declared.form:
        case Form.FLAG:
            return bool(said)
        case Form.TEXT:
            return flat.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip() or None
        case Form.LIST | Form.PEOPLE:
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
            return any(_row_speaks(declared, flat, f"{name}.{number}") for number in rows_in(flat, name))
        case _:
            return any(value.strip() for value in flat.getlist(name))


def _row_speaks(declared: Field, flat: MultiDict[str, str], name: str) -> bool:
    return any(_speaks(inner, flat, f"{name}.{inner.name}") for inner in declared.fields)


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
    if declared.form is Form.RELATIONS:
        sent = list(dict.fromkeys(item for line in sent for item in re.split(r"[\s,]+", line) if item))
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


def _rows(declared: Field, flat: MultiDict[str, str], name: str, before: list[Any]) -> list[Any]:
    """The rows that still say something, and those of which nothing was shown."""
    rows = dict(enumerate(before, start=1))
    shown: MultiDict[str, str] = MultiDict(written_field(declared, before, name))
    for number in {*rows, *rows_in(flat, name)}:
        here = f"{name}.{number}"
        if _row_speaks(declared, flat, here):
            rows[number] = _group(declared, flat, here, rows.get(number))
        elif number <= ROWS and _row_speaks(declared, shown, here):
            del rows[number]
    return [rows[number] for number in sorted(rows)]


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
