"""Texts for engines that know no database, and what a slow reader of the definition says of them."""

from __future__ import annotations

import math
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from playbook.search.analysis import analyse
from playbook.search.engine import Mark, Question
from playbook.search.query import Clause, Sign, parse
from playbook.search.text import PART, SearchText

EVERYONE = frozenset({"everyone"})
MARK = Mark(id="first")


def text(
    entry_id: int,
    title: str,
    body: str = "",
    *,
    version_id: int = 1,
    readers: tuple[str, ...] = ("everyone",),
    facets: Mapping[str, tuple[str, ...]] | None = None,
    days: int = 0,
) -> SearchText:
    """A text released `days` after the first of January."""
    return SearchText(
        entry_id=entry_id,
        version_id=version_id,
        kind="note",
        slug=f"entry-{entry_id}",
        title=title,
        summary="",
        words=PART.join((title, body)),
        facets=facets or {},
        readers=readers,
        at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days),
    )


def question(
    words: str,
    *,
    tokens: Iterable[str] = EVERYONE,
    chosen: Mapping[str, tuple[str, ...]] | None = None,
    limit: int = 1000,
    offset: int = 0,
) -> Question:
    return Question(
        query=parse(words), tokens=frozenset(tokens), chosen=chosen or {}, limit=limit, offset=offset
    )


def environment() -> dict[str, str]:
    """For another Python that is to find what this one finds."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


class Reference:
    """The definition of an answer, one entry after another, in plain Python."""

    def __init__(self, texts: Iterable[SearchText], asked: Question) -> None:
        self.asked = asked
        self.seen = [text for text in texts if asked.tokens & set(text.readers)]
        self.words = {text.entry_id: analyse(text.words) for text in self.seen}
        self.titles = {text.entry_id: analyse(text.title) for text in self.seen}
        self.found = [text for text in self.seen if self._fits(text)]

    def score(self, text: SearchText) -> float:
        """BM25 of the text, and a quarter of the title's on top."""
        score = 0.0
        for term in self.asked.query.terms:
            for weight, analysed in ((1.0, self.words), (0.25, self.titles)):
                often = len(analysed[text.entry_id].positions.get(term, ()))
                if often:
                    having = sum(term in other.positions for other in analysed.values())
                    idf = math.log(1 + (len(self.seen) - having + 0.5) / (having + 0.5))
                    average = sum(other.length for other in analysed.values()) / len(self.seen)
                    norm = 1.6 * (0.25 + 0.75 * analysed[text.entry_id].length / average)
                    score += weight * idf * often * 2.6 / (often + norm)
        return score

    def order(self) -> list[int]:
        """Entries, the best first; by their number where they score alike."""
        chosen = [text for text in self.found if all(self._is_in(text, facet) for facet in self.asked.chosen)]
        if not self.asked.query.terms:
            return [
                text.entry_id
                for text in sorted(chosen, key=lambda text: (text.at, text.entry_id), reverse=True)
            ]
        ranked = sorted(chosen, key=lambda text: (-round(self.score(text), 9), text.entry_id))
        return [text.entry_id for text in ranked]

    def facets(self) -> dict[str, dict[str, int]]:
        """How many have each value, as if nothing were chosen in that facet."""
        counts: dict[str, Counter[str]] = {}
        for text in self.found:
            for facet, values in text.facets.items():
                if all(self._is_in(text, other) for other in self.asked.chosen if other != facet):
                    counts.setdefault(facet, Counter()).update(set(values))
        return {facet: dict(values) for facet, values in counts.items() if values}

    def _is_in(self, text: SearchText, facet: str) -> bool:
        values = self.asked.chosen[facet]
        return not values or bool(set(values) & set(text.facets.get(facet, ())))

    def _fits(self, text: SearchText) -> bool:
        telling = [clause for clause in self.asked.query.clauses if clause.terms]
        if self.asked.query.clauses and not telling:
            return False
        needed = [clause for clause in telling if clause.sign is Sign.MUST]
        needed += [clause for clause in telling if clause.sign is Sign.MAY and clause.is_phrase]
        if any(clause.sign is Sign.NOT and self._has(text, clause) for clause in telling):
            return False
        if needed:
            return all(self._has(text, clause) for clause in needed)
        optional = [clause for clause in telling if clause.sign is Sign.MAY]
        return not optional or any(self._has(text, clause) for clause in optional)

    def _has(self, text: SearchText, clause: Clause) -> bool:
        positions = self.words[text.entry_id].positions
        (first, offset), *others = clause.terms
        return any(
            all(begin + place - offset in positions.get(term, ()) for term, place in others)
            for begin in positions.get(first, ())
        )
