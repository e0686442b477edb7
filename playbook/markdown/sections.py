"""A body cut at its headings, by the ids that they have on the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from playbook.markdown.rendering import markdown_as_html

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_HASHES = re.compile(r"(#{1,6})(?=[ \r\n]|\Z)")
_UNDERLINE = re.compile(r"(=+|-+) *[\r\n]*\Z")
_HEADING = re.compile(r'<h[1-6] id="([^"]*)">(.*?)</h[1-6]>', re.DOTALL)


@dataclass(frozen=True)
class Section:
    """From a heading down to the next of its level or above. `id` is the heading's on the page, without `u-`;
    `start` and `end` are characters of the body."""

    id: str
    level: int
    start: int
    end: int

    def of(self, body: str) -> str:
        """The text, without the blank lines that set it apart from what follows."""
        return body[self.start : self.end].rstrip("\r\n")

    def replaced(self, body: str, text: str) -> str:
        """The body with another text in its place; every other character stays as it is. No text: no section."""
        tail = body[self.start + len(self.of(body)) : self.end] if text.strip() else ""
        return body[: self.start] + (text.rstrip("\r\n") if text.strip() else "") + tail + body[self.end :]


def cut(body: str) -> tuple[Section, ...]:
    """The sections of a body, in order; those below a heading are in its section too.

    Which lines are headings, the renderer says: a mark is put behind every `#` and above every underline,
    and where it comes out in a heading, there is one. So code, quotes and odd cases need no second reading.

    Raises:
        RecursionError: lists or quotes are nested hundreds deep.
    """
    found = list(_candidates(body))
    if not found:
        return ()
    mark = "zq"
    while mark in body:
        mark += "q"
    marked, done = "", 0
    for number, (_, _, words) in enumerate(found):
        marked += f"{body[done:words]} {mark}{number}z "
        done = words
    headings = _HEADING.findall(markdown_as_html(body))
    shown = _HEADING.findall(markdown_as_html(marked + body[done:]))
    if len(headings) != len(shown):
        return ()
    known: list[tuple[str, int, int]] = []
    for (name, _), (_, words) in zip(headings, shown, strict=True):
        at = re.search(rf"{mark}(\d+)z", words)
        if at:
            start, level, _ = found[int(at[1])]
            known.append((name, level, start))
    return tuple(
        Section(name, level, start, next((s for _, v, s in known[place + 1 :] if v <= level), len(body)))
        for place, (name, level, start) in enumerate(known)
    )


def _candidates(body: str) -> Iterator[tuple[int, int, int]]:
    """(where the line starts, level, where its words start) of each line that may be a heading."""
    above = ""
    start = 0
    for line in _LINE.finditer(body):
        hashes = _HASHES.match(line[0])
        underline = _UNDERLINE.match(line[0])
        if hashes:
            yield line.start(), len(hashes[1]), line.start() + len(hashes[1])
        elif underline and above.strip() and not _HASHES.match(above):
            yield start, 1 if "=" in underline[1] else 2, start
        above, start = line[0], line.start()
