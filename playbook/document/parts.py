"""Where a document's front matter starts and ends. Nothing is lost: the parts joined are the text."""

import re
from dataclasses import dataclass

from playbook.errors import Invalid, Problem

_BREAK = r"(?:\r\n|\n|\r|\Z)"
_OPENING = re.compile(rf"\ufeff?---[ \t]*{_BREAK}")
_CLOSING = re.compile(rf"(?:^|(?<=\r))(?:---|\.\.\.)[ \t]*{_BREAK}", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\n|\r")
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Parts:
    """A text cut at the lines that fence its front matter.

    `opening` holds the byte order mark, if any, and the first `---` line; `closing` the line
    that ends the front matter. Where there is no front matter, `closing` is empty and
    `opening` is the byte order mark or nothing.
    """

    opening: str
    front: str
    closing: str
    body: str

    @property
    def text(self) -> str:
        return self.opening + self.front + self.closing + self.body

    @property
    def fenced(self) -> bool:
        """Whether there is front matter, be it empty."""
        return self.closing != ""

    @property
    def newline(self) -> str:
        """The line end this document uses: that of its first line, else a line feed."""
        found = _LINE_END.search(self.text)
        return found.group() if found else "\n"


def split(text: str) -> Parts:
    """Cut a text at its front matter.

    Raises:
        Invalid: the text starts with `---` and no line closes the front matter.
    """
    opening = _OPENING.match(text)
    if opening is None:
        mark = BOM if text.startswith(BOM) else ""
        return Parts(opening=mark, front="", closing="", body=text[len(mark) :])
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        why = "the front matter that starts here is not closed; end it with a line of three dashes"
        raise Invalid([Problem("front matter", f"Line 1: {why}", line=1)])
    return Parts(
        opening=opening.group(),
        front=text[opening.end() : closing.start()],
        closing=closing.group(),
        body=text[closing.end() :],
    )


def line_at(text: str, offset: int) -> int:
    """The 1-based line that holds the character at `offset`."""
    return sum(1 for _ in _LINE_END.finditer(text, 0, offset)) + 1
