"""The claims that a document makes: what it says, who said so, and until when it is good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from playbook.kinds.field import Field, Form
from playbook.kinds.kind import Kind
from playbook.kinds.reading import is_date

SMALL_PRINT = frozenset({"source", "as_of", "expires", "label"})
LARGEST = 10**15
NO_SOURCE = frozenset(
    {"?", "??", "???", "-", "–", "—", "n/a", "na", "none", "tba", "tbc", "tbd", "todo", "unknown"}
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim. `field` and `row` say where it stands; a claim that fills a field of its own has no row.

    `source` is empty where none is named; `as_of` and `expires` where no such day is. `asks_source` is false
    for what only runs out, such as a permission.
    """

    field: str
    row: int | None  # counted from 1
    declared: Field
    words: str
    source: str
    as_of: str
    expires: str
    label: str
    asks_source: bool

    @property
    def path(self) -> str:
        """Where it stands, as problems name it: "evidence.2", "pricing"."""
        return self.field if self.row is None else f"{self.field}.{self.row}"

    def is_expired(self, *, on: date) -> bool:
        """Whether the last day on which it was good has passed."""
        return is_past(self.expires, on=on)

    def runs_out(self, *, on: date, within: timedelta) -> bool:
        """Whether it has expired, or does on one of the next days."""
        return is_past(self.expires, on=on + within + timedelta(days=1))


def claims_of(kind: Kind, fields: Mapping[str, Any]) -> list[Claim]:
    """Every claim of a document, in the order of its kind's declaration; what says nothing is none.

    Rows and groups make claims where they are declared with a source or an end: evidence, a price, a permission.
    """
    return [
        claim
        for declared in kind.claiming
        if declared.name in fields
        for claim in _claims(declared, fields[declared.name])
    ]


def expired_places(kind: Kind, fields: Mapping[str, Any], *, on: date) -> frozenset[tuple[str, int | None]]:
    """Where the claims stand that may not be repeated any more, as (field, row).

    Whoever puts the words of a document before somebody (the page, a result, a call sheet) strikes these.
    """
    return frozenset((claim.field, claim.row) for claim in claims_of(kind, fields) if claim.is_expired(on=on))


def is_past(day: Any, *, on: date) -> bool:
    """Whether a value is a day such as 2026-03-01 that lies before another."""
    return isinstance(day, str) and is_date(day) and day < on.isoformat()


def _claims(declared: Field, value: Any) -> Iterator[Claim]:
    if declared.form is Form.GROUP and isinstance(value, dict):
        yield from _claim(declared, value, row=None)
    elif declared.form is Form.ROWS and isinstance(value, list):
        for number, row in enumerate(value, start=1):
            if isinstance(row, dict):
                yield from _claim(declared, row, row=number)


def _claim(declared: Field, values: Mapping[str, Any], *, row: int | None) -> Iterator[Claim]:
    said = (_said(inner, values.get(inner.name)) for inner in declared.fields if _states(inner))
    words = " ".join(words for words in said if words)
    if not words:
        return
    source = _line(values.get("source"))
    yield Claim(
        field=declared.name,
        row=row,
        declared=declared,
        words=words,
        source="" if source.casefold() in NO_SOURCE else source,
        as_of=_day(values.get("as_of")),
        expires=_day(values.get("expires")),
        label=_line(values.get("label")),
        asks_source=any(inner.name == "source" for inner in declared.fields),
    )


def _states(inner: Field) -> bool:
    return (
        inner.name not in SMALL_PRINT and not inner.is_relation and inner.form not in {Form.DATE, Form.FLAG}
    )


def _said(inner: Field, value: Any) -> str:
    if inner.unit == "share" and _is_number(value):
        return f"{value * 100:.10g}%"
    return _line(value)


def _line(value: Any) -> str:
    """A value on one line; nothing where it is no text and no number."""
    return " ".join(str(value).split()) if isinstance(value, str) or _is_number(value) else ""


def _is_number(value: Any) -> bool:
    # Of longer ones Python refuses to write the digits.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _day(value: Any) -> str:
    return value if isinstance(value, str) and is_date(value) else ""
