"""The words of a version that somebody can point to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from playbook.document.anchoring import Anchors, Passage, Place
from playbook.errors import Invalid, Problem
from playbook.kinds import Field, Form, Kind

LONGEST = 2000  # characters of a passage that are looked for at all


def words_of(kind: Kind, fields: Mapping[str, Any], plain: str) -> str:
    """The words of a version: those of its fields, a line for each, then its body in plain words.

    Only what the version itself says: no titles of other entries, which not every reader may know of, and no
    labels of the page, which change.
    """
    declared = {each.name: each for each in kind.all_fields}
    lines = [line for name, value in fields.items() for line in _lines(declared.get(name), value)]
    return "\n".join([*lines, plain])


def passage_in(text: str, *, words: str, before: str = "", after: str = "") -> Passage:
    """The passage of a text that somebody saw as `words`, between `before` and `after`; none where it is empty.

    Raises:
        Invalid: the words do not stand in the text.
    """
    if not words.strip():
        return Passage("")
    found = Anchors(text).locate(words[:LONGEST], before=before, after=after)
    if found.place is Place.GONE:
        raise Invalid(
            [
                Problem(
                    "passage",
                    "These words do not stand together in the text. Take them from one paragraph of it.",
                )
            ]
        )
    return Passage.at(text, found.start, found.end)


def _lines(declared: Field | None, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _lines(declared, item)
    elif isinstance(value, dict):
        inner = {each.name: each for each in declared.fields} if declared is not None else {}
        for name, item in value.items():
            yield from _lines(inner.get(str(name)), item)
    elif isinstance(value, str) and (words := " ".join(value.split())):
        form = declared.form if declared is not None else None
        if form in {Form.RELATION, Form.RELATIONS, Form.PERSON, Form.PEOPLE, Form.DATE}:
            return  # shown under other words than these
        yield (
            declared.choice(words) if declared is not None and form in {Form.CHOICE, Form.CHOICES} else words
        )
