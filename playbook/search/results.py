"""What a search answers: entries the reader may see, why they were found, and what to narrow by."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from playbook import clock
from playbook.db import db
from playbook.kinds.reading import spoken_words
from playbook.models import Entry, Permission, User, Version, listed, reader_tokens
from playbook.models.permission import ASKING, listed_with, sight, who_reads
from playbook.search import engine, facets, query
from playbook.search.ageing import ageing
from playbook.search.facets import Facet
from playbook.search.index import Index
from playbook.search.query import Query
from playbook.search.snippets import Span, best_excerpt, mark

FURTHEST = 10_000  # results that can be paged through


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found. `position` counts from 1; `fields` says where the words are: "title", "text"."""

    entry: Entry
    version: Version
    position: int
    score: float
    title: tuple[Span, ...]
    snippet: tuple[Span, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """An answer. `query` is what was understood; `took_ms` is what it took, rows and snippets included."""

    query: Query
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    took_ms: float


def find(
    index: Index,
    words: str,
    *,
    reader: User | None,
    chosen: Mapping[str, Sequence[str]],
    limit: int,
    offset: int,
) -> Results:
    """Search for somebody. Without words, the newest first."""
    began = time.perf_counter()
    understood = query.parse(words)
    picked = facets.known_facets(chosen)
    answer = index.search(
        engine.Question(
            query=understood,
            tokens=reader_tokens(reader),
            chosen=facets.with_former_slugs(picked, reader=reader),
            folds=facets.folds(),
            ageing=ageing(clock.now().date()),
            limit=max(limit, 0),
            offset=min(max(offset, 0), FURTHEST),
        )
    )
    return Results(
        query=understood,
        total=answer.total,
        hits=tuple(_hits(answer.hits, set(understood.terms), reader=reader, offset=offset)),
        facets=tuple(facets.labelled(answer.facets, chosen=picked, reader=reader)),
        took_ms=(time.perf_counter() - began) * 1000,
    )


def complete(index: Index, prefix: str, *, reader: User | None, limit: int) -> list[Entry]:
    """Entries whose title somebody may be typing."""
    found = [hit.entry_id for hit in index.complete(prefix, tokens=reader_tokens(reader), limit=limit)]
    entries = {
        entry.id: entry
        for entry in db.session.scalars(sa.select(Entry).where(Entry.id.in_(found), listed(reader)))
    }
    return [entries[entry_id] for entry_id in found if entry_id in entries]


def _hits(found: Sequence[engine.Hit], terms: set[str], *, reader: User | None, offset: int) -> list[Hit]:
    """The rows of what was found, as far as the reader may see them."""
    if not found:
        return []
    asked = {"found": [hit.entry_id for hit in found], **who_reads(reader)}
    rows = {
        entry.id: (entry, version)
        for entry, version in db.session.execute(_entries_with_text(sight(reader)), asked)
    }
    hits = []
    for position, hit in enumerate(found, start=offset + 1):
        if hit.entry_id in rows:
            entry, version = rows[hit.entry_id]
            hits.append(
                Hit(
                    entry=entry,
                    version=version,
                    position=position,
                    score=hit.score,
                    title=mark(version.title, terms),
                    snippet=_snippet(entry, version, terms),
                    fields=hit.fields if terms else (),
                )
            )
    return hits


@cache
def _entries_with_text(permissions: frozenset[Permission]) -> sa.Executable:
    return (
        sa.select(Entry, Version)
        .join(Version, Version.id == Entry.agreed_id)
        .where(Entry.id.in_(sa.bindparam("found", expanding=True)), listed_with(permissions, who=ASKING))
        .options(undefer(Version.plain))
    )


def _snippet(entry: Entry, version: Version, terms: set[str]) -> tuple[Span, ...]:
    if not terms and version.summary:
        return (Span(version.summary),)
    return best_excerpt(_texts(entry, version), terms)


def _texts(entry: Entry, version: Version) -> Iterator[str]:
    yield version.plain
    yield version.summary
    said = {name: value for name, value in version.fields.items() if name not in {"title", "summary"}}
    yield spoken_words(entry.kind, said)
