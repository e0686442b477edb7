"""How text becomes terms. Index, database and snippets all read words through this file."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import Stemmer

from playbook.search.text import PART

WORD = re.compile(r"\w+")
LONGEST_WORD = 64  # characters; beyond it a "word" is a key, an address or an attack, and its start is enough
REMEMBERED_WORDS = 100_000  # about 15 MB of words with their terms

STOP_WORDS = frozenset(
    """a an and are as at be by can for from have if in is it may not of on or s t tbd that the this
    to us we when will with yet you your""".split()
)
ACRONYMS = frozenset({"IT", "US"})  # written in capitals these are no stop words

MOST_APART = 16  # words of a phrase
PART_GAP = 100  # positions between two parts of a text; no phrase reaches across

_terms: dict[str, str] = {}
_own = threading.local()


@dataclass(frozen=True, slots=True)
class Analysed:
    """Terms with the positions they stand at; `length` counts the words that are not stop words."""

    positions: dict[str, list[int]]
    length: int


def term_of(word: str) -> str:
    """The term a word is searched by: lower case, without its ending. Empty for a stop word."""
    term = _terms.get(word)
    if term is None:
        if len(_terms) >= REMEMBERED_WORDS:
            _terms.clear()
        term = _terms[word] = _find_term(word)
    return term


def _find_term(word: str) -> str:
    lower = word.lower()[:LONGEST_WORD]
    if lower in STOP_WORDS and word not in ACRONYMS:
        return ""
    try:
        stemmer = _own.stemmer
    except AttributeError:  # a stemmer must not be shared between threads
        stemmer = _own.stemmer = Stemmer.Stemmer("english", 0)
    return stemmer.stemWord(lower)


def analyse(text: str) -> Analysed:
    """The terms of a text. Stop words leave a gap, so that "cost of close" is not "cost close"."""
    known = _terms.get
    positions: dict[str, list[int]] = {}
    length = 0
    position = 0
    for part in unicodedata.normalize("NFC", text).split(PART):
        for word in WORD.findall(part):
            term = known(word)
            if term is None:
                term = term_of(word)
            if term:
                length += 1
                where = positions.get(term)
                if where is None:
                    positions[term] = [position]
                else:
                    where.append(position)
            position += 1
        position += PART_GAP
    return Analysed(positions, length)


def terms_in(text: str) -> Iterator[tuple[str, int, int]]:
    """Every term of a text in order, with the start and the end of its word."""
    for match in WORD.finditer(text):
        term = term_of(match.group())
        if term:
            yield term, match.start(), match.end()
