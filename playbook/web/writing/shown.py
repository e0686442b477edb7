"""What the form shows: a few fields to draft, those an agreement needs, and the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from playbook.errors import Problem
from playbook.kinds import Form, Kind
from playbook.kinds.reading import missing_to_agree
from playbook.models import User
from playbook.web.writing.advising import advised, in_the_form
from playbook.web.writing.choosing import Choice
from playbook.web.writing.inputs import Input, InputRow, blank_row, inputs, offers
from playbook.web.writing.rows import act, settled
from playbook.web.writing.typed import changes, places_of_rows

FIRST = frozenset({"title", "summary"})


@dataclass(frozen=True)
class Shown:
    """The form of one entry.

    `needed` are the fields without which nothing is agreed, each with whether it still is to be filled.
    `used` are the other fields that say something or are at fault; `unused` wait behind a line.
    `on_body` is what could be clearer in the text.
    """

    first: list[Input]
    to_agree: list[Input]
    used: list[Input]
    unused: list[Input]
    needed: list[tuple[Input, bool]]
    problems: list[Problem]
    elsewhere: list[Problem]
    is_begun: bool
    offers: dict[str, list[Choice]]
    on_body: list[str]
    blanks: list[tuple[Input, InputRow]]

    @property
    def missing(self) -> int:
        return sum(is_missing for _, is_missing in self.needed)


def shown(
    kind: Kind,
    flat: MultiDict[str, str],
    *,
    before: Mapping[str, Any],
    body: str,
    reader: User,
    problems: Sequence[Problem] = (),
    action: str = "",
    filled_in: frozenset[str] = frozenset(),
) -> Shown:
    """The form of `flat`, after the row button `action` was pressed.

    `before` are the fields that the writer started from. Fields named in `filled_in` were filled in by us
    and open nothing.
    """
    flat = settled(kind, flat)
    places = places_of_rows(kind, flat, before)
    problems = [_beside(problem, places) for problem in problems]
    flat, cursor = act(kind, flat, action) if action.startswith("row:") else (flat, "")
    said = advised(kind, flat, before=before, body=body)
    made = inputs(kind, flat, reader=reader, problems=problems, advice=said, cursor=cursor)
    known = {item.name for item in made}
    order = [item for item in made if item.name != "readers"]
    readers = [item for item in made if item.name == "readers"]
    audience = next(place for place, item in enumerate(order, 1) if item.name == "audience")
    order[audience:audience] = readers  # who may read is asked in one place

    first = [item for item in order if item.declared.to_draft or item.name in FIRST]
    to_agree = [item for item in order if _asks(item) and item not in first]
    others = [item for item in order if item not in first and item not in to_agree]
    used = [item for item in others if _is_open(item) and item.name not in filled_in]
    changed, emptied = changes(kind, flat, before)
    now = {name: value for name, value in {**before, **changed}.items() if name not in emptied}
    missing = {problem.field for problem in missing_to_agree(kind, now)}
    return Shown(
        first=first,
        to_agree=to_agree,
        used=used,
        unused=[item for item in others if item not in used],
        needed=[
            (item, item.name in missing) for item in order if item.declared.to_agree or item.declared.to_draft
        ],
        problems=problems,
        elsewhere=[problem for problem in problems if problem.field.split(".")[0] not in known],
        is_begun=any(_is_open(item) for item in to_agree),
        offers=offers(kind, reader=reader),
        on_body=said.get("body", []),
        blanks=[(item, blank_row(item.declared)) for item in made if item.declared.form is Form.ROWS],
    )


def _asks(item: Input) -> bool:
    """Whether the field belongs to what is asked for before an agreement."""
    return item.declared.to_agree or item.name == "readers"


def _is_open(item: Input) -> bool:
    return not item.is_empty or item.has_error or item.has_cursor


def _beside(problem: Problem, places: Mapping[str, list[int]]) -> Problem:
    """The same problem, named for the row of the form instead of that of the document."""
    return replace(problem, field=in_the_form(problem.field, places))
