"""One section of a document, revised without a byte of the others changing."""

from __future__ import annotations

from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.markdown import Section, sections


def part_of(document: Document, name: str) -> Section:
    """The section whose heading has this id on the page.

    Raises:
        Invalid: no heading of the body has it; the words go back to their writer.
    """
    found = next((section for section in sections(document.body) if section.id == name), None)
    if found is None:
        raise Invalid([Problem("part_text", f"There is no part “{name}” in the version this began from.")])
    return found


def with_part(document: Document, part: Section, text: str) -> Document:
    """The document with other words in that section, in the line ends it has.

    Raises:
        Invalid: the words hold what no document may.
    """
    body = document.body
    before = part.of(body)
    typed = text.replace("\r\n", "\n")
    if typed == before.replace("\r\n", "\n"):
        return document
    if "\r\n" in body:
        typed = typed.replace("\n", "\r\n")
    return document.with_changes({}, body=part.replaced(body, typed))
