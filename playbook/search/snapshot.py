"""All leaves of an index at one moment, and what one kind of reader sees of them.

Statistics are taken over what the reader may see. So neither the order nor a count tells anybody
about entries that are hidden, and an index that still holds old versions scores as a fresh one.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from playbook.search import bm25
from playbook.search.bm25 import FIELDS, Floats, Ints
from playbook.search.engine import Ageing, Unsettled
from playbook.search.leaf import READERS, Leaf, MemoryLeaf, Postings, Vocabulary
from playbook.search.remembered import Remembered

Mask: TypeAlias = npt.NDArray[np.bool_]
Scalar = TypeVar("Scalar", bound=np.generic)

REMEMBERED_TERMS = 32 * 2**20  # bytes of scored terms, for all kinds of reader
REMEMBERED_VIEWS = 8  # kinds of reader


@dataclass(frozen=True, slots=True)
class Scored:
    """A term in all leaves: the rows that have it, its share of their score, and those with it in the title."""

    rows: Ints
    scores: Floats
    title_rows: Ints

    @property
    def size(self) -> int:
        """Bytes held."""
        return self.rows.nbytes + self.scores.nbytes + self.title_rows.nbytes


class Snapshot:
    """Leaves laid end to end; rows number entries across them. `alive` leaves out replaced versions."""

    def __init__(self, parts: Sequence[tuple[Leaf, Mask | None]], vocabulary: Vocabulary) -> None:
        cards = [leaf.cards for leaf, _ in parts]
        sizes = [len(card) for card in cards]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        self.leaves = [(leaf, int(start)) for (leaf, _), start in zip(parts, starts, strict=False)]
        self.vocabulary = vocabulary
        self.size = int(starts[-1])
        self.alive: Mask = _join(
            [
                np.ones(size, bool) if alive is None else alive
                for (_, alive), size in zip(parts, sizes, strict=True)
            ],
            np.bool_,
        )
        self.entry_ids: Ints = _join([card.entry_ids for card in cards], np.int64)
        self.version_ids: Ints = _join([card.version_ids for card in cards], np.int64)
        self.at: Ints = _join([card.at for card in cards], np.int64)
        self.lengths: dict[str, Ints] = {
            field: _join([card.lengths[field] for card in cards], np.int64) for field in FIELDS
        }
        self.pair_rows: Ints = _join(
            [card.pair_rows + start for card, start in zip(cards, starts, strict=False)], np.int64
        )
        self.pair_codes: Ints = _join([card.pair_codes for card in cards], np.int64)
        self.scored: Remembered[tuple[frozenset[int], str], Scored] = Remembered(most=REMEMBERED_TERMS)
        self._views: OrderedDict[frozenset[int], View] = OrderedDict()
        self._share: tuple[Ageing, Floats] | None = None
        self._lock = threading.Lock()

    def view(self, tokens: frozenset[str]) -> View:
        """What somebody who holds these tokens sees."""
        codes = (self.vocabulary.code(READERS, token) for token in tokens)
        key = frozenset(code for code in codes if code is not None)
        with self._lock:
            view = self._views.get(key)
            if view is None:
                view = self._views[key] = View(self, key)
                if len(self._views) > REMEMBERED_VIEWS:
                    self._views.popitem(last=False)
            self._views.move_to_end(key)
            return view

    def but(self, unsettled: Unsettled, *, terms: frozenset[str]) -> Snapshot:
        """As if these entries had been indexed already. Only `terms` can be looked up in them."""
        if not unsettled.entries:
            return self
        kept = self.alive & ~np.isin(self.entry_ids, sorted(unsettled.entries))
        parts: list[tuple[Leaf, Mask | None]] = [
            (leaf, kept[start : start + len(leaf.cards)]) for leaf, start in self.leaves
        ]
        fresh = MemoryLeaf(unsettled.texts, self.vocabulary, terms=terms)
        return Snapshot([*parts, (fresh, None)], self.vocabulary)

    def having(self, codes: Sequence[int]) -> Mask:
        """The rows that have one of these facet values."""
        wanted = np.zeros(len(self.vocabulary), bool)
        wanted[list(codes)] = True
        mask = np.zeros(self.size, bool)
        mask[self.pair_rows[wanted[self.pair_codes]]] = True
        return mask

    def share(self, ageing: Ageing) -> Floats:
        """The share of its score that each row keeps. What was worked out last is remembered: it holds for a day."""
        known = self._share
        if known is not None and known[0] is ageing:
            return known[1]
        keeps = np.ones(len(self.vocabulary))
        for code, (facet, value) in enumerate(self.vocabulary.values[: len(keeps)]):
            if facet == ageing.facet:
                keeps[code] = ageing.keeps(value)
        pairs = keeps[self.pair_codes]
        losing = pairs < 1
        share = np.ones(self.size)
        np.minimum.at(share, self.pair_rows[losing], pairs[losing])
        self._share = (ageing, share)
        return share

    def postings(self, field: str, term: str) -> Postings:
        """A term in all leaves, replaced versions included."""
        found = [(leaf.postings(field, term), start) for leaf, start in self.leaves]
        found = [(postings, start) for postings, start in found if len(postings.rows)]
        return Postings(
            _join([postings.rows + start for postings, start in found], np.int64),
            _join([postings.frequencies for postings, _ in found], np.float64),
            _join([postings.positions for postings, _ in found], np.uint32),
        )


class View:
    """The rows one kind of reader may see, and terms scored for them."""

    def __init__(self, snapshot: Snapshot, readers: frozenset[int]) -> None:
        # The snapshot holds its views; a circle would keep large arrays until the collector comes round.
        self.snapshot: Snapshot = weakref.proxy(snapshot)
        self._readers = readers
        self.mask: Mask = snapshot.having(sorted(readers)) & snapshot.alive
        self.size = int(self.mask.sum())
        self._norms = {
            field: bm25.norms(lengths, average=float(lengths[self.mask].sum()) / max(self.size, 1))
            for field, lengths in snapshot.lengths.items()
        }

    def scored(self, term: str) -> Scored:
        """A term's rows, ascending, and their scores: the text's, and the title's on top."""
        known = self.snapshot.scored.get((self._readers, term))
        if known is not None:
            return known
        rows, scores = self._field("text", term)
        title_rows, title_scores = self._field("title", term)
        if len(title_rows):  # the title is part of the text, so its rows are among the text's
            scores[np.searchsorted(rows, title_rows)] += title_scores
        scored = Scored(rows, scores, title_rows)
        self.snapshot.scored.keep((self._readers, term), scored)
        return scored

    def positions(self, term: str, rows: Ints) -> tuple[Ints, Ints]:
        """Where a term stands in the text of these rows: a row and a position for each occurrence."""
        postings = self.snapshot.postings("text", term)
        wanted = np.zeros(self.snapshot.size, bool)
        wanted[rows] = True
        repeated = np.repeat(postings.rows, postings.frequencies.astype(np.int64))
        kept = wanted[repeated]
        return repeated[kept], postings.positions[kept].astype(np.int64)

    def _field(self, field: str, term: str) -> tuple[Ints, Floats]:
        postings = self.snapshot.postings(field, term)
        seen = self.mask[postings.rows]
        rows = postings.rows[seen]
        telling = bm25.WEIGHT[field] * bm25.idf(self.size, len(rows))
        return rows, bm25.scores(postings.frequencies[seen], self._norms[field][rows], idf=telling)


def _join(arrays: Sequence[npt.NDArray[Scalar]], kind: type[Scalar]) -> npt.NDArray[Scalar]:
    return np.concatenate(arrays) if arrays else np.empty(0, kind)
