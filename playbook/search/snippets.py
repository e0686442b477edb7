"""The few words of a text that show why it was found, as spans; whoever shows them escapes them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from playbook.search.analysis import WORD, term_of, terms_in

SIZE = 200  # characters
FURTHEST = 60_000  # characters of a text that are looked at
MORE = "…"
CHANGED_BY_ENDINGS = 2  # letters: "mobility" is searched as "mobil", "dying" as "die"

_SPACE = re.compile(r"\s+")


class Span(NamedTuple):
    """A piece of text, and whether it is one of the words looked for."""

    text: str
    marked: bool = False


class Excerpt(NamedTuple):
    """Spans, and how many different words they show."""

    spans: tuple[Span, ...]
    shows: int


class Look(NamedTuple):
    """A text, the words found in it, and the run of them with most different ones."""

    text: str
    found: list[tuple[int, int, str]]
    first: int
    last: int
    shows: int


def mark(text: str, terms: Collection[str]) -> tuple[Span, ...]:
    """The whole text, with the words looked for marked."""
    text = _composed(text)
    return _spans(text, [(start, end) for start, end, _ in find(text, terms)])


def find(text: str, terms: Collection[str]) -> list[tuple[int, int, str]]:
    """Start, end and term of each word looked for, in order.

    Only words that begin as a term does are looked at, which is several times faster than reading
    every word: an ending may change the last letters of what is before it, but never more than two.
    """
    lower = text.lower()
    if len(lower) != len(text):  # a letter that becomes two, and so shifts what follows
        return [(start, end, term) for term, start, end in terms_in(text) if term in terms]
    found = []
    for begin in {term[: max(len(term) - CHANGED_BY_ENDINGS, 1)] for term in terms}:
        start = lower.find(begin)
        while start >= 0:
            end = start + 1
            before = lower[start - 1 : start]
            if not (
                before.isalnum() or before == "_"
            ):  # what WORD takes for part of a word, in a third of the time
                match = WORD.match(text, start)
                if match is not None:
                    end = match.end()
                    term = term_of(match.group())
                    if term in terms:
                        found.append((start, end, term))
            start = lower.find(begin, end)
    return sorted(set(found))


def excerpt(text: str, terms: Collection[str], *, size: int = SIZE) -> Excerpt:
    """The part of a text with most of the different words, its beginning where there is none."""
    looked_at = _look(text, terms, size)
    return Excerpt(_cut(looked_at, size), looked_at.shows)


def best_excerpt(texts: Iterable[str], terms: Collection[str], *, size: int = SIZE) -> tuple[Span, ...]:
    """Of several texts the excerpt that shows most; the first of those that show as much."""
    best: Look | None = None
    for text in filter(None, texts):
        looked_at = _look(text, terms, size)
        if best is None or looked_at.shows > best.shows:
            best = looked_at
        if best.shows >= len(terms):  # no other can show more, and to make one may take time
            break
    return _cut(best, size) if best is not None else ()


def _look(text: str, terms: Collection[str], size: int) -> Look:
    text = _composed(text[:FURTHEST].strip())
    found = find(text, terms)
    return Look(text, found, *_densest(found, size))


def _cut(look: Look, size: int) -> tuple[Span, ...]:
    text, found, first, last, _ = look
    inside = found[first:last]
    start = 0
    if inside:
        spare = max(size - (inside[-1][1] - inside[0][0]), 0)
        start = max(min(inside[0][0] - spare // 2, len(text) - size), 0)
    end = min(start + size, len(text))
    start = _after_space(text, start, at_most=inside[0][0] if inside else 0)
    end = _before_space(text, end, at_least=inside[-1][1] if inside else 0)
    marks = [
        (begin - start, finish - start) for begin, finish, _ in found if start <= begin and finish <= end
    ]
    spans = [Span(_SPACE.sub(" ", span.text), span.marked) for span in _spans(text[start:end], marks)]
    if start:
        spans.insert(0, Span(MORE))
    if end < len(text):
        spans.append(Span(MORE))
    return tuple(spans)


def _densest(found: list[tuple[int, int, str]], size: int) -> tuple[int, int, int]:
    """The run of matches no longer than `size` with most different terms, then with most matches."""
    best = (0, 0)
    place = (0, 0)
    inside: Counter[str] = Counter()
    first = 0
    for last, (_, end, term) in enumerate(found):
        inside[term] += 1
        while first < last and end - found[first][0] > size:
            left = found[first][2]
            inside[left] -= 1
            if not inside[left]:
                del inside[left]
            first += 1
        if (len(inside), last + 1 - first) > best:
            best = (len(inside), last + 1 - first)
            place = (first, last + 1)
    return *place, best[0]


def _spans(text: str, marks: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    spans = []
    shown = 0
    for start, end in marks:
        if start > shown:
            spans.append(Span(text[shown:start]))
        spans.append(Span(text[start:end], marked=True))
        shown = end
    if shown < len(text):
        spans.append(Span(text[shown:]))
    return tuple(spans)


def _after_space(text: str, start: int, *, at_most: int) -> int:
    if start == 0:
        return 0
    return next((place + 1 for place in range(start - 1, at_most) if text[place].isspace()), start)


def _before_space(text: str, end: int, *, at_least: int) -> int:
    if end == len(text):
        return end
    return next((place for place in range(end, at_least - 1, -1) if text[place].isspace()), end)


def _composed(text: str) -> str:
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
