"""The rows of a repeating group in a form: which there are, how they are ordered, where each came from.

A row has a number, which only tells it from its neighbours. Beside the fields it may say
`_place`: where it stands (its number, unless somebody moved it),
`_from`: which row of the base it was; empty for a new one,
`_gone`: that it was taken out and can be put back.
"""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from playbook.kinds import Form, Kind

SHOWN = 200  # rows of a document that the form shows; those below stay as they are
MOVES = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Row:
    """One row of a form. `origin` counts the rows of the base from 1; nothing for a new row."""

    number: int
    origin: int | None
    is_gone: bool = False

    def at(self, name: str) -> str:
        return f"{name}.{self.number}"


def rows_in(flat: MultiDict[str, str], name: str) -> list[Row]:
    """The rows of a field in the order they stand in, those that were taken out among them."""
    prefix = f"{name}."
    numbers = {_count(key[len(prefix) :].split(".")[0]) for key in flat if key.startswith(prefix)}
    placed = sorted(
        (_count(flat.get(f"{name}.{number}._place", "")) or number, number) for number in numbers if number
    )
    return [_row(flat, name, number) for _, number in placed]


def settled(kind: Kind, flat: MultiDict[str, str]) -> MultiDict[str, str]:
    """The same form with the rows of every field counted from 1 in the order they stand in."""
    places: dict[tuple[str, int], str] = {}
    made: MultiDict[str, str] = MultiDict()
    for declared in kind.all_fields:
        if declared.form is Form.ROWS:
            for place, row in enumerate(rows_in(flat, declared.name), start=1):
                places[declared.name, row.number] = f"{declared.name}.{place}"
                made[f"{declared.name}.{place}._from"] = str(row.origin or "")
    for key, value in flat.items(multi=True):
        name, _, rest = key.partition(".")
        number, _, field = rest.partition(".")
        here = places.get((name, _count(number)))
        if here is None:
            made.add(key, value)
        elif field and field not in {"_from", "_place"}:
            made.add(f"{here}.{field}", value)
    return made


def act(kind: Kind, flat: MultiDict[str, str], action: str) -> tuple[MultiDict[str, str], str]:
    """(the form after a button of its rows was pressed, where the cursor belongs), for a settled form.

    `action` is row:add:NAME, row:up:NAME:2, row:down:NAME:2, row:remove:NAME:2 or row:back:NAME:2.
    One that asks for what there is not changes nothing.
    """
    _, verb, name, number, *_ = (*action.split(":"), "", "", "")
    declared = kind.field(name)
    if declared is None or declared.form is not Form.ROWS:
        return flat, ""
    flat = MultiDict(flat)
    rows = rows_in(flat, name)
    if verb == "add":
        added = len(rows) + 1
        flat[f"{name}.{added}._from"] = ""
        return flat, f"{name}.{added}"
    row = next((row for row in rows if row.number == _count(number)), None)
    if row is None:
        return flat, ""
    here = row.at(name)
    if verb == "remove":
        flat[f"{here}._gone"] = "yes"
    elif verb == "back":
        flat.poplist(f"{here}._gone")
    elif verb in MOVES:
        there = _neighbour(rows, row, MOVES[verb])
        order = [each for each in rows if each is not row]
        order.insert(rows.index(there), row)
        for place, each in enumerate(order, 1):
            flat[f"{each.at(name)}._place"] = str(place)
        return settled(kind, flat), f"{name}.{order.index(row) + 1}"
    return flat, here


def _neighbour(rows: list[Row], row: Row, step: int) -> Row:
    """The next row that is still there; the row itself at the end."""
    beyond = rows[rows.index(row) :: step][1:]
    return next((each for each in beyond if not each.is_gone), row)


def _row(flat: MultiDict[str, str], name: str, number: int) -> Row:
    here = f"{name}.{number}"
    origin = flat.get(f"{here}._from", str(number))
    return Row(number, _count(origin) or None, flat.get(f"{here}._gone") == "yes")


def _count(text: str) -> int:
    """A number from 1 to 9999, or 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
