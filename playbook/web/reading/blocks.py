"""One block for each field that holds something, in the form its declaration asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from playbook.kinds import Field, Form, Kind, Reads
from playbook.kinds.reading import other_fields
from playbook.web.reading.phrases import Phrase, Shelf, as_list, is_empty, plain

ROWED = frozenset(
    {Reads.PAIRS, Reads.REFRAME, Reads.CLAIMS, Reads.GRID, Reads.MILESTONES, Reads.TIMELINE, Reads.TERMS}
)
SOURCED = frozenset({"source", "as_of", "expires", "label"})  # the small print of a claim

BRIEF = 220  # characters that still fit half a column


@dataclass(frozen=True)
class Cell:
    """One value of a row."""

    declared: Field
    phrases: tuple[Phrase, ...]

    @property
    def text(self) -> str:
        return ", ".join(phrase.text for phrase in self.phrases)


@dataclass(frozen=True)
class Row:
    """The cells of a row that hold something, in the order of the declaration.

    `number` is its place among the rows of the text, from 1; `expired` whether it claims what is out of date.
    """

    cells: tuple[Cell, ...]
    expired: bool = False
    number: int = 0

    def cell(self, name: str) -> Cell | None:
        return next((cell for cell in self.cells if cell.declared.name == name), None)

    @property
    def first(self) -> Cell:
        return self.cells[0]

    @property
    def rest(self) -> tuple[Cell, ...]:
        return self.cells[1:]

    @property
    def body(self) -> tuple[Cell, ...]:
        """What stands beside a claim, its small print left out."""
        return tuple(cell for cell in self.rest if cell.declared.name not in SOURCED)


@dataclass(frozen=True)
class Trait:
    """A phrase or a short list beside its name; `field` is the one it comes from, where it is declared."""

    label: str
    phrases: tuple[Phrase, ...]
    field: str = ""


@dataclass(frozen=True)
class Block:
    """A field as it is read. Which of the attributes are filled depends on `declared.reads`."""

    declared: Field
    lines: tuple[Phrase, ...] = ()
    traits: tuple[Trait, ...] = ()
    rows: tuple[Row, ...] = ()
    columns: tuple[Field, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        return self.declared.name

    @property
    def heading(self) -> str:
        return self.declared.label

    @property
    def reads(self) -> Reads:
        return self.declared.reads

    @property
    def form(self) -> str:
        """The partial that shows it. A value that does not fit its declaration is shown as words."""
        misfits = self.lines and not self.rows and self.reads in ROWED
        return Reads.PARAGRAPH.value if misfits else self.reads.value

    @property
    def is_brief(self) -> bool:
        """Whether it can share the width of the column with a neighbour."""
        return (
            self.reads in {Reads.PARAGRAPH, Reads.DONT, Reads.LINES}
            and sum(len(phrase.text) for phrase in self.lines) <= BRIEF
        )


def blocks(kind: Kind, fields: Mapping[str, Any], shelf: Shelf) -> tuple[list[Block], list[Block]]:
    """The blocks of a document in the order of its kind's declaration; empty fields have none.

    First those of the kind's own fields, which are read before the body; then those that every
    kind has, read after it. The nature stands in the header and has no block.
    """
    first = nature_field(kind)
    own = [
        block(declared, fields.get(declared.name), shelf) for declared in kind.fields if declared is not first
    ]
    names = {declared.name for declared in kind.fields}
    shared = [
        block(declared, fields.get(declared.name), shelf)
        for declared in kind.all_fields
        if declared.name not in names
    ]
    return [made for made in own if made is not None], [made for made in shared if made is not None]


def nature_field(kind: Kind) -> Field | None:
    """The choice that says what sort of its kind an entry is, where the kind asks for one in every draft."""
    return next(
        (
            declared
            for declared in kind.fields
            if declared.form is Form.CHOICE and declared.to_draft and declared.reads is Reads.TRAIT
        ),
        None,
    )


def nature(kind: Kind, fields: Mapping[str, Any], shelf: Shelf) -> str:
    """What sort of its kind this is: Part in the purchase: Economic buyer."""
    declared = nature_field(kind)
    value = fields.get(declared.name) if declared is not None else None
    return "" if declared is None or is_empty(value) else f"{declared.label}: {shelf.text(declared, value)}"


def others(kind: Kind, fields: Mapping[str, Any]) -> tuple[Trait, ...]:
    """Front matter that the kind does not declare, as it is."""
    return tuple(Trait(name, (Phrase(plain(value)),)) for name, value in other_fields(kind, fields).items())


def block(declared: Field, value: Any, shelf: Shelf) -> Block | None:
    """How one field is read; nothing where it is empty or is read elsewhere."""
    if is_empty(value) or declared.reads in {Reads.RAIL, Reads.QUIET}:
        return None
    if declared.reads is Reads.TRAIT:
        traits = tuple(_traits(declared, value, shelf))
        return Block(declared, traits=traits) if traits else None
    if declared.reads is Reads.SCALE and isinstance(value, dict):
        return _scale(declared, value, shelf)
    if declared.reads in ROWED and isinstance(value, list):
        made = (_row(declared, item, shelf, number=number) for number, item in enumerate(value, start=1))
        rows = tuple(row for row in made if row is not None)
        held = {cell.declared.name for row in rows for cell in row.cells}
        columns = tuple(column for column in declared.fields if column.name in held)
        return Block(declared, rows=rows, columns=columns) if rows else None
    lines = shelf.phrases(declared, value)
    return Block(declared, lines=lines) if lines else None


def _traits(declared: Field, value: Any, shelf: Shelf) -> Iterator[Trait]:
    if declared.form is Form.GROUP and not declared.sentence and isinstance(value, dict):
        for inner in declared.fields:
            yield from _traits(inner, value.get(inner.name), shelf)
    elif phrases := shelf.phrases(declared, value):
        first = phrases[0]
        if not first.slug:
            first = replace(first, text=first.text[:1].upper() + first.text[1:])
        yield Trait(declared.label, (first, *phrases[1:]), field=declared.name)


def _row(declared: Field, value: Any, shelf: Shelf, *, number: int) -> Row | None:
    if not isinstance(value, dict):
        return None
    cells = tuple(
        Cell(inner, phrases)
        for inner in declared.fields
        if (phrases := shelf.phrases(inner, value.get(inner.name)))
    )
    return Row(cells, expired=shelf.is_past(value.get("expires")), number=number) if cells else None


def _scale(declared: Field, value: Mapping[str, Any], shelf: Shelf) -> Block:
    lines: list[Phrase] = []
    traits: list[Trait] = []
    marks: list[tuple[str, str]] = []
    for inner in declared.fields:
        held = value.get(inner.name)
        if inner.form is Form.TABLE and isinstance(held, dict):
            marks += [(key, ", ".join(str(item) for item in as_list(words))) for key, words in held.items()]
        elif inner.form is Form.NUMBER:
            traits += _traits(inner, held, shelf)
        else:
            lines += shelf.phrases(inner, held)
    return Block(declared, lines=tuple(lines), traits=tuple(traits), marks=tuple(marks))
