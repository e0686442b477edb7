"""The inputs of the form, from the kind's declaration and the flat values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from playbook.db import db
from playbook.errors import Problem
from playbook.kinds import Field, Form, Kind
from playbook.kinds.reading import is_date
from playbook.models import Entry, User, listed
from playbook.web.writing.typed import rows_in

PICKED_FROM = 60  # more entries than this are not offered as boxes to tick


@dataclass(frozen=True, kw_only=True)
class Input:
    """One field of the form. `name` is dotted; rows and groups hold inputs of their own."""

    name: str
    declared: Field
    value: str = ""
    options: tuple[tuple[str, str, bool], ...] = ()  # (value, words, chosen)
    error: str = ""
    inner: tuple[Input, ...] = ()
    rows: tuple[tuple[Input, ...], ...] = ()

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def chosen(self) -> list[str]:
        return [value for value, _, picked in self.options if picked]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(value, words) for value, words, _ in self.options]

    @property
    def is_date(self) -> bool:
        """Whether a date picker can show the value; a mistyped date must not vanish in one."""
        return self.declared.form is Form.DATE and (not self.value or is_date(self.value))

    @property
    def lines(self) -> int:
        """How many lines the field opens with."""
        return min(12, max(2, self.value.count("\n") + 1 + len(self.value) // 70))

    @property
    def is_empty(self) -> bool:
        chosen = any(picked and value for value, _, picked in self.options)
        return not (
            self.value or chosen or any(not cell.is_empty for cell in self.inner) or self._filled_rows
        )

    @property
    def _filled_rows(self) -> bool:
        return any(not cell.is_empty for row in self.rows for cell in row)

    @property
    def has_error(self) -> bool:
        cells = (*self.inner, *(cell for row in self.rows for cell in row))
        return bool(self.error) or any(cell.has_error for cell in cells)


def inputs(
    kind: Kind,
    flat: MultiDict[str, str],
    *,
    reader: User,
    problems: Sequence[Problem] = (),
    add_row_to: str = "",
) -> list[Input]:
    """Every input in the order of the declaration, with what was typed and what is wrong with it."""
    errors: dict[str, str] = {}
    for problem in problems:
        errors.setdefault(problem.field, problem.message)
    offered = candidates(kind, reader=reader)
    return [
        _input(declared, declared.name, flat, errors, offered, add_row_to) for declared in kind.all_fields
    ]


def first_and_rest(made: Iterable[Input]) -> tuple[list[Input], list[Input]]:
    """What is asked for at once (needed, filled or at fault), and what waits behind "More fields"."""
    first: list[Input] = []
    rest: list[Input] = []
    for item in made:
        wanted = item.declared.to_draft or item.declared.to_agree or not item.is_empty or item.has_error
        (first if wanted else rest).append(item)
    return first, rest


def candidates(kind: Kind, *, reader: User) -> dict[str, list[tuple[str, str]]]:
    """(slug, title) of the entries that relations of this kind may point to, by the kind of the target."""
    targets = {name for declared in kind.relation_at.values() for name in declared.target}
    offered: dict[str, list[tuple[str, str]]] = {name: [] for name in targets}
    rows = db.session.execute(
        sa.select(Entry.kind_name, Entry.slug, Entry.title)
        .where(listed(reader), Entry.kind_name.in_(targets))
        .order_by(Entry.kind_name, Entry.place, Entry.title)
        .limit(2_000)
    )
    for kind_name, slug, title in rows:
        offered[kind_name].append((slug, title))
    return offered


def _input(
    declared: Field,
    name: str,
    flat: MultiDict[str, str],
    errors: Mapping[str, str],
    offered: Mapping[str, list[tuple[str, str]]],
    add_row_to: str,
) -> Input:
    def inner(prefix: str) -> tuple[Input, ...]:
        return tuple(
            _input(field, f"{prefix}.{field.name}", flat, errors, offered, add_row_to)
            for field in declared.fields
        )

    made = Input(
        name=name, declared=declared, error=errors.get(name, ""), value="\n".join(flat.getlist(name))
    )
    match declared.form:
        case Form.GROUP:
            return replace(made, inner=inner(name))
        case Form.ROWS:
            numbers = rows_in(flat, name)
            if not numbers or add_row_to == name:
                numbers.append(numbers[-1] + 1 if numbers else 1)
            return replace(made, value="", rows=tuple(inner(f"{name}.{number}") for number in numbers))
        case Form.CHOICE | Form.CHOICES:
            return replace(made, options=tuple(_options(declared.choices, flat.getlist(name))))
        case Form.RELATION | Form.RELATIONS:
            known = [pair for target in declared.target for pair in offered.get(target, [])]
            if known and len(known) <= PICKED_FROM:
                return replace(made, options=tuple(_options(known, flat.getlist(name))))
    return made


def _options(known: Iterable[tuple[str, str]], chosen: list[str]) -> Iterator[tuple[str, str, bool]]:
    """What may be chosen, and what is chosen although it is not on offer."""
    seen: dict[str, Any] = dict(known)
    for value, words in seen.items():
        yield value, words, value in chosen
    for value in chosen:
        if value and value not in seen:
            yield value, f"{value} (not written yet)", True
