"""What changed between two bodies, word by word, and how to show it paragraph by paragraph."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from diff_match_patch import diff_match_patch

SpanKind: TypeAlias = Literal["same", "added", "removed"]

# Seconds after which the comparison is as coarse as it has become.
_TIME_CAP = 0.5

_TOKEN = re.compile(
    r"(?P<paragraph>\s*\n\s*\n\s*)"
    r"|(?P<line>[ \t]*\n[ \t]*(?=[-*+#>|`~]|\d+[.)]))"
    r"|(?P<space>\s+)"
    r"|(?P<word>\w+(?:['’\-]\w+)*)"
    r"|(?P<mark>.)",
)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")
# Where words and other tokens are numbered from: characters that are letters, and that are not,
# for the clean-up prefers to cut between the two.
_FIRST_WORD = 0x20000
_FIRST_OTHER = 0xF0000


@dataclass(frozen=True)
class Span:
    """A run of text that both bodies have, that only the new one has, or only the old one."""

    kind: SpanKind
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph as a row of spans."""

    spans: tuple[Span, ...]

    @property
    def changed(self) -> bool:
        return any(span.kind != "same" for span in self.spans)


@dataclass(frozen=True)
class Skipped:
    """A run of unchanged paragraphs not worth showing: how many, of how many words, and how they begin."""

    paragraphs: int
    words: int
    begins: str


def spans(before: str, after: str) -> list[Span]:
    """The way from one text to another, word by word.

    The kinds of line end do not count, nor does where a paragraph's lines are wrapped. Runs that
    stayed are given as the new text has them. Takes about half a second at most: beyond
    that the answer is true but coarser.
    """
    codes = _Codes()
    old, old_codes = codes.of(before)
    new, new_codes = codes.of(after)
    differ = diff_match_patch()
    differ.Diff_Timeout = _TIME_CAP
    steps = differ.diff_main(old_codes, new_codes, False)
    differ.diff_cleanupSemantic(steps)
    found: list[Span] = []
    i = j = 0
    for sign, run in steps:
        length = len(run)
        if sign < 0:
            found.append(Span("removed", "".join(old[i : i + length])))
        else:
            found.append(Span("added" if sign else "same", "".join(new[j : j + length])))
        i += length if sign <= 0 else 0
        j += length if sign >= 0 else 0
    return found


def paragraphs(spans: Iterable[Span], *, around: int = 1) -> list[Paragraph | Skipped]:
    """The spans as paragraphs; those further than `around` from a change are folded into a Skipped.

    A run of one is never folded: naming it would take as much room as showing it.
    """
    everything = list(_split(spans))
    near = {
        place + offset
        for place, paragraph in enumerate(everything)
        if paragraph.changed
        for offset in range(-around, around + 1)
    }
    shown: list[Paragraph | Skipped] = []
    run: list[Paragraph] = []
    for place, paragraph in enumerate(everything):
        if place not in near:
            run.append(paragraph)
            continue
        shown += _folded(run)
        run = []
        shown.append(paragraph)
    return shown + _folded(run)


def _folded(run: list[Paragraph]) -> list[Paragraph | Skipped]:
    if len(run) < 2:
        return list(run)
    texts = ["".join(span.text for span in paragraph.spans) for paragraph in run]
    return [Skipped(len(run), sum(len(text.split()) for text in texts), texts[0].strip().split("\n")[0])]


def _split(spans: Iterable[Span]) -> Iterable[Paragraph]:
    row: list[Span] = []
    for span in spans:
        start = 0
        for end in _PARAGRAPH_END.finditer(span.text):
            row.append(Span(span.kind, span.text[start : end.end()]))
            start = end.end()
            yield Paragraph(tuple(row))
            row = []
        if start < len(span.text):
            row.append(Span(span.kind, span.text[start:]))
    if row:
        yield Paragraph(tuple(row))


class _Codes:
    """One character for each different token, so that a comparison of characters compares words."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.others: dict[str, str] = {}

    def of(self, text: str) -> tuple[list[str], str]:
        """The tokens of a text, and the text of their codes."""
        tokens: list[str] = []
        coded: list[str] = []
        for match in _TOKEN.finditer(text.replace("\r\n", "\n").replace("\r", "\n")):
            tokens.append(match.group())
            coded.append(self.code(str(match.lastgroup), match.group()))
        return tokens, "".join(coded)

    def code(self, kind: str, token: str) -> str:
        if kind == "word":
            return self.words.setdefault(token, chr(_FIRST_WORD + len(self.words)))
        if kind == "space":
            return " "
        if kind == "paragraph":
            return "\n"
        if kind == "line":
            token = "\n" + token.split("\n")[1]
        return self.others.setdefault(token, chr(_FIRST_OTHER + len(self.others)))
