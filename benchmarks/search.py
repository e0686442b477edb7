"""How fast the embedded engine is, as ratios to SQLite FTS5 doing the same on the same texts in the same run.

    python -m benchmarks.search [ENTRIES ...]

CPU medians of one process, title, snippet and facet counts included. Ratios travel between machines;
milliseconds do not.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate
from pathlib import Path

import psutil

from playbook.db import sqlite
from playbook.search.engine import Mark, Question
from playbook.search.query import parse
from playbook.search.snippets import excerpt
from playbook.search.text import PART, SearchText
from playbook.search.whoosh_engine import WhooshEngine

WORDS = 300  # of an entry
VOCABULARY = 20_000
QUERIES = 60
ROUNDS = 3
TOP = 10
TOKENS = frozenset({"everyone"})
SYLLABLES = "ba co di fu ga he ji ko la me no pu ra si ta ve wo xi ya zu cle fra gri plo sta tre".split()
FACETS = {"kind": 17, "stage": 6, "persona": 12}
TARGETS = {  # of the ratio, for 1,000, 10,000 and 100,000 entries
    "any of 2-3 words, facets": (1.0, 0.55, 0.17),
    "any of 2-3 words": (1.5, 1.0, 0.30),
    "one word": (2.0, 1.5, 0.40),
    "all words": (3.0, 2.0, 1.5),
    "phrase": (5.0, 5.0, 10.0),
    "completion": (0.2, 0.1, 0.05),
}


@dataclass(frozen=True)
class Corpus:
    """Made-up texts whose words are as frequent as words are, and queries of words that are not too rare."""

    texts: list[SearchText]
    bodies: dict[int, str]
    words: list[str]

    @classmethod
    def of(cls, entries: int, *, seed: int = 1) -> Corpus:
        chance = random.Random(seed)
        words: dict[str, None] = {}
        while len(words) < VOCABULARY:
            words["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
        known = list(words)
        weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(known))))
        bodies: dict[int, str] = {}
        texts = []
        for number in range(1, entries + 1):
            said = chance.choices(known, cum_weights=weights, k=WORDS + 6)
            texts.append(made(number, " ".join(said[:6]), " ".join(said[6:]), chance))
            bodies[number] = " ".join(said[6:])
        return cls(texts, bodies, known)

    def queries(self, kind: str, *, seed: int = 2) -> list[str]:
        chance = random.Random(seed)
        frequent = self.words[20:2000]
        for_kind: dict[str, Callable[[], str]] = {
            "any": lambda: " ".join(chance.sample(frequent, chance.randint(2, 3))),
            "one": lambda: chance.choice(frequent),
            "all": lambda: " ".join(
                f"+{word}" for word in self._together(chance, chance.randint(2, 3), apart=True)
            ),
            "phrase": lambda: '"' + " ".join(self._together(chance, 2, apart=False)) + '"',
            "begun": lambda: chance.choice(frequent)[:3],
        }
        return [for_kind[kind]() for _ in range(QUERIES)]

    def _together(self, chance: random.Random, count: int, *, apart: bool) -> list[str]:
        said = chance.choice(self.texts).words.replace(PART, " ").split()
        start = chance.randrange(6, len(said) - count)
        return chance.sample(said, count) if apart else said[start : start + count]


def made(number: int, title: str, body: str, chance: random.Random) -> SearchText:
    return SearchText(
        entry_id=number,
        version_id=number,
        kind="note",
        slug=f"entry-{number}",
        title=title,
        summary="",
        words=PART.join((title, body)),
        facets={facet: (f"{facet} {chance.randrange(values)}",) for facet, values in FACETS.items()},
        readers=("everyone",),
        at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
    )


class Ours:
    """The engine, with texts for snippets from a table as in the playbook."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        self.corpus = corpus
        self.engine = WhooshEngine(folder / "index")
        self.table = sqlite.connect(folder / "texts.db", isolation_level=None)
        self.table.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, title TEXT, body TEXT)")
        rows = ((text.entry_id, text.title, corpus.bodies[text.entry_id]) for text in corpus.texts)
        with self.table:
            self.table.execute("BEGIN")
            self.table.executemany("INSERT INTO entry VALUES (?, ?, ?)", rows)
        self.engine.rebuild(corpus.texts, mark=Mark(id="benchmark"))

    def search(self, typed: str, *, facets: bool) -> object:
        query = parse(typed)
        hits = self.engine.search(
            Question(query=query, tokens=TOKENS, limit=TOP)
        )  # facets cost what they cost
        ids = [hit.entry_id for hit in hits.hits]
        marks = ",".join("?" * len(ids))
        rows = self.table.execute(f"SELECT id, title, body FROM entry WHERE id IN ({marks})", ids).fetchall()
        terms = set(query.terms)
        return [(title, excerpt(body, terms)) for _, title, body in rows], hits.facets if facets else None

    def complete(self, begun: str) -> object:
        return self.engine.complete(begun, tokens=TOKENS, limit=8)

    def update(self, text: SearchText) -> object:
        self.engine.put([text], mark=Mark(id="benchmark"))
        return self.engine.search(Question(query=parse("anything"), tokens=TOKENS, limit=TOP))


class Fts5:
    """SQLite's own full-text search, as well as it can be asked."""

    def __init__(self, corpus: Corpus, folder: Path) -> None:
        self.table = sqlite.connect(folder / "fts5.db", isolation_level=None)
        self.table.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize='porter unicode61', prefix='3');"
            "CREATE TABLE entry (id INTEGER PRIMARY KEY, kind TEXT, stage TEXT, persona TEXT);"
        )
        self.table.execute("BEGIN")
        for text in corpus.texts:
            self._insert(text)
        self.table.execute("COMMIT")

    def _insert(self, text: SearchText) -> None:
        title, _, body = text.words.partition(PART)
        self.table.execute(
            "INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (text.entry_id, title, body)
        )
        values = [text.facets[facet][0] for facet in FACETS]
        self.table.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)", (text.entry_id, *values))

    def search(self, typed: str, *, facets: bool) -> object:
        match = (
            typed
            if '"' in typed
            else (" AND " if "+" in typed else " OR ").join(typed.replace("+", "").split())
        )
        hits = self.table.execute(
            "SELECT rowid, title, snippet(words, 1, '<', '>', '…', 30), bm25(words, 1.25, 1.0) FROM words "
            f"WHERE words MATCH ? AND rank MATCH 'bm25(1.25, 1.0)' ORDER BY rank LIMIT {TOP}",
            (match,),
        ).fetchall()
        counted = None
        if facets:
            counted = self.table.execute(
                "SELECT kind, stage, persona, count(*) FROM words JOIN entry ON entry.id = words.rowid "
                "WHERE words MATCH ? GROUP BY 1, 2, 3",
                (match,),
            ).fetchall()
        return hits, counted

    def complete(self, begun: str) -> object:
        return self.table.execute(
            "SELECT rowid, title FROM words WHERE words MATCH ? ORDER BY rank LIMIT 8", (f"title : {begun}*",)
        ).fetchall()

    def update(self, text: SearchText) -> object:
        self.table.execute("BEGIN IMMEDIATE")
        self.table.execute("DELETE FROM words WHERE rowid = ?", (text.entry_id,))
        self._insert(text)
        self.table.execute("COMMIT")
        return self.search("anything", facets=False)


def median_ms(work: Callable[[str], object], given: list[str]) -> float:
    """Median CPU of one call, after one round to warm up."""
    taken = []
    for round_number in range(ROUNDS + 1):
        for typed in given:
            began = time.process_time_ns()
            work(typed)
            if round_number:
                taken.append((time.process_time_ns() - began) / 1e6)
    return statistics.median(taken)


def measure(entries: int) -> Iterator[tuple[str, float, float]]:
    """Name, ours and FTS5's in CPU milliseconds."""
    process = psutil.Process()
    with timed("made"):
        corpus = Corpus.of(entries)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with timed("FTS5 built"):
            fts5 = Fts5(corpus, folder)
        with timed("ours built"):
            ours = Ours(corpus, folder)
        ours.engine = WhooshEngine(folder / "index")
        before = process.memory_info().rss
        first = [cold(ours, typed) for typed in corpus.queries("any")]
        for label, kind, facets in (
            ("any of 2-3 words, facets", "any", True),
            ("any of 2-3 words", "any", False),
            ("one word", "one", False),
            ("all words", "all", False),
            ("phrase", "phrase", False),
        ):
            given = corpus.queries(kind)
            taken = [median_ms(partial(one.search, facets=facets), given) for one in (ours, fts5)]
            yield label, taken[0], taken[1]
        given = corpus.queries("begun")
        yield "completion", median_ms(ours.complete, given), median_ms(fts5.complete, given)
        chance = random.Random(3)
        changed = [made(number % entries + 1, "anything", "changed " * 300, chance) for number in range(40)]
        yield "update, committed, found", median_update(ours, changed), median_update(fts5, changed)
        grown = (process.memory_info().rss - before) / 2**20
        print(
            f"  first time a word is asked for: {statistics.median(first):.2f} ms; memory grew {grown:.0f} MB"
        )


def cold(ours: Ours, typed: str) -> float:
    began = time.process_time_ns()
    ours.search(typed, facets=True)
    return (time.process_time_ns() - began) / 1e6


def median_update(one: Ours | Fts5, changed: list[SearchText]) -> float:
    taken = []
    for text in changed:
        began = time.process_time_ns()
        one.update(text)
        taken.append((time.process_time_ns() - began) / 1e6)
    return statistics.median(taken)


@contextmanager
def timed(what: str) -> Iterator[None]:
    began, cpu = time.monotonic(), time.process_time()
    yield
    print(f"  {what} in {time.monotonic() - began:.1f} s, {time.process_time() - cpu:.1f} s of CPU")


def main(sizes: list[int]) -> None:
    """Print a table for each number of entries."""
    for entries in sizes:
        print(f"{entries:,} entries")
        column = min(max(len(str(entries)) - 4, 0), 2)
        for label, ours, fts5 in measure(entries):
            target = f"at most {TARGETS[label][column]:g}" if label in TARGETS else ""
            print(f"  {label:26} {ours:8.3f} ms  FTS5 {fts5:8.3f} ms  ratio {ours / fts5:6.2f}  {target}")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1_000, 10_000])
