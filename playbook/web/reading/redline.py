"""What changed in the body, word by word, in the shape of the text: headings, points, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playbook.document import Paragraph, Skipped, Span
from playbook.web.reading.phrases import in_words

HEADING = re.compile(r"#{1,6}[ \t]+")
POINT = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+")
QUOTE = re.compile(r">[ \t]?")


@dataclass(frozen=True)
class Strip:
    """A heading, a point, a quotation or a paragraph; or, as `skip`, the name of what is left out."""

    form: str
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


def redline(parts: Iterable[Paragraph | Skipped]) -> list[Strip]:
    """The paragraphs of a comparison as strips."""
    strips: list[Strip] = []
    for part in parts:
        if isinstance(part, Skipped):
            strips.append(Strip("skip", (Span("same", skipped(part)),)))
        else:
            strips += paragraph_strips(part.spans)
    return strips


def skipped(run: Skipped) -> str:
    """Two paragraphs unchanged, from “What the buyer is doing”."""
    begins = HEADING.sub("", run.begins).strip()
    return f"{in_words(run.paragraphs).capitalize()} paragraphs unchanged, from “{begins[:60]}”"


def paragraph_strips(spans: Sequence[Span]) -> list[Strip]:
    """The lines of a paragraph; wrapped ones are joined."""
    strips: list[Strip] = []
    for line in lines(spans):
        form, marker = form_of("".join(span.text for span in line))
        if form == "text" and strips and strips[-1].form != "heading":
            before = strips.pop()
            strips.append(Strip(before.form, (*before.spans, Span("same", " "), *line)))
        else:
            strips.append(Strip(form, without_start(line, marker)))
    return [strip for strip in strips if strip.text.strip()]


def form_of(line: str) -> tuple[str, int]:
    """What a line is, and how many characters at its start only say so."""
    for form, pattern in (("heading", HEADING), ("point", POINT), ("quote", QUOTE)):
        if found := pattern.match(line):
            numbered = form == "point" and line[0].isdigit()
            return ("numbered", 0) if numbered else (form, found.end())
    return "text", 0


def lines(spans: Sequence[Span]) -> list[tuple[Span, ...]]:
    """The spans cut at line ends; a line that holds nothing is left out."""
    found: list[list[Span]] = [[]]
    for span in spans:
        first, *others = span.text.split("\n")
        if first:
            found[-1].append(Span(span.kind, first))
        found += [[Span(span.kind, other)] if other else [] for other in others]
    return [tuple(line) for line in found if any(span.text.strip() for span in line)]


def without_start(line: Sequence[Span], characters: int) -> tuple[Span, ...]:
    """The spans of a line without its first characters."""
    kept = []
    for span in line:
        cut = span.text[characters:]
        characters = max(0, characters - len(span.text))
        if cut:
            kept.append(Span(span.kind, cut))
    return tuple(kept)
