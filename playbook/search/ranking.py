"""Which entries answer a query, in which order, and how many have each facet value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from playbook.search.bm25 import Floats, Ints
from playbook.search.engine import Hit, Hits, Question
from playbook.search.leaf import READERS
from playbook.search.query import Clause, Query, Sign
from playbook.search.snapshot import Mask, Snapshot, View

POSITIONS = 2**32  # more than a text has


def answer(snapshot: Snapshot, question: Question) -> Hits:
    """The best first; those that fit equally well in the order they came into the playbook.

    Without a word that scores, the newest first.
    """
    view = snapshot.view(question.tokens)
    scores = _scores(view, question.query)
    if question.ageing is not None:
        scores = scores * snapshot.share(question.ageing)
    found = _found(view, question.query, scores)
    chosen = _chosen(snapshot, question)
    matched = found
    for mask in chosen.values():
        matched = matched & mask
    rows = np.flatnonzero(matched)
    end = question.offset + question.limit if question.limit else 0
    best = _best(snapshot, rows, scores if question.query.terms else None, end)
    best = best[question.offset :]
    in_title = _in_title(view, question.query, best)
    return Hits(
        total=len(rows),
        hits=tuple(
            Hit(entry_id, version_id, score, ("title", "text") if titled else ("text",))
            for entry_id, version_id, score, titled in zip(
                snapshot.entry_ids[best].tolist(),
                snapshot.version_ids[best].tolist(),
                scores[best].tolist(),
                in_title.tolist(),
                strict=True,
            )
        ),
        facets=_count(snapshot, question, found, matched, chosen),
    )


def _scores(view: View, query: Query) -> Floats:
    scores = np.zeros(view.snapshot.size)
    for term, times in Counter(query.terms).items():
        scored = view.scored(term)
        scores[scored.rows] += scored.scores if times == 1 else times * scored.scores
    return scores


def _found(view: View, query: Query, scores: Floats) -> Mask:
    telling = [clause for clause in query.clauses if clause.terms]
    needed = [
        clause for clause in telling if clause.sign is Sign.MUST or (clause.is_phrase and not clause.sign)
    ]
    found = view.mask if needed or not query.terms else scores > 0
    if query.clauses and not telling:
        return np.zeros_like(view.mask)  # only words like "the", which nothing is found by
    for clause in needed:
        found = found & _having(view, clause)
    for clause in telling:
        if clause.sign is Sign.NOT:
            found = found & ~_having(view, clause)
    return found


def _having(view: View, clause: Clause) -> Mask:
    mask = np.zeros(view.snapshot.size, bool)
    terms = clause.terms
    mask[view.scored(terms[0][0]).rows] = True
    for term, _ in terms[1:]:
        also = np.zeros_like(mask)
        also[view.scored(term).rows] = True
        mask &= also
    if len(terms) > 1 and mask.any():
        rows = _standing_together(view, terms, np.flatnonzero(mask))
        mask = np.zeros_like(mask)
        mask[rows] = True
    return mask


def _standing_together(view: View, terms: tuple[tuple[str, int], ...], rows: Ints) -> Ints:
    """Of these rows, those where the terms stand at these distances from one another."""
    together: Ints = np.empty(0, np.int64)
    for number, (term, place) in enumerate(terms):
        at_rows, positions = view.positions(term, rows)
        begins = at_rows * POSITIONS + positions - (place - terms[0][1])
        together = np.intersect1d(together, begins, assume_unique=True) if number else begins
    return np.unique(together // POSITIONS)


def _chosen(snapshot: Snapshot, question: Question) -> dict[str, Mask]:
    """A mask for each facet in which something is chosen."""
    masks = {}
    for facet, values in question.chosen.items():
        if not values or facet == READERS:
            continue
        fold = question.folds.get(facet)
        if fold is None:
            known = [snapshot.vocabulary.code(facet, value) for value in values]
            codes = [code for code in known if code is not None]
        else:
            codes = [
                code
                for code, (of, value) in enumerate(snapshot.vocabulary.values)
                if of == fold.facet and fold.into(value) in values
            ]
        masks[facet] = snapshot.having(codes)
    return masks


def _best(snapshot: Snapshot, rows: Ints, scores: Floats | None, limit: int) -> Ints:
    """The first `limit` rows in order, without sorting the rest."""
    if not limit:
        return rows[:0]
    goodness = scores[rows] if scores is not None else snapshot.at[rows]
    if len(rows) > limit:
        least = np.partition(goodness, len(rows) - limit)[len(rows) - limit]
        kept = goodness >= least
        rows, goodness = rows[kept], goodness[kept]
    ids = snapshot.entry_ids[rows] if scores is not None else -snapshot.entry_ids[rows]
    return rows[np.lexsort((ids, -goodness))][:limit]


def _in_title(view: View, query: Query, rows: Ints) -> Mask:
    """Of these rows, those with a word of the query in their title."""
    titled = np.zeros(len(rows), bool)
    for term in set(query.terms):
        having = view.scored(term).title_rows
        if len(having):
            places = np.searchsorted(having, rows).clip(max=len(having) - 1)
            titled |= having[places] == rows
    return titled


def _count(
    snapshot: Snapshot, question: Question, found: Mask, matched: Mask, chosen: Mapping[str, Mask]
) -> dict[str, dict[str, int]]:
    counts = _tally(snapshot, question, matched)
    for facet in chosen:
        others = found
        for other, mask in chosen.items():
            if other != facet:
                others = others & mask
        counts[facet] = _tally(snapshot, question, others).get(facet, {})
    return {facet: values for facet, values in counts.items() if values and facet != READERS}


def _tally(snapshot: Snapshot, question: Question, rows: Mask) -> dict[str, dict[str, int]]:
    values = snapshot.vocabulary.values
    counts = np.bincount(snapshot.pair_codes[rows[snapshot.pair_rows]])
    tally: dict[str, dict[str, int]] = {}
    for code in np.flatnonzero(counts).tolist():
        facet, value = values[code]
        tally.setdefault(facet, {})[value] = int(counts[code])
    for facet, fold in question.folds.items():
        folded: Counter[str] = Counter()
        for value, count in tally.pop(fold.facet, {}).items():
            folded[fold.into(value)] += count
        tally[facet] = dict(folded)
    return tally
