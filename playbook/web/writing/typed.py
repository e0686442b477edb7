"""From what was typed into the form back to fields: only those that differ from the base."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from playbook.kinds import Field, Form, Kind
from playbook.web.writing.written import as_list, as_text

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?\Z")
ROWS = 200  # more than any form shows; bounds what a hostile one costs


def changes(kind: Kind, flat: MultiDict[str, str], base: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(fields with new values, names of fields that were emptied), against the fields of the base."""
    changed: dict[str, Any] = {}
    emptied: list[str] = []
    for declared in kind.all_fields:
        before = base.get(declared.name)
        after = _typed(declared, flat, declared.name, before)
        if _same(after, before):
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
        if key.startswith(prefix) and (number := key[len(prefix) :].split(".")[0]).isascii() and number.isdigit()
    }
    return sorted(number for number in numbers if 1 <= number <= ROWS)


def _same(after: Any, before: Any) -> bool:
    if isinstance(before, str) and isinstance(after, str):
        return after.split() == before.split()  # folding moves line breaks about
    if before in (None, "", [], {}):
        return after is None
    return bool(after == before)


def _typed(declared: Field, flat: MultiDict[str, str], name: str, before: Any) -> Any:
    value = flat.get(name, "").replace("\r\n", "\n").replace("\r", "\n").strip()
    match declared.form:
        case Form.FLAG:
            return True if value else (False if before is not None else None)
        case Form.LIST:
            known = {as_text(item): item for item in as_list(before)} if before is not None else {}
            lines = [line.strip() for line in value.split("\n") if line.strip()]
            return [known.get(line, line) for line in lines] or None
        case Form.CHOICES | Form.RELATIONS:
            return [item for given in flat.getlist(name) for item in re.split(r"[\s,]+", given) if item] or None
        case Form.TABLE:
            return _table(value, before if isinstance(before, dict) else {}) or None
        case Form.GROUP:
            return _group(declared, flat, name, before if isinstance(before, dict) else {}) or None
        case Form.ROWS:
            rows = before if isinstance(before, list) else []
            typed = (
                _group(declared, flat, f"{name}.{number}", rows[number - 1] if number <= len(rows) else {})
                for number in rows_in(flat, name)
            )
            return [row for row in typed if _says_something(declared, row)] or None
        case Form.NUMBER:
            if value and value == as_text(before):
                return before
            return _number(value) if NUMBER.match(value) else value or None
        case Form.TEXT:
            return before if isinstance(before, str) and before.split() == value.split() else value or None
        case _:
            return before if before is not None and as_text(before) == value else " ".join(value.split()) or None


def _says_something(declared: Field, row: Mapping[str, Any]) -> bool:
    """A row of nothing but unticked boxes was never meant."""
    return any(value is not False for value in row.values())


def _group(declared: Field, flat: MultiDict[str, str], name: str, before: Any) -> dict[str, Any]:
    """The inner fields; keys that the declaration does not know stay as they were."""
    before = before if isinstance(before, dict) else {}
    typed = {inner.name: _typed(inner, flat, f"{name}.{inner.name}", before.get(inner.name)) for inner in declared.fields}
    if all(value in (None, False) for value in typed.values()):
        return {}
    merged = {key: typed.get(key, value) for key, value in before.items()}
    merged |= {key: value for key, value in typed.items() if key not in before}
    return {key: value for key, value in merged.items() if value is not None}


def _table(text: str, before: Mapping[str, Any]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for line in text.split("\n"):
        key, colon, cell = (part.strip() for part in line.partition(":"))
        if not key:
            continue
        was = before.get(key)
        if as_text(was) == cell and was is not None:
            table[key] = was
        elif isinstance(was, list):
            table[key] = [item.strip() for item in cell.split(",") if item.strip()]
        else:
            table[key] = _number(cell) if NUMBER.match(cell) else cell
    return table


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
