"""A part of an index, as arrays: the cards of its entries, and where each term stands.

A leaf never changes. A Whoosh segment becomes one (segments.py); so does a handful of texts straight
from the database (`MemoryLeaf`), which is how search answers while an index is being built.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from playbook.search.analysis import WORD, analyse
from playbook.search.bm25 import FIELDS, Floats, Ints
from playbook.search.text import SearchText

READERS = "readers"  # the facet that says who may see an entry; never counted, never shown


class Vocabulary:
    """Numbers for (facet, value) pairs, the same for every leaf of a process. It only grows."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()
        self.values: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self.values)

    def code(self, facet: str, value: str) -> int | None:
        """The number of a value that some entry has, or had."""
        return self._codes.get((facet, value))

    def learn(self, facet: str, value: str) -> int:
        """The number of a value, given now if it is new."""
        known = self._codes.get((facet, value))
        if known is not None:
            return known
        with self._lock:
            if (facet, value) not in self._codes:
                self.values.append((facet, value))
                self._codes[facet, value] = len(self.values) - 1
            return self._codes[facet, value]


TitleWords: TypeAlias = list[tuple[str, int, int]]  # sorted words, each with an entry and its row


@dataclass(frozen=True)
class Cards:
    """What is known of each entry besides its words, one row an entry.

    `at` is in microseconds since 1970. `pair_rows` and `pair_codes` list the facet values of all rows,
    in the order of the rows.
    """

    entry_ids: Ints
    version_ids: Ints
    at: Ints
    lengths: Mapping[str, Ints]
    titles: Sequence[str]
    fingerprints: Sequence[str]
    pair_rows: Ints
    pair_codes: Ints

    def __len__(self) -> int:
        return len(self.entry_ids)

    @cached_property
    def title_words(self) -> TitleWords:
        """The words of all titles, for completing what somebody types."""
        return sorted(
            {
                (word.lower(), entry_id, row)
                for row, (entry_id, title) in enumerate(
                    zip(self.entry_ids.tolist(), self.titles, strict=True)
                )
                for word in WORD.findall(unicodedata.normalize("NFC", title))
            }
        )

    @classmethod
    def read(cls, cells: Iterable[bytes], vocabulary: Vocabulary) -> Cards:
        """Cards from what `cell` wrote."""
        rows = json.loads(b"[" + b",".join(cells) + b"]")
        numbers = np.array([row[0] for row in rows], dtype=np.int64).reshape(len(rows), 3 + len(FIELDS))
        pairs = [
            (number, vocabulary.learn(facet, value))
            for number, row in enumerate(rows)
            for facet, values in row[3].items()
            for value in values
        ]
        pair_rows, pair_codes = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2).T
        return cls(
            entry_ids=numbers[:, 0].copy(),
            version_ids=numbers[:, 1].copy(),
            at=numbers[:, 2].copy(),
            lengths={field: numbers[:, 3 + place].copy() for place, field in enumerate(FIELDS)},
            titles=[row[1] for row in rows],
            fingerprints=[row[2] for row in rows],
            pair_rows=pair_rows.copy(),
            pair_codes=pair_codes.copy(),
        )


def cell(text: SearchText, lengths: Mapping[str, int]) -> bytes:
    """One entry's card, as an index keeps it."""
    facets = {facet: sorted(set(values)) for facet, values in text.facets.items() if values}
    numbers = [text.entry_id, text.version_id, round(text.at.timestamp() * 1_000_000)]
    numbers += [lengths[field] for field in FIELDS]
    facets[READERS] = sorted(set(text.readers))
    return json.dumps([numbers, text.title, text.fingerprint, facets], separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term stands: rows in ascending order, how often in each, and all its positions in turn."""

    rows: Ints
    frequencies: Floats
    positions: npt.NDArray[np.uint32]

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.rows.nbytes + self.frequencies.nbytes + self.positions.nbytes


def no_postings() -> Postings:
    """Of a term that nothing has."""
    return Postings(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint32))


class Leaf(Protocol):
    """What ranking needs of a part of an index."""

    @property
    def cards(self) -> Cards: ...

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in "text" or "title"."""
        ...


class MemoryLeaf:
    """Texts that are in no index, or not yet. Only `terms` can be looked up if they are given."""

    def __init__(
        self, texts: Iterable[SearchText], vocabulary: Vocabulary, *, terms: frozenset[str] | None = None
    ) -> None:
        found: dict[tuple[str, str], list[tuple[int, list[int]]]] = {}
        cells = []
        for row, text in enumerate(texts):
            lengths = {}
            for field, said in (("text", text.words), ("title", text.title)):
                analysed = analyse(said)
                lengths[field] = analysed.length
                for term in analysed.positions.keys() & terms if terms is not None else analysed.positions:
                    found.setdefault((field, term), []).append((row, analysed.positions[term]))
            cells.append(cell(text, lengths))
        self.cards = Cards.read(cells, vocabulary)
        self._found = found

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in "text" or "title"."""
        found = self._found.get((field, term))
        if not found:
            return no_postings()
        return Postings(
            np.array([row for row, _ in found], dtype=np.int64),
            np.array([len(positions) for _, positions in found], dtype=np.float64),
            np.array([position for _, positions in found for position in positions], dtype=np.uint32),
        )
