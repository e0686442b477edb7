"""Which of some old pieces became which of some new ones, judged by the words they share."""

import re
from typing import Any

# Share of all their words that two pieces must have in common to be one piece reworded.
_ALIKE = 0.4
# Fewer words than this are replaced, not reworded.
_FEWEST_WORDS = 3
# Comparisons made at most; beyond it nothing is paired and everything counts as new.
_MOST_COMPARISONS = 10_000

_WORD = re.compile(r"\w+")


def best_pairs(old: list[Any], new: list[Any]) -> list[tuple[int, int]]:
    """Places of old and new pieces that are alike, the most alike first, each place once."""
    if len(old) * len(new) > _MOST_COMPARISONS:
        return []
    old_words = [_words(piece) for piece in old]
    new_words = [_words(piece) for piece in new]
    scored = sorted(
        (-_likeness(one, other), i, j) for i, one in enumerate(old_words) for j, other in enumerate(new_words)
    )
    pairs: list[tuple[int, int]] = []
    used_old: set[int] = set()
    used_new: set[int] = set()
    for score, i, j in scored:
        if -score >= _ALIKE and i not in used_old and j not in used_new:
            pairs.append((i, j))
            used_old.add(i)
            used_new.add(j)
    return pairs


def _likeness(one: set[str], other: set[str]) -> float:
    if min(len(one), len(other)) < _FEWEST_WORDS:
        return 0.0
    return len(one & other) / len(one | other)


def _words(piece: Any) -> set[str]:
    """The words of a text, or of all the values of a mapping, each marked with its key."""
    if isinstance(piece, dict):
        return {f"{key} {word}" for key, value in piece.items() for word in _words(value)}
    if isinstance(piece, list):
        return {word for item in piece for word in _words(item)}
    return set(_WORD.findall(str(piece).lower()))
