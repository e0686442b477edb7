"""The few words of a text that show why it was found, as spans; whoever shows them escapes them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from playbook.search.analysis import WORD, term_of, terms_in

SIZE = 200  # characters
FURTHEST = 60_000  # characters of a text that are looked at
MORE = "…"
CHANGED_BY_ENDINGS = 2  # letters: "mobility" is searched as "mobil", "dying" as "die"

_SPACE = re.compile(r"\s+")


class Span(NamedTuple):
    """A piece of text: whether it is one of the words looked for, and whether it claims what is out of date."""

    text: str
    marked: bool = False
    expired: bool = False


class Passage(NamedTuple):
    """A text, and from where to where it claims what is out of date."""

    text: str
    expired: tuple[tuple[int, int], ...] = ()


class Excerpt(NamedTuple):
    """Spans, and how many different words they show."""

    spans: tuple[Span, ...]
    shows: int


class Look(NamedTuple):
    """A passage, the words found in it, and the run of them with most different ones."""

    passage: Passage
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
    looked_at = _look(Passage(text), terms, size)
    return Excerpt(_cut(looked_at, size), looked_at.shows)


def passage_of(pieces: Iterable[tuple[str, bool]]) -> Passage:
    """Pieces of a text, each with whether it claims what is out of date, with spaces between."""
    text = ""
    expired = []
    for piece, is_expired in pieces:
        words = _composed(" ".join(piece.split()))
        if words:
            text += " " if text else ""
            if is_expired:
                expired.append((len(text), len(text) + len(words)))
            text += words
    return Passage(text, tuple(expired))


def in_force(spans: Iterable[Span]) -> str:
    """Spans as plain text, which can strike nothing: dots stand for what is out of date."""
    runs = groupby(spans, key=_is_expired)
    return "".join(MORE if expired else "".join(span.text for span in run) for expired, run in runs)


def best_excerpt(
    texts: Iterable[str | Passage], terms: Collection[str], *, size: int = SIZE
) -> tuple[Span, ...]:
    """Of several texts the excerpt that shows most; the first of those that show as much."""
    best: Look | None = None
    for given in texts:
        text = given if isinstance(given, Passage) else Passage(given)
        if not text.text:
            continue
        looked_at = _look(text, terms, size)
        if best is None or looked_at.shows > best.shows:
            best = looked_at
        if best.shows >= len(terms):  # no other can show more, and to make one may take time
            break
    return _cut(best, size) if best is not None else ()


def _look(given: Passage, terms: Collection[str], size: int) -> Look:
    text = _composed(given.text[:FURTHEST].strip())
    found = find(text, terms)
    return Look(Passage(text, given.expired), found, *_densest(found, size))


def _cut(look: Look, size: int) -> tuple[Span, ...]:
    (text, expired), found, first, last, _ = look
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
    struck = [(begin - start, finish - start) for begin, finish in expired]
    spans = [
        span._replace(text=_SPACE.sub(" ", span.text))
        for span in _struck(_spans(text[start:end], marks), struck)
    ]
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


def _is_expired(span: Span) -> bool:
    return span.expired


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


def _struck(spans: tuple[Span, ...], expired: Sequence[tuple[int, int]]) -> Iterable[Span]:
    """The spans, cut where what is out of date begins and ends."""
    if not expired:
        return spans
    cut = []
    start = 0
    for span in spans:
        end = start + len(span.text)
        edges = sorted({start, end, *(edge for pair in expired for edge in pair if start < edge < end)})
        for begin, finish in pairwise(edges):
            is_expired = any(first <= begin and finish <= last for first, last in expired)
            cut.append(Span(span.text[begin - start : finish - start], span.marked, is_expired))
        start = end
    return cut


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
