"""Milestones: whether two people who look at the same deal would both say yes, or both say no."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from playbook.kinds.kind import Kind
from playbook.kinds.lints.advice import Advice
from playbook.kinds.lints.wording import Wording, read

WHAT_TO_DO = "Say what the buyer does or says that a second person could see."
NOT_YES_OR_NO = re.compile(
    r"(?:how|what|why|which|who|whom|whose|when|where|describe|discuss|explain|rate|judge|consider)\b",
    re.IGNORECASE,
)
THEMSELVES = frozenset(
    {
        "me",
        "myself",
        "self",
        "rep",
        "the rep",
        "deal owner",
        "the deal owner",
        "ae",
        "the ae",
        "account executive",
    }
)


def advice(kind: Kind, fields: Mapping[str, Any], body: str) -> Iterator[Advice]:
    """What keeps the milestones of a document from being tested."""
    for declared in kind.all_fields:
        rows = fields.get(declared.name)
        if declared.lint == "milestones" and isinstance(rows, list):
            for number, row in enumerate(rows, start=1):
                if isinstance(row, dict):
                    yield from _of_row(row, f"{declared.name}.{number}")


def _of_row(row: Mapping[str, Any], path: str) -> Iterator[Advice]:
    statement, test, checker = (_line(row.get(name)) for name in ("statement", "test", "verified_by"))
    if not statement:
        return
    if message := _unseen(read(statement), read(test)):
        yield Advice("milestones", f"{path}.statement", message)
    if not test:
        yield Advice("milestones", f"{path}.test", "Add a test: a yes or no that a second person can answer.")
    elif NOT_YES_OR_NO.match(test):
        yield Advice("milestones", f"{path}.test", "Put the test so that the answer is yes or no.")
    if not _holds(row.get("evidence")):
        yield Advice(
            "milestones", f"{path}.evidence", "Name what proves it: an email, a minute, a signed form."
        )
    if not checker:
        yield Advice(
            "milestones", f"{path}.verified_by", "Name who checks it, other than whoever has the deal."
        )
    elif checker.casefold() in THEMSELVES:
        yield Advice(
            "milestones", f"{path}.verified_by", "Whoever has the deal cannot check it. Name somebody else."
        )


def _unseen(statement: Wording, test: Wording) -> str:
    """Why nobody could check a milestone; nothing where its statement or its test says what happens."""
    if statement.is_observable or test.is_observable:
        return ""
    if statement.is_ours_alone:
        return "Only we act here. Say what the buyer did: signed, sent, named, booked."
    if statement.vague:
        return f"“{statement.vague[0]}” cannot be seen. {WHAT_TO_DO}"
    return f"Two people could judge this differently. {WHAT_TO_DO}"


def _line(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _holds(value: Any) -> bool:
    return any(_line(item) for item in (value if isinstance(value, list) else [value]))
