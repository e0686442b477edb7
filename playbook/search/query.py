"""What somebody typed, understood: words, "phrases", +must and -must not. Nothing else has a meaning."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from playbook.search.analysis import WORD, term_of

MOST_CHARACTERS = 200
MOST_WORDS = 16

_PIECE = re.compile(r'(?P<sign>[+-]?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_UNWANTED = {"Cc", "Cs", "Cf", "Co", "Cn"}  # controls, lone surrogates, invisible and unassigned characters


class Sign(StrEnum):
    """How a clause counts."""

    MAY = ""  # raises those that have it
    MUST = "+"
    NOT = "-"


@dataclass(frozen=True, slots=True)
class Clause:
    """One word, or a phrase of several. `words` are as typed."""

    words: tuple[str, ...]
    sign: Sign = Sign.MAY

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1

    @property
    def terms(self) -> tuple[tuple[str, int], ...]:
        """Terms with their distance from the first word; stop words keep their place."""
        found = ((term_of(word), place) for place, word in enumerate(self.words))
        return tuple((term, place) for term, place in found if term)

    def __str__(self) -> str:
        said = " ".join(self.words)
        return f'{self.sign}"{said}"' if self.is_phrase else f"{self.sign}{said}"


@dataclass(frozen=True, slots=True)
class Query:
    """The clauses that were understood, in the order they were typed."""

    clauses: tuple[Clause, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms that score, repeated where they were repeated."""
        return tuple(
            term for clause in self.clauses if clause.sign is not Sign.NOT for term, _ in clause.terms
        )

    @property
    def all_terms(self) -> frozenset[str]:
        """Every term that has to be looked up."""
        return frozenset(term for clause in self.clauses for term, _ in clause.terms)

    def __str__(self) -> str:
        return " ".join(map(str, self.clauses))

    def __bool__(self) -> bool:
        return bool(self.clauses)


def clean(typed: str) -> str:
    """Composed characters, no controls, no lone surrogates, single spaces, at most 200 characters."""
    if typed.isascii() and typed.isprintable():
        return " ".join(typed.split())[:MOST_CHARACTERS].rstrip()
    # Composing can lengthen a text, and is not needed for what would be cut off anyway.
    composed = unicodedata.normalize("NFC", typed[: 4 * MOST_CHARACTERS])
    kept = (" " if unicodedata.category(character) in _UNWANTED else character for character in composed)
    return " ".join("".join(kept).split())[:MOST_CHARACTERS].rstrip()


def parse(typed: str) -> Query:
    """Understand at most 16 words. Never an error: what has no meaning is left out.

    A phrase has to be there, as has a word with a plus. A word of several parts, as in "month-end",
    is those words.
    """
    clauses: list[Clause] = []
    left = MOST_WORDS
    for piece in _PIECE.finditer(clean(typed)):
        sign = Sign(piece["sign"])
        words = tuple(WORD.findall(piece["phrase"] or piece["word"] or ""))[:left]
        left -= len(words)
        if piece["phrase"] is not None and len(words) > 1:
            clauses.append(Clause(words, sign))
        else:
            clauses.extend(Clause((word,), sign) for word in words)
    return Query(tuple(clauses))
