"""Writing down searches, and what they showed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import sqlalchemy as sa

from playbook import clock
from playbook.db import db, quick
from playbook.models import SearchQuery, Surface, User
from playbook.usage.circumstances import Circumstances
from playbook.usage.facts import beside_the_page, inserted, one_at_a_time
from playbook.usage.human_or_machine import is_machine
from playbook.usage.masking import masked
from playbook.usage.served import insert_served

# Asking again within this time, by the back button or for the next page, is the same search.
SAME_SEARCH = timedelta(minutes=30)


@dataclass(frozen=True)
class Search:
    """A search that is being answered. Its id goes into the links of its results; `words` are masked."""

    id: str
    words: str
    facets: dict[str, list[str]]


def begin_search(words: str, *, facets: Mapping[str, Sequence[str]], reader: User, id: str = "") -> Search:
    """Give a search its id: that of the same search by the same person in the last 30 minutes, or a new one.

    `id` is the one that a new search gets, where its links were made before.
    """
    said = masked(words)
    chosen = {facet: sorted(values) for facet, values in sorted(facets.items()) if values}
    about = {"person": reader.id, "words": said, "not_before": clock.now() - SAME_SEARCH}
    same = next((row.id for row in db.session.execute(_recent(), about) if row.facets == chosen), None)
    return Search(same or id or uuid.uuid4().hex, said, chosen)


@cache
def _recent() -> sa.Executable:
    return sa.select(SearchQuery.id, SearchQuery.facets).where(
        SearchQuery.user_id == sa.bindparam("person"),
        SearchQuery.words == sa.bindparam("words"),
        SearchQuery.at > sa.bindparam("not_before"),
    )


@beside_the_page
def record_search(
    search: Search,
    *,
    total: int,
    served: Sequence[int],
    reader: User,
    circumstances: Circumstances,
    first: int = 1,
) -> None:
    """Keep a search, the number of entries it found, and the versions (by their ids in order) it showed.

    `first` is the place of the first one shown; on the second page it is not 1. Asked again, only
    what was not shown before is added. Searches by machines are not kept.
    """
    if is_machine(circumstances):
        return
    moment = clock.now()
    row = {
        "search": search.id,
        "moment": moment,
        "person": reader.id,
        "words": search.words,
        "facets": search.facets,
        "total": total,
    }
    with quick() as connection:
        one_at_a_time(connection, reader.id)
        connection.execute(_kept_once(), row)
        if served:
            insert_served(
                connection,
                served,
                surface=Surface.SEARCH,
                reader=reader,
                at=moment,
                first=first,
                search=search.id,
            )


@cache
def _kept_once() -> sa.Insert:
    row = {
        "id": "search",
        "at": "moment",
        "user_id": "person",
        "words": "words",
        "facets": "facets",
        "total": "total",
    }
    return inserted(SearchQuery, row, when=~sa.exists().where(SearchQuery.id == sa.bindparam("search")))
