"""Writing down what stood in the lists that were answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from playbook import clock
from playbook.db import quick
from playbook.models import Entry, EventType, SearchQuery, Surface, UsageEvent, User, Version
from playbook.usage.circumstances import Circumstances
from playbook.usage.facts import beside_the_page
from playbook.usage.human_or_machine import is_machine


@beside_the_page
def record_served(
    versions: Sequence[int],
    *,
    surface: Surface,
    reader: User,
    circumstances: Circumstances,
    first: int = 1,
) -> None:
    """These versions, by their ids in order, stood in a list that was answered; the first at place `first`.

    Nothing is kept of what machines are served, of versions that readers do not see, and of entries
    served to their author or owner.
    """
    if versions and not is_machine(circumstances):
        with quick() as connection:
            insert_served(connection, versions, surface=surface, reader=reader, at=clock.now(), first=first)


def insert_served(
    connection: sa.Connection,
    versions: Sequence[int],
    *,
    surface: Surface,
    reader: User,
    at: datetime,
    first: int,
    search: str | None = None,
) -> None:
    """Insert what was served. Of one search, which has to be the reader's own, each entry once."""
    places = {version: place for place, version in reversed(list(enumerate(versions, first)))}
    asked = {"versions": list(places), "person": reader.id, "handle": reader.handle, "search": search}
    fact = {
        "at": at,
        "type": EventType.SERVED,
        "surface": surface,
        "user_id": reader.id,
        "query_id": search,
    }
    told = [
        {**fact, "entry_id": row.entry_id, "version_id": row.id, "position": places[row.id]}
        for row in connection.execute(_worth_telling(in_search=search is not None), asked)
    ]
    if told:
        connection.execute(sa.insert(UsageEvent), told)


@cache
def _worth_telling(*, in_search: bool) -> sa.Executable:
    person: sa.BindParameter[int] = sa.bindparam("person")
    handle: sa.BindParameter[str] = sa.bindparam("handle")
    statement = (
        sa.select(Version.id, Version.entry_id)
        .join(Entry, Entry.agreed_id == Version.id)
        .where(
            Version.id.in_(sa.bindparam("versions", expanding=True)),
            Version.author_id.is_distinct_from(person),
            Entry.owner != handle,
            sa.func.coalesce(Version.fields["co_owner"].as_string(), "") != handle,
        )
    )
    if not in_search:
        return statement
    search: sa.BindParameter[str] = sa.bindparam("search")
    # A list, because for each entry SQLite would look through all that was ever served of it.
    served_before = sa.select(UsageEvent.entry_id).where(
        UsageEvent.query_id == search, UsageEvent.type == EventType.SERVED
    )
    own = sa.exists().where(SearchQuery.id == search, SearchQuery.user_id == person)
    return statement.where(Entry.id.not_in(served_before), own)
