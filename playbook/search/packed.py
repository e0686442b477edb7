"""Texts held in memory for as long as the process runs, each term's places packed into arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from playbook.search.analysis import analyse
from playbook.search.leaf import Cards, Postings, Vocabulary, cell, no_postings
from playbook.search.text import SearchText


@dataclass(slots=True)
class Places:
    """Where one term stands: rows, how often in each, and all its positions in turn."""

    rows: array[int] = field(default_factory=lambda: array("q"))
    frequencies: array[float] = field(default_factory=lambda: array("d"))
    positions: array[int] = field(default_factory=lambda: array("I"))


class PackedLeaf:
    """A part of an index in a seventh of the room that lists would take. It never changes."""

    def __init__(self, texts: Iterable[SearchText], vocabulary: Vocabulary) -> None:
        found: dict[tuple[str, str], Places] = {}
        cells = []
        for row, text in enumerate(texts):
            lengths = {}
            for name, said in (("text", text.words), ("title", text.title)):
                analysed = analyse(said)
                lengths[name] = analysed.length
                for term, positions in analysed.positions.items():
                    places = found.get((name, term))
                    if places is None:
                        places = found[name, term] = Places()
                    places.rows.append(row)
                    places.frequencies.append(len(positions))
                    places.positions.extend(positions)
            cells.append(cell(text, lengths))
        self.cards = Cards.read(cells, vocabulary)
        self._found = found

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in "text" or "title"."""
        found = self._found.get((field, term))
        if found is None:
            return no_postings()
        return Postings(
            np.frombuffer(found.rows, np.int64),
            np.frombuffer(found.frequencies, np.float64),
            np.frombuffer(found.positions, np.uint32),
        )
