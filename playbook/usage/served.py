"""Writing down what stood in the lists that were answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from playbook import clock
from playbook.db import quick
from playbook.models import Entry, EventType, SearchQuery, Surface, UsageEvent, User, Version
from playbook.usage.circumstances import Circumstances
from playbook.usage.facts import beside_the_page, insert
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
    second_owner = sa.func.coalesce(Version.fields["co_owner"].as_string(), "")
    told = [
        Version.id.in_(places),
        Version.author_id.is_distinct_from(reader.id),
        Entry.owner != reader.handle,
        second_owner != reader.handle,
    ]
    if search is not None:
        served_before = sa.exists().where(
            UsageEvent.query_id == search,
            UsageEvent.entry_id == Entry.id,
            UsageEvent.type == EventType.SERVED,
        )
        own = sa.exists().where(SearchQuery.id == search, SearchQuery.user_id == reader.id)
        told += [~served_before, own]
    row = {
        "at": at,
        "type": EventType.SERVED,
        "surface": surface,
        "user_id": reader.id,
        "entry_id": Entry.__table__.c.id,
        "version_id": Version.__table__.c.id,
        "query_id": search,
        "position": sa.case(places, value=Version.id),
        "what": "",
    }
    released = sa.join(Version, Entry, Entry.agreed_id == Version.id)
    insert(connection, UsageEvent, row, when=sa.and_(*told), source=released)
