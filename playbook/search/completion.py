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

    In the order of the word that was completed, then as they came into the playbook.
    """
    words = [word.lower() for word in WORD.findall(clean(prefix))]
    if not words or limit < 1:
        return []
    *whole, begun = words
    seen = snapshot.view(tokens).mask
    found: dict[int, tuple[str, str]] = {}
    for leaf, start in snapshot.leaves:
        wanted = [set(_having(leaf.cards.title_words, word)) for word in whole]
        before = len(found)
        for word, entry_id, row in _begun(leaf.cards.title_words, begun):
            if entry_id not in found and seen[start + row] and all(row in rows for rows in wanted):
                found[entry_id] = (word, leaf.cards.titles[row])
                if len(found) == before + limit:
                    break
    best = sorted(found.items(), key=lambda item: (item[1][0], item[0]))[:limit]
    return [Completion(entry_id, title) for entry_id, (_, title) in best]


def _having(words: TitleWords, word: str) -> Iterator[int]:
    return (row for found, _, row in _begun(words, word) if found == word)


def _begun(words: TitleWords, prefix: str) -> Iterator[tuple[str, int, int]]:
    for place in range(bisect_left(words, (prefix, -1, -1)), len(words)):
        if not words[place][0].startswith(prefix):
            return
        yield words[place]
