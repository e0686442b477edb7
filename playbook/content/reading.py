"""One file of an import, from its bytes to what the database keeps; all that is slow."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playbook.content.decoding import decode
from playbook.content.gathering import TextFile
from playbook.content.naming import KindFound, kind_of
from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.models import Reading, read
from playbook.models.version import BODY

LARGEST_FILE = 2_000_000  # bytes; more than the longest text and front matter that are taken, in any encoding

_PLACE = re.compile(r"Line \d+: ")


@dataclass(frozen=True)
class Loaded:
    """A file's text as a document, its kind, and its encoding where that is not UTF-8."""

    document: Document
    found: KindFound
    encoding: str


def load(file: TextFile, *, folder: str) -> Loaded:
    """Read a file; `folder` is the name of the folder it lies in.

    Raises:
        Invalid: it cannot be read, is too large, is no text, or has broken front matter.
    """
    try:
        with file.at.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Invalid([Problem("file", f"It cannot be read: {error.strerror}.")]) from error
    if len(data) > LARGEST_FILE:
        raise Invalid(
            [Problem("file", f"It is larger than {LARGEST_FILE // 1_000_000} MB; a text has at most 200 KB.")]
        )
    decoded = decode(data)
    document = Document.parse(decoded.text)
    try:
        found = kind_of(document.fields, folder=folder)
    except Invalid as invalid:
        raise located(invalid, document) from invalid
    return Loaded(document, found, decoded.encoding)


def derive(loaded: Loaded, *, slug: str) -> Reading:
    """Work out everything that the database keeps of a text.

    Raises:
        Invalid: the text does not fit its kind, or cannot be rendered.
    """
    kind = loaded.found.kind
    try:
        return read(loaded.document, kind=kind, slug=slug)
    except Invalid as invalid:
        problems = located(invalid, loaded.document).problems
        if not loaded.found.stated and not kind.lenient:
            advice = f"By its folder this is a {kind.label.lower()}; with `kind: note` it is taken as it is."
            problems = [*problems, Problem("kind", advice, problems[0].line)]
        raise Invalid(problems) from invalid


def located(invalid: Invalid, document: Document) -> Invalid:
    """The same problems, each with its line in the file where that can be told."""
    return Invalid(
        [Problem(problem.field, problem.message, _line(problem, document)) for problem in invalid.problems]
    )


def _line(problem: Problem, document: Document) -> int | None:
    if problem.field == BODY:
        above = document.text[: len(document.text) - len(document.body)].count("\n")
        return problem.line + above if problem.line else above + 1
    if problem.line is not None:
        return problem.line
    steps = [int(step) - 1 if step.isdecimal() else step for step in problem.field.split(".")]
    return document.line_of(*steps) or 1


def reason(invalid: Invalid) -> tuple[str, int | None]:
    """All problems as one text, and the line of the first."""
    first = invalid.problems[0].line
    said = []
    for problem in invalid.problems:
        message = _PLACE.sub("", problem.message, count=1)
        message = message[:1].upper() + message[1:]
        message += "" if message.endswith((".", "?")) else "."
        elsewhere = problem.line is not None and problem.line != first
        said.append(f"Line {problem.line}: {message}" if elsewhere else message)
    return " ".join(said), first
