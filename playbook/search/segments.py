"""A Whoosh segment as a leaf: its cards read at once, its postings when a term is first asked for."""

from __future__ import annotations

import threading
from typing import Any, TypeAlias

import numpy as np

from playbook.search.engine import Damaged
from playbook.search.leaf import Cards, Postings, Vocabulary, no_postings
from playbook.search.remembered import Remembered
from playbook.search.schema import card_column, schema
from playbook.search.stock import TermNotFound

RememberedPostings: TypeAlias = Remembered[tuple[str, str, str], Postings]  # by segment, field and term


class SegmentLeaf:
    """One segment, which is never written again. Files it needs stay open after they are deleted."""

    def __init__(
        self, storage: Any, segment: Any, *, vocabulary: Vocabulary, remembered: RememberedPostings
    ) -> None:
        codec = segment.codec()
        cards = codec.per_document_reader(storage, segment).column_reader("card", card_column())
        self.cards = Cards.read((cards[row] for row in range(segment.doc_count_all())), vocabulary)
        self._terms = codec.terms_reader(storage, segment)
        self._schema = schema()
        self._name = segment.segment_id()
        self._remembered = remembered
        self._lock = threading.Lock()  # a matcher moves the one position of its file

    def postings(self, field: str, term: str) -> Postings:
        """Where a term stands in "text" or "title"."""
        known = self._remembered.get((self._name, field, term))
        if known is not None:
            return known
        with self._lock:
            postings = self._read(field, term)
        if len(postings.rows):
            self._remembered.keep((self._name, field, term), postings)
        return postings

    def _read(self, field: str, term: str) -> Postings:
        try:
            matcher = self._terms.matcher(field, term.encode(), self._schema[field].format)
        except TermNotFound:
            return no_postings()
        except Exception as error:  # a damaged file can raise anything
            raise Damaged(f"{type(error).__name__}: {error}") from error
        try:
            return by_block(matcher)
        except (AttributeError, LookupError, TypeError, ValueError):
            # Blocks are no promise of Whoosh's. Its public interface is slower and says the same.
            return self._read_by_document(matcher)

    def _read_by_document(self, matcher: Any) -> Postings:
        try:
            matcher.reset()
            return by_document(matcher)
        except Exception as error:
            raise Damaged(f"{type(error).__name__}: {error}") from error


def by_block(matcher: Any) -> Postings:
    """All postings of a matcher of Whoosh 2.7.4's default codec, a block at a time.

    Raises:
        AttributeError, LookupError, TypeError, ValueError: the blocks do not look as expected.
    """
    rows, frequencies, positions = [], [], []
    while True:
        matcher._read_data()
        gaps, weights, said = matcher._data
        if len(gaps) != matcher._blocklength:
            raise ValueError("a block is not as long as it says")
        rows.append(np.cumsum(np.array(gaps, dtype=np.int64)))
        frequencies.append(
            np.broadcast_to(np.asarray(1 if weights is None else weights, dtype=np.float64), len(gaps))
        )
        positions.append(said.encode("latin-1"))
        if matcher._lastblock:
            return _postings(np.concatenate(rows), np.concatenate(frequencies), positions)
        matcher._next_block()


def by_document(matcher: Any) -> Postings:
    """All postings of any matcher, through Whoosh's public interface."""
    rows, frequencies, values = [], [], []
    while matcher.is_active():
        rows.append(matcher.id())
        frequencies.append(matcher.weight())
        values.append(matcher.value())
        matcher.next()
    return _postings(np.array(rows, dtype=np.int64), np.array(frequencies, dtype=np.float64), values)


def _postings(rows: Any, frequencies: Any, values: list[bytes]) -> Postings:
    positions = np.frombuffer(b"".join(values), dtype="<u4").astype(np.uint32)
    if len(positions) != int(frequencies.sum()):
        raise ValueError("a term does not stand as often as it says")
    return Postings(rows, frequencies, positions)
