"""The words to say that an entry holds, short enough to stand in a list of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playbook.kinds.field import Reads
from playbook.kinds.kind import Kind

ANSWERED_IN_PLACE = frozenset({"tough_question", "competitor"})
WORDS_PER_MINUTE = 150  # spoken without hurry


@dataclass(frozen=True)
class Answer:
    """The words to say, shown among the results so that nobody has to open an entry during a call."""

    field: str
    label: str
    text: str
    asked_first_label: str = ""
    asked_first: str = ""
    dont: str = ""
    next_step: str = ""

    @property
    def seconds(self) -> int:
        """How long it takes to say."""
        return max(1, round(len(self.text.split()) * 60 / WORDS_PER_MINUTE))


def answer_of(kind: Kind, fields: Mapping[str, Any]) -> Answer | None:
    """The answer that an entry of this kind gives; none where the kind has none, or nobody wrote it."""
    declared = next((field for field in kind.fields if field.reads is Reads.ANSWER), None)
    if (
        kind.name not in ANSWERED_IN_PLACE
        or declared is None
        or not (text := _said(fields.get(declared.name)))
    ):
        return None
    before = kind.fields[: kind.fields.index(declared)]
    question = next(
        (field for field in before if field.reads is Reads.SAY and _said(fields.get(field.name))), None
    )
    warning = next((field for field in kind.fields if field.reads is Reads.DONT), None)
    warnings = fields.get(warning.name) if warning else None
    return Answer(
        field=declared.name,
        label=declared.label,
        text=text,
        asked_first_label=question.label if question else "",
        asked_first=_said(fields.get(question.name)) if question else "",
        dont=_said(warnings[0]) if isinstance(warnings, list) and warnings else "",
        next_step=_said(fields.get("next_step")),
    )


def _said(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
