"""A document as one text, front matter first: shown, laid out, and given back with each fault at its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.models import Entry
from playbook.web.access import reader
from playbook.web.pages import page
from playbook.web.preview import Previewed, attempted


def whole_form(
    entry: Entry,
    text: str,
    *,
    base: int,
    note: str,
    propose: str,
    problems: Iterable[Problem] = (),
    previewed: Previewed | None = None,
) -> Any:
    """The page to write all of a document on."""
    return page(
        "editor/document.html",
        entry=entry,
        base=base,
        text=text,
        note=note,
        propose=propose,
        problems=[located(problem, text) for problem in problems],
        previewed=previewed or Previewed(""),
    )


def whole_preview(entry: Entry, text: str, *, base: int, note: str, propose: str) -> Any:
    """The same page with the body laid out, for browsers that run no scripts."""
    try:
        previewed, problems = attempted(Document.parse(text).body, reader=reader())
    except Invalid as invalid:
        previewed, problems = Previewed(""), invalid.problems
    return whole_form(
        entry, text, base=base, note=note, propose=propose, problems=problems, previewed=previewed
    )


def located(problem: Problem, text: str) -> Problem:
    """The fault with the line of its field, if it can be told."""
    if problem.line is not None:
        return problem
    path = [int(step) - 1 if step.isdecimal() else step for step in problem.field.split(".")]
    try:
        return replace(problem, line=Document(text).line_of(*path))
    except Invalid:  # the front matter cannot be read; that is a fault of its own
        return problem
