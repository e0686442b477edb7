"""Finding entries: the one place that knows how. The index is a cache; the database is the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from flask import current_app

from playbook.models import Entry, User
from playbook.search import checking, results
from playbook.search.as_of import find_on
from playbook.search.checking import Difference
from playbook.search.engine import Progress
from playbook.search.facets import Facet, FacetValue
from playbook.search.index import Index
from playbook.search.query import Query
from playbook.search.results import Hit, Results
from playbook.search.snippets import Span, in_force
from playbook.search.whoosh_engine import WhooshEngine

__all__ = [
    "Difference",
    "Facet",
    "FacetValue",
    "Hit",
    "Query",
    "Results",
    "Span",
    "catch_up",
    "check",
    "in_force",
    "rebuild",
    "search",
    "the_index",
    "titles",
]

FOLDER = "index"  # in the instance folder


def search(
    words: str,
    *,
    reader: User | None,
    facets: Mapping[str, Sequence[str]] | None = None,
    limit: int = 20,
    offset: int = 0,
    as_of: date | None = None,
) -> Results:
    """What the playbook says to these words, as far as `reader` may see it.

    `facets` narrows: {"persona": ["persona-cfo"], "kind": ["story", "lesson"]} finds stories and
    lessons about the CFO. Without words the newest come first. Words that mean nothing are left out;
    no words are an error. With `as_of`, what it said at the end of that day in UTC.
    """
    if as_of is not None:
        return find_on(as_of, words, reader=reader, chosen=facets or {}, limit=limit, offset=offset)
    return results.find(the_index(), words, reader=reader, chosen=facets or {}, limit=limit, offset=offset)


def titles(prefix: str, *, reader: User | None, limit: int = 8) -> list[Entry]:
    """Entries whose title somebody may be typing; the last word may be only begun."""
    return results.complete(the_index(), prefix, reader=reader, limit=limit)


def catch_up() -> None:
    """Index what was saved. Call it after each save; whatever it leaves, the next search does."""
    the_index().catch_up()


def rebuild(*, progress: Progress | None = None) -> None:
    """Build the index anew from the database; `progress` is told how many entries are done.

    Raises:
        Conflict: somebody else is building it.
    """
    the_index().rebuild(progress=progress)


def check() -> list[Difference]:
    """Where index and database differ; empty when they agree."""
    return checking.check(the_index().engine)


def the_index() -> Index:
    """The index of the current application."""
    known: Index | None = current_app.extensions.get("playbook.search")
    if known is not None:
        return known
    made = Index(WhooshEngine(Path(current_app.instance_path) / FOLDER))
    index: Index = current_app.extensions.setdefault("playbook.search", made)  # another thread may be first
    return index
