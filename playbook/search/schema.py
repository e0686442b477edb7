"""How the Whoosh index is laid out: two word fields, and a card for each entry. No text is stored."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from playbook.search.analysis import Analysed
from playbook.search.stock import (
    FieldType,
    Positions,
    Schema,
    VarBytesColumn,
    W3Codec,
    W3LeafMatcher,
    W3PostingsWriter,
)

LAYOUT = 1  # raise it when anything here, in analysis.py or in leaf.py changes what an index holds
BLOCK = 2048  # postings read at once; we read whole lists, so large blocks cost less
POSITION = 4  # bytes


class Words(FieldType):
    """Analysed words with their positions: 32-bit numbers one after another, which NumPy reads as they are."""

    def __init__(self) -> None:
        super().__init__(format=Positions(), analyzer=None, scorable=True)

    def index(self, value: Analysed, **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Term, how often, its weight, and where."""
        for term, positions in value.positions.items():
            often = len(positions)
            yield term.encode(), often, float(often), np.array(positions, "<u4").tobytes()


class Card(FieldType):
    """Bytes kept beside the entry. They are not searched."""

    indexed = False

    def __init__(self) -> None:
        super().__init__(format=None, analyzer=None, sortable=VarBytesColumn())

    def to_column_value(self, value: bytes) -> bytes:
        """The card as it is."""
        return value


def schema() -> Schema:
    """A fresh schema."""
    return Schema(text=Words(), title=Words(), card=Card())


class PostingsWriter(W3PostingsWriter):
    """Writes all positions of a block as one string, and frequencies as whole numbers.

    Pickled one by one, as Whoosh does, positions take five times the room and most of the time to read.
    """

    def _mini_values(self) -> str:
        return b"".join(self._values).decode("latin-1")

    def _mini_weights(self) -> float | tuple[int, ...] | None:
        weights = super()._mini_weights()
        return tuple(map(int, weights)) if isinstance(weights, tuple) else weights


class PostingsReader(W3LeafMatcher):
    """Gives each entry its positions back: as many as its frequency says."""

    def _read_values(self) -> None:
        if self._weights is None:
            self._read_weights()
        said = self._data[2].encode("latin-1")
        ends = list(accumulate(POSITION * int(weight) for weight in self._weights))
        self._values = tuple(said[start:end] for start, end in pairwise([0, *ends]))


class Codec(W3Codec):
    """How segments are written. Length statistics serve only a scorer that skips; ours reads everything."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=BLOCK)

    def postings_writer(self, dbfile: Any, byteids: Any = None) -> PostingsWriter:
        """A writer of one file of postings."""
        return PostingsWriter(
            dbfile, blocklimit=BLOCK, byteids=bool(byteids), compression=self._compression, inlinelimit=0
        )

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> PostingsReader:
        """A reader of one term's postings."""
        offset, length = terminfo.extent()
        return PostingsReader(dbfile, offset, length, format_, term=term, scorer=scorer)


def card_column() -> Any:
    """The column that holds the cards."""
    return VarBytesColumn()
