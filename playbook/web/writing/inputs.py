"""The inputs of the form, from the kind's declaration and the flat values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from werkzeug.datastructures import MultiDict

from playbook.errors import Problem
from playbook.kinds import Field, Form, Kind
from playbook.kinds.reading import SLUG, is_date
from playbook.models import User
from playbook.web.writing import choosing
from playbook.web.writing.choosing import Choice
from playbook.web.writing.rows import SHOWN, Row, rows_in

PICKED = frozenset({Form.RELATION, Form.RELATIONS, Form.PERSON, Form.PEOPLE})
SHORT = frozenset({Form.LINE, Form.NUMBER, Form.CHOICE, Form.FLAG, Form.DATE})
SUMMARY_CHARACTERS = 90
ADVISED_ON = frozenset({"statement", "test", "evidence", "verified_by", "source"})


@dataclass(frozen=True, kw_only=True)
class InputRow:
    """One row of a repeating group. `kept` are the values of a row that was taken out and may be put back."""

    id: str
    number: int
    origin: int | None
    is_gone: bool
    inputs: tuple[Input, ...]
    kept: tuple[tuple[str, str], ...] = ()
    has_cursor: bool = False

    @property
    def words(self) -> str:
        """What the row is known by while it is folded: the first words in it."""
        said = [words for words in (each.words for each in self.inputs) if words][:2]
        return " · ".join(said)[:SUMMARY_CHARACTERS]

    @property
    def advice(self) -> int:
        """How many things in it could be clearer."""
        return sum(len(each.advice) for each in self.inputs)

    @property
    def is_open(self) -> bool:
        return self.has_cursor or not self.words or any(each.has_error for each in self.inputs)


@dataclass(frozen=True, kw_only=True)
class Input:
    """One field of the form. `name` is dotted; rows and groups hold inputs of their own.

    `options` are (value, words, chosen) of a choice; `picked` are the entries or people pointed to; `advice` is
    what could be clearer in it.
    """

    name: str
    declared: Field
    value: str = ""
    options: tuple[tuple[str, str, bool], ...] = ()
    picked: tuple[Choice, ...] = ()
    error: str = ""
    advice: tuple[str, ...] = ()
    inner: tuple[Input, ...] = ()
    rows: tuple[InputRow, ...] = ()
    cursor: str = ""

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
    def offers(self) -> str:
        """The list of suggestions that the field shares with others of the same targets."""
        if self.declared.form in {Form.PERSON, Form.PEOPLE}:
            return "people"
        return "-".join(self.declared.target)

    @property
    def is_date(self) -> bool:
        """Whether a date picker can show the value; a mistyped date must not vanish in one."""
        return self.declared.form is Form.DATE and (not self.value or is_date(self.value))

    @property
    def lines(self) -> int:
        """How many lines the field opens with."""
        return min(12, max(2, self.value.count("\n") + 1 + len(self.value) // 70))

    @property
    def words(self) -> str:
        """What the field says, in one line."""
        if self.declared.form is Form.FLAG:
            return ""
        if self.declared.form in PICKED:
            return ", ".join(each.words for each in self.picked)
        if self.options:
            return ", ".join(words for value, words, picked in self.options if picked and value)
        return " ".join(self.value.split())

    @property
    def is_inline(self) -> bool:
        """Whether a row is short enough to stand in one line."""
        return len(self.declared.fields) <= 2 and all(each.form in SHORT for each in self.declared.fields)

    @property
    def is_empty(self) -> bool:
        chosen = any(picked and value for value, _, picked in self.options)
        inner = (*self.inner, *(cell for row in self.rows if not row.is_gone for cell in row.inputs))
        if self.rows or self.inner:
            return all(cell.is_empty for cell in inner)
        return not (self.value or chosen or self.picked)

    @property
    def has_error(self) -> bool:
        cells = (*self.inner, *(cell for row in self.rows for cell in row.inputs))
        return bool(self.error) or any(cell.has_error for cell in cells)

    @property
    def has_cursor(self) -> bool:
        return any(row.has_cursor for row in self.rows)

    @property
    def is_advised_on(self) -> bool:
        """Whether a lint may have something to say about it, now or after the next word."""
        return bool(self.declared.words) or self.declared.name in ADVISED_ON


@dataclass(frozen=True, kw_only=True)
class Writing:
    """What the inputs are made of: the form, what is wrong with it, and the names of what it points to."""

    flat: MultiDict[str, str]
    errors: Mapping[str, str]
    advice: Mapping[str, Sequence[str]]
    entries: Mapping[str, Choice]
    people: Mapping[str, Choice]
    cursor: str = ""  # the row that a button was pressed in: "exit_milestones.2"


def inputs(
    kind: Kind,
    flat: MultiDict[str, str],
    *,
    reader: User,
    problems: Sequence[Problem] = (),
    advice: Mapping[str, Sequence[str]] = MappingProxyType({}),
    cursor: str = "",
) -> list[Input]:
    """Every input in the order of the declaration, with what was typed, what is wrong and what could be clearer.

    `flat` is settled: its rows count from 1.
    """
    errors: dict[str, str] = {}
    for problem in problems:
        errors.setdefault(problem.field, problem.message)
    slugs: set[str] = set()
    handles: set[str] = set()
    for form, name in _pointing(kind.all_fields, flat, ""):
        (handles if form in {Form.PERSON, Form.PEOPLE} else slugs).update(flat.getlist(name))
    writing = Writing(
        flat=flat,
        errors=errors,
        advice=advice,
        entries=choosing.entries_named({slug for slug in slugs if SLUG.match(slug)}, reader=reader),
        people=choosing.people_named(handles),
        cursor=cursor,
    )
    return [_input(declared, declared.name, writing) for declared in kind.all_fields]


def blank_row(declared: Field) -> InputRow:
    """A row with nothing in it and the number 0, to make others from."""
    nothing = Writing(flat=MultiDict(), errors={}, advice={}, entries={}, people={})
    return _row(declared, declared.name, Row(0, None), nothing)


def offers(kind: Kind, *, reader: User) -> dict[str, list[Choice]]:
    """By the name of a list, what its fields may point to; for browsers without JavaScript."""
    targets = {declared.target for declared in kind.relation_at.values() if declared.target}
    by_kind = choosing.entries_offered({name for target in targets for name in target}, reader=reader)
    lists = {"-".join(target): [each for name in target for each in by_kind[name]] for target in targets}
    return {"people": choosing.people_offered(), **dict(sorted(lists.items()))}


def _pointing(fields: Iterable[Field], flat: MultiDict[str, str], prefix: str) -> Iterator[tuple[Form, str]]:
    """(form, name) of every input that names an entry or a person."""
    for declared in fields:
        name = f"{prefix}{declared.name}"
        if declared.form in PICKED:
            yield declared.form, name
        elif declared.form is Form.GROUP:
            yield from _pointing(declared.fields, flat, f"{name}.")
        elif declared.form is Form.ROWS:
            for row in rows_in(flat, name):
                yield from _pointing(declared.fields, flat, f"{row.at(name)}.")


def _input(declared: Field, name: str, writing: Writing) -> Input:
    values = writing.flat.getlist(name)
    made = Input(
        name=name,
        declared=declared,
        error=writing.errors.get(name, ""),
        advice=tuple(writing.advice.get(name, ())),
        value="\n".join(values),
        cursor=writing.cursor,
    )
    match declared.form:
        case Form.GROUP:
            inner = tuple(_input(field, f"{name}.{field.name}", writing) for field in declared.fields)
            return replace(made, inner=inner)
        case Form.ROWS:
            rows = [row for row in rows_in(writing.flat, name) if (row.origin or 0) <= SHOWN]
            shown = rows or [Row(1, None)]
            return replace(made, value="", rows=tuple(_row(declared, name, row, writing) for row in shown))
        case Form.CHOICE | Form.CHOICES:
            return replace(made, options=tuple(_options(declared.choices, values)))
        case Form.RELATION | Form.RELATIONS:
            return _picked(made, values, writing.entries, choosing.not_written)
        case Form.PERSON | Form.PEOPLE:
            return _picked(made, values, writing.people, choosing.nobody_known)
    return made


def _row(declared: Field, name: str, row: Row, writing: Writing) -> InputRow:
    here = row.at(name)
    kept = [(key, value) for key, value in writing.flat.items(multi=True) if key.startswith(f"{here}.")]
    return InputRow(
        id=here.replace(".", "-"),
        number=row.number,
        origin=row.origin,
        is_gone=row.is_gone,
        inputs=tuple(_input(field, f"{here}.{field.name}", writing) for field in declared.fields),
        kept=tuple(kept) if row.is_gone else (),
        has_cursor=writing.cursor == here,
    )


def _options(known: Iterable[tuple[str, str]], chosen: list[str]) -> Iterator[tuple[str, str, bool]]:
    """What may be chosen, and what is chosen although it is not on offer."""
    seen = dict(known)
    for value, words in seen.items():
        yield value, words, value in chosen
    for value in chosen:
        if value and value not in seen:
            yield value, value, True


def _picked(
    made: Input, values: list[str], known: Mapping[str, Choice], unknown: Callable[[str], Choice]
) -> Input:
    """What the values point to; also what is no slug and nobody's handle, to be taken out and put right."""
    lines = list(dict.fromkeys(line for value in values for line in value.splitlines() if line.strip()))
    if made.declared.form in {Form.RELATION, Form.PERSON}:
        lines = lines[-1:]
    return replace(made, value="", picked=tuple(known.get(line) or unknown(line) for line in lines))
