"""What a search answers: entries the reader may see, why they were found, and what to narrow by."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import undefer

from playbook import clock
from playbook.db import db
from playbook.kinds.claims import expired_places
from playbook.kinds.reading import spoken
from playbook.models import Entry, Permission, User, Version, listed, reader_tokens
from playbook.models.permission import ASKING, listed_with, sight, who_reads
from playbook.search import engine, facets, query
from playbook.search.ageing import ageing
from playbook.search.facets import Facet
from playbook.search.index import Index
from playbook.search.query import Query
from playbook.search.snippets import Passage, Span, best_excerpt, mark, passage_of

FURTHEST = 10_000  # results that can be paged through

Places = frozenset[tuple[str, int | None]]  # of claims: field and row


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found. `position` counts from 1; `fields` says where the words are: "title", "text".

    `expired_claims` are how many of its claims are out of date today; where the snippet repeats one, the span says so.
    """

    entry: Entry
    version: Version
    position: int
    score: float
    title: tuple[Span, ...]
    snippet: tuple[Span, ...]
    fields: tuple[str, ...]
    expired_claims: int = 0


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
    slugs = facets.related_slugs(answer.facets, chosen=picked)
    named = facets.named_now(slugs, reader=reader)
    return Results(
        query=understood,
        total=answer.total,
        hits=tuple(
            hits(
                answer.hits,
                _rows(answer.hits, reader=reader),
                set(understood.terms),
                offset=offset,
                on=clock.now().date(),
            )
        ),
        facets=tuple(facets.labelled(answer.facets, chosen=picked, entries=named)),
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


def _rows(found: Sequence[engine.Hit], *, reader: User | None) -> dict[int, tuple[Entry, Version]]:
    """The rows of what was found, as far as the reader may see them, by the ids of the entries."""
    if not found:
        return {}
    asked = {"found": [hit.entry_id for hit in found], **who_reads(reader)}
    return {
        entry.id: (entry, version)
        for entry, version in db.session.execute(_entries_with_text(sight(reader)), asked)
    }


def hits(
    found: Sequence[engine.Hit],
    rows: Mapping[int, tuple[Entry, Version]],
    terms: set[str],
    *,
    offset: int,
    on: date,
) -> list[Hit]:
    """What was found, as its rows say it; what has no row is left out. `on` is the day on which claims expire."""
    hits = []
    for position, hit in enumerate(found, start=offset + 1):
        if hit.entry_id in rows:
            entry, version = rows[hit.entry_id]
            expired = expired_places(entry.kind, version.fields, on=on)
            hits.append(
                Hit(
                    entry=entry,
                    version=version,
                    position=position,
                    score=hit.score,
                    title=mark(version.title, terms),
                    snippet=_snippet(entry, version, terms, expired=expired),
                    fields=hit.fields if terms else (),
                    expired_claims=len(expired),
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


def _snippet(entry: Entry, version: Version, terms: set[str], *, expired: Places) -> tuple[Span, ...]:
    if not terms and version.summary:
        return (Span(version.summary),)
    return best_excerpt(_texts(entry, version, expired=expired), terms)


def _texts(entry: Entry, version: Version, *, expired: Places) -> Iterator[str | Passage]:
    yield version.plain
    yield version.summary
    said = {name: value for name, value in version.fields.items() if name not in {"title", "summary"}}
    pieces = spoken(entry.kind, said)
    yield passage_of((piece.text, (piece.field, piece.row) in expired) for piece in pieces)
