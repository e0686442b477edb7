"""Entries whose title begins to look like what somebody types. Sorted words in memory, no index fields."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from playbook.search.analysis import WORD
from playbook.search.engine import Completion
from playbook.search.leaf import TitleWords
from playbook.search.query import clean
from playbook.search.snapshot import Snapshot


def complete(snapshot: Snapshot, prefix: str, *, tokens: frozenset[str], limit: int) -> list[Completion]:
    """Visible entries that have every typed word in the title; the last may be only begun.

    In the order of the word that was completed.
    """
    words = [word.lower() for word in WORD.findall(clean(prefix))]
    if not words or limit < 1:
        return []
    *whole, begun = words
    seen = snapshot.view(tokens).mask
    found: dict[int, tuple[str, str]] = {}
    for leaf, start in snapshot.leaves:
        wanted = [set(_having(leaf.cards.title_words, word)) for word in whole]
        taken = 0
        for word, row in _begun(leaf.cards.title_words, begun):
            if seen[start + row] and all(row in rows for rows in wanted):
                entry_id = int(leaf.cards.entry_ids[row])
                if entry_id not in found:
                    found[entry_id] = (word, leaf.cards.titles[row])
                    taken += 1
                    if taken == limit:
                        break
    best = sorted(found.items(), key=lambda item: (*item[1], item[0]))[:limit]
    return [Completion(entry_id, title) for entry_id, (_, title) in best]


def _having(words: TitleWords, word: str) -> Iterator[int]:
    return (row for found, row in _begun(words, word) if found == word)


def _begun(words: TitleWords, prefix: str) -> Iterator[tuple[str, int]]:
    for place in range(bisect_left(words, (prefix, -1)), len(words)):
        word, row = words[place]
        if not word.startswith(prefix):
            return
        yield word, row
