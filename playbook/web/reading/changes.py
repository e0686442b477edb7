"""What changed in the fields, in the words of the declaration: Pass mark 60 to 65."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playbook.document import FieldChange
from playbook.kinds import Field, Form, Kind
from playbook.kinds.reading import SLUG
from playbook.web.reading.phrases import Shelf, as_list, in_words, is_number

NAMED_IN_HEADLINE = 3


@dataclass(frozen=True)
class Turn:
    """One step from a value to another; nothing before it was added, nothing after it was removed."""

    of: str  # which part of the field
    before: str
    after: str
    is_figure: bool = False


@dataclass(frozen=True)
class Change:
    """A field that changed, with its steps."""

    label: str
    turns: tuple[Turn, ...]

    @property
    def is_one_figure(self) -> bool:
        return (
            len(self.turns) == 1
            and self.turns[0].is_figure
            and bool(self.turns[0].before and self.turns[0].after)
        )


def changes(
    kind: Kind, found: Iterable[FieldChange], shelf: Shelf, *, now: Mapping[str, Any]
) -> list[Change]:
    """Field by field, in the order of the declaration; fields that are not declared come last.

    `now` are the fields after the changes: the only row of a list needs no number.
    """
    turns: dict[str, list[Turn]] = {}
    for change in found:
        name = str(change.path[0])
        is_only = len(as_list(now.get(name))) <= 1
        turns.setdefault(name, []).append(turn(kind, change, shelf, is_only=is_only))
    order = {declared.name: place for place, declared in enumerate(kind.all_fields)}
    names = sorted(turns, key=lambda name: order.get(name, len(order)))
    return [Change(label(kind, name), tuple(turns[name])) for name in names]


def label(kind: Kind, name: str) -> str:
    """What a field is called."""
    declared = kind.field(name)
    return declared.label if declared else name.replace("_", " ").capitalize()


def turn(kind: Kind, change: FieldChange, shelf: Shelf, *, is_only: bool = False) -> Turn:
    """One change in words."""
    declared = kind.field(str(change.path[0]))
    parts: list[str] = []
    for step in change.path[1:]:
        declared, part = _inside(declared, step, shelf)
        parts += [part] if part and not (is_only and step == 0) else []
    if change.kind == "moved":
        parts.append("Order")
    return Turn(
        of=", ".join(parts),
        before=worded(declared, change.before, shelf),
        after=worded(declared, change.after, shelf),
        is_figure=is_number(change.before) and is_number(change.after),
    )


def _inside(declared: Field | None, step: str | int, shelf: Shelf) -> tuple[Field | None, str]:
    """One step down a path: the declaration there, and what to call the place."""
    if declared is None:
        return None, str(step).replace("_", " ").capitalize() if isinstance(step, str) else ""
    inner = next((field for field in declared.fields if field.name == step), None)
    if inner is not None:
        return inner, inner.label
    if declared.form is Form.ROWS:
        return declared, shelf.name(step) if isinstance(step, str) else f"Row {step + 1}"
    return declared, shelf.name(step) if isinstance(step, str) else ""


def worded(declared: Field | None, value: Any, shelf: Shelf) -> str:
    """A value of a field, or of a part of it, in one line; nothing where it is absent."""
    if value is None:
        return ""
    if declared is not None and declared.fields and isinstance(value, dict):
        said = ((inner.label, worded(inner, value.get(inner.name), shelf)) for inner in declared.fields)
        return "; ".join(f"{name}: {words}" for name, words in said if words)
    if declared is not None and declared.form is Form.ROWS:
        return "; ".join(
            worded(declared, row, shelf) if isinstance(row, dict) else shelf.name(str(row))
            for row in as_list(value)
        )
    if declared is None:
        declared = Field(name="", form=Form.LINE, label="")
    return ", ".join(phrase.text for phrase in shelf.phrases(declared, value))


def headline(found: Sequence[Change], *, is_text_changed: bool) -> str:
    """The news in one line: Two changes: Score and the text."""
    names = [change.label for change in found] + (["the text"] if is_text_changed else [])
    if not names:
        return "No change"
    count = sum(len(change.turns) for change in found) + is_text_changed
    named = names if len(names) <= NAMED_IN_HEADLINE else names[: NAMED_IN_HEADLINE - 1]
    if len(named) < len(names):
        named = [*named, f"{in_words(len(names) - len(named))} more"]
    listed = " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
    return f"{in_words(count).capitalize()} {'change' if count == 1 else 'changes'}: {listed}"


def slugs_in(found: Iterable[FieldChange]) -> set[str]:
    """Whatever in these changes could be the slug of an entry."""
    return {
        text
        for change in found
        for value in (*change.path, change.before, change.after)
        for text in _slugs(value)
    }


def _slugs(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        if "-" in value and SLUG.match(value):
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _slugs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _slugs(inner)
