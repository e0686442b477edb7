"""Where a passage that somebody pointed to stands in a text that has changed since."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

AROUND = 40  # characters of the words before and after a passage that are kept with it

# Characters of the passage and of what still stands around it that tell it from the same words elsewhere.
_ENOUGH = 24
# Places of the same words that are looked at, and places of one word: beyond it a word tells nothing.
_MOST_PLACES = 200
_MOST_OF_A_WORD = 20
# The share of a passage's words that must be left for it to be the same passage, reworded.
_LEFT = 0.6
# Characters of a text that are searched for a reworded passage.
_LONGEST = 400_000

_WORD = re.compile(r"\w+")


class Place(StrEnum):
    """How a passage is found again."""

    EXACT = "exact"  # the same words between the same words
    MOVED = "moved"  # elsewhere, between other words, or a little reworded
    GONE = "gone"


@dataclass(frozen=True)
class Found:
    """Where a passage stands now: `text[start:end]`. What is gone has no place, and both are 0."""

    start: int
    end: int
    place: Place


GONE = Found(0, 0, Place.GONE)


@dataclass(frozen=True)
class Passage:
    """Words of a text, and up to AROUND characters before and after them that tell them from others."""

    quote: str
    before: str = ""
    after: str = ""

    @classmethod
    def at(cls, text: str, start: int, end: int) -> Passage:
        """The passage `text[start:end]`."""
        return cls(text[start:end], text[max(0, start - AROUND) : start], text[end : end + AROUND])


@dataclass(frozen=True)
class Anchors:
    """A text in which many passages are looked for."""

    text: str = field(repr=False)

    def find(self, passage: Passage) -> Found:
        """Where the passage stands now. The same passage and text always give the same answer.

        Takes time in proportion to the text, whatever it holds: what is reworded is found by the places of
        its rarer words, never by comparing it with every part of the text.
        """
        if not passage.quote.strip():
            return GONE
        return self._between_the_same(passage) or self._elsewhere(passage) or self._reworded(passage) or GONE

    def locate(self, words: str, *, before: str = "", after: str = "") -> Found:
        """Where somebody saw these words on a page: runs of spaces and the size of letters do not count.

        Of several places, the one between words most like `before` and `after`.
        """
        squeezed, places = self._squeezed
        wanted, before, after = (_folded(" ".join(part.split())) for part in (words, before, after))
        if not wanted:
            return GONE
        found = _best(squeezed, Passage(wanted, before[-AROUND:], after[:AROUND]), apart=" ")
        if found is None:
            return GONE
        start, _ = found
        return Found(places[start], places[start + len(wanted) - 1] + 1, Place.EXACT)

    def _between_the_same(self, passage: Passage) -> Found | None:
        start = self.text.find(passage.before + passage.quote + passage.after)
        if start < 0:
            return None
        start += len(passage.before)
        return Found(start, start + len(passage.quote), Place.EXACT)

    def _elsewhere(self, passage: Passage) -> Found | None:
        found = _best(self.text, passage)
        if found is None:
            return None
        start, alike = found
        if len(passage.quote) + alike < _ENOUGH:
            return None
        return Found(start, start + len(passage.quote), Place.MOVED)

    def _reworded(self, passage: Passage) -> Found | None:
        """The stretch of the text that holds most of the words, in about the same order."""
        wanted = [word.lower() for word in _WORD.findall(passage.quote)]
        if len(wanted) < 2:
            return None
        slack = max(2, len(wanted) // 4)
        rare = {index: self._places.get(word, []) for index, word in enumerate(wanted)}
        rare = {index: places for index, places in rare.items() if len(places) <= _MOST_OF_A_WORD}
        hits = [(place - index, index, place) for index, places in rare.items() for place in places]
        if not hits:
            return None
        votes = Counter(begins // slack for begins, _, _ in hits)
        best = min(votes, key=lambda band: (-votes[band] - votes[band + 1], band))
        near = [(index, place) for begins, index, place in hits if begins // slack in (best, best + 1)]
        if len({index for index, _ in near}) < _LEFT * len(rare):
            return None
        first, last = min(place for _, place in near), max(place for _, place in near)
        start = max(0, first - slack)
        window = self._words[start : start + len(wanted) + 2 * slack]
        left = Counter(wanted) & Counter(word for word, _, _ in window)
        if left.total() < _LEFT * len(wanted):
            return None
        kept = [
            place
            for place, (word, _, _) in enumerate(window, start)
            if word in left and place <= last + slack
        ]
        return Found(self._words[kept[0]][1], self._words[kept[-1]][2], Place.MOVED)

    @cached_property
    def _words(self) -> list[tuple[str, int, int]]:
        return [
            (match.group().lower(), match.start(), match.end())
            for match in _WORD.finditer(self.text[:_LONGEST])
        ]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for place, (word, _, _) in enumerate(self._words):
            places.setdefault(word, []).append(place)
        return places

    @cached_property
    def _squeezed(self) -> tuple[str, list[int]]:
        """The text with single spaces and small letters, and where each of its characters stands."""
        characters: list[str] = []
        places: list[int] = []
        for place, character in enumerate(self.text):
            if character.isspace():
                if not characters or characters[-1] == " ":
                    continue
                character = " "
            characters.append(character)
            places.append(place)
        return _folded("".join(characters)), places


def find(quote: str, before: str, after: str, text: str) -> Found:
    """Where one passage stands in a text; see `Anchors.find`."""
    return Anchors(text).find(Passage(quote, before, after))


def _best(text: str, passage: Passage, *, apart: str = "") -> tuple[int, int] | None:
    """The place of the quote that has most in common with the words around it, and how many characters that is."""
    best: tuple[int, int] | None = None
    start = text.find(passage.quote)
    for _ in range(_MOST_PLACES):
        if start < 0:
            break
        end = start + len(passage.quote)
        around = Passage.at(text, start, end)
        alike = _common(around.before[::-1].strip(apart or None), passage.before[::-1].strip(apart or None))
        alike += _common(around.after.strip(apart or None), passage.after.strip(apart or None))
        if best is None or alike > best[1]:
            best = start, alike
        start = text.find(passage.quote, start + 1)
    return best


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginnings."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))


def _folded(text: str) -> str:
    """The text in small letters, as long as before."""
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)
