"""Searching what was agreed on a day.

The index knows only today, so the texts of another day are analysed in memory, once for each version and process,
and scored by the same functions. Which of them were in force, and which the asker may know of, is asked of the
database every time: a day is a choice among versions, and so is a reader.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import undefer

from playbook.db import db
from playbook.kinds import KINDS
from playbook.kinds.naming import stated_kind
from playbook.kinds.reading import spoken_words
from playbook.models import Address, Entry, Release, Setting, State, User, Version
from playbook.models.as_of import due_then, in_force, may_know, standing, stood
from playbook.models.history import release_of
from playbook.models.link import ERASED
from playbook.models.permission import EVERYBODY
from playbook.search import engine, facets, query, ranking, results
from playbook.search.ageing import kept
from playbook.search.engine import Ageing, Fold
from playbook.search.leaf import Vocabulary
from playbook.search.packed import PackedLeaf
from playbook.search.results import Results
from playbook.search.snapshot import Snapshot
from playbook.search.source import BATCH, NO_REVIEW, REVIEW_BY, facets_of
from playbook.search.text import PART, SearchText

MOST_LEAVES = 32  # each search of another day may add one, and each costs every later search a little
MOST_VERSIONS = 50_000  # held at once; about 8 KB each

Due = Mapping[int, str | None]  # when each version was to be looked at again, by its id


def find_on(
    day: date,
    words: str,
    *,
    reader: User | None,
    chosen: Mapping[str, Sequence[str]],
    limit: int,
    offset: int,
) -> Results:
    """Search what was in force at the end of a day, in UTC. Without words, the newest first."""
    began = time.perf_counter()
    understood = query.parse(words)
    picked = facets.known_facets(chosen)
    due = versions_on(day, reader=reader)
    answer = ranking.answer(
        the_past().snapshot(due),
        engine.Question(
            query=understood,
            tokens=frozenset({EVERYBODY}),
            chosen=facets.with_former_slugs(picked, reader=reader),
            folds={"state": Fold(REVIEW_BY, lambda version: _state(version, due, day))},
            ageing=Ageing(REVIEW_BY, lambda version: kept(due.get(int(version)) or NO_REVIEW, today=day)),
            limit=max(limit, 0),
            offset=min(max(offset, 0), results.FURTHEST),
        ),
    )
    rows = _rows([hit.version_id for hit in answer.hits], reader=reader, day=day)
    slugs = facets.related_slugs(answer.facets, chosen=picked)
    named = _named_then(sorted(slugs), reader=reader, day=day)
    return Results(
        query=understood,
        total=answer.total,
        hits=tuple(results.hits(answer.hits, rows, set(understood.terms), offset=offset, on=day)),
        facets=tuple(facets.labelled(answer.facets, chosen=picked, entries=named)),
        took_ms=(time.perf_counter() - began) * 1000,
    )


def versions_on(day: date, *, reader: User | None) -> Due:
    """The versions that were in force, as far as the reader may know, and when each was to be looked at again."""
    found = in_force(sa.select(Version.id, due_then(day)).select_from(Entry), on=day)
    return dict(db.session.execute(found.where(may_know(reader))).all())


def _state(version: str, due: Due, day: date) -> str:
    review_by = due.get(int(version))
    return (State.REVIEW_DUE if review_by and review_by < day.isoformat() else State.AGREED).value


def _rows(versions: Sequence[int], *, reader: User | None, day: date) -> dict[int, tuple[Entry, Version]]:
    found = standing(reader=reader, on=day).where(Version.id.in_(versions)).options(undefer(Version.plain))
    return {each.entry.id: (each.entry, each.version) for each in stood(found, on=day)} if versions else {}


def _named_then(slugs: Sequence[str], *, reader: User | None, day: date) -> facets.Named:
    """What the entries with these slugs were called; those that were not in force are left out."""
    found: dict[str, tuple[str, str, bool]] = {}
    for start in range(0, len(slugs), BATCH):
        some = (
            sa.select(Address.slug, Entry.slug, Version.title)
            .select_from(Entry)
            .join(Address, Address.entry_id == Entry.id)
            .where(Address.slug.in_(slugs[start : start + BATCH]), may_know(reader))
        )
        for slug, present, title in db.session.execute(in_force(some, on=day)):
            found[slug] = (present, title, False)
    return found


class Past:
    """The texts of versions that some day asked for. One for each process; it serves all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: list[object] = []
        self._forget()

    def snapshot(self, versions: Collection[int]) -> Snapshot:
        """These versions and nothing else."""
        with self._lock:
            self._follow()
            self._learn(versions)
            leaves, vocabulary = tuple(self._leaves), self._vocabulary
        wanted = np.fromiter(versions, np.int64, len(versions))
        return Snapshot([(leaf, np.isin(leaf.cards.version_ids, wanted)) for leaf in leaves], vocabulary)

    def _follow(self) -> None:
        """Forget everything when the database is another, or when something was erased from it."""
        names = ("epoch", ERASED)
        said: dict[str, object] = dict(
            db.session.execute(sa.select(Setting.name, Setting.value).where(Setting.name.in_(names))).all()
        )
        of: list[object] = [said.get(name) for name in names]
        if of != self._of:
            self._forget()
            self._of = of

    def _learn(self, versions: Collection[int]) -> None:
        missing = set(versions) - self._known
        if not missing:
            return
        if len(self._leaves) >= MOST_LEAVES or len(self._known) + len(missing) > MOST_VERSIONS:
            self._forget()
            missing = set(versions)
        self._leaves.append(PackedLeaf(_texts(sorted(missing)), self._vocabulary))
        self._known |= missing

    def _forget(self) -> None:
        self._leaves: list[PackedLeaf] = []
        self._vocabulary = Vocabulary()
        self._known: set[int] = set()


def the_past() -> Past:
    """What the current application holds of other days."""
    past: Past = current_app.extensions.setdefault("playbook.search.past", Past())
    return past


def _texts(versions: Sequence[int]) -> Iterator[SearchText]:
    """The texts of these versions, as search sees them. Who may find them is no part of that."""
    for start in range(0, len(versions), BATCH):
        some = (
            sa.select(
                Version.id,
                Version.entry_id,
                Entry.kind_name,
                Entry.slug,
                Version.title,
                Version.summary,
                Version.fields,
                Version.plain,
                Release.at,
            )
            .join(Entry, Entry.id == Version.entry_id)
            .join(Release, Release.id == release_of(Version, sa.func.min))
            .where(Version.id.in_(versions[start : start + BATCH]))
            .order_by(Version.id)
        )
        for row in db.session.execute(some):
            yield _text(row)


def _text(row: sa.Row[int, int, str, str, str, str, dict[str, object], str, object]) -> SearchText:
    kind = stated_kind(row.fields) or KINDS[row.kind_name]
    said = {name: value for name, value in row.fields.items() if name not in {"title", "summary"}}
    parts = [row.title, row.summary, *spoken_words(kind, said).split("\n"), row.plain]
    return SearchText(
        entry_id=row.entry_id,
        version_id=row.id,
        kind=kind.name,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        words=PART.join(part for part in parts if part),
        # When it was to be looked at again depends on the day, so the text only says which version it is.
        facets=facets_of(kind.name, row.fields, slug=row.slug, review_by=str(row.id)),
        readers=(EVERYBODY,),
        at=row.at,
    )
