"""Writing down what people do with entries.

The exclusions and the window of each event are applied as it is written, so that whoever counts
need not know of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from playbook import clock
from playbook.db import quick
from playbook.models import USES, Entry, EventType, SearchQuery, Surface, UsageEvent, User, Version
from playbook.usage.circumstances import Circumstances
from playbook.usage.facts import beside_the_page, inserted, one_at_a_time
from playbook.usage.human_or_machine import is_machine

ONE_VISIT = timedelta(minutes=30)  # opening an entry again within it is the same view
AN_INSTANT = timedelta(microseconds=1)  # what happens at midnight belongs to the new day
SEARCH_LEADS = timedelta(days=1)  # how long a view can be the outcome of a search


@dataclass(frozen=True)
class Followed:
    """The search, and the place among its results, that the address of a page names."""

    search: str
    position: int | None = None


@beside_the_page
def record_view(
    entry: Entry,
    version: Version,
    *,
    reader: User,
    circumstances: Circumstances,
    followed: Followed | None = None,
) -> None:
    """Somebody opened the page of an entry and saw this version.

    One view for each person and entry in 30 minutes. Kept apart from views are those of the author
    of the version and the owners of the entry; of a version that readers do not see, which one looks
    at to judge it; and of machines. The view belongs to the search that `followed` names only if that
    is the reader's own and less than a day old.
    """
    _record(EventType.VIEW, entry, version, Surface.ENTRY, reader, circumstances, followed)


@beside_the_page
def record_use(
    type: EventType,
    entry: Entry,
    version: Version,
    *,
    what: str,
    reader: User,
    circumstances: Circumstances,
    surface: Surface = Surface.ENTRY,
    followed: Followed | None = None,
) -> None:
    """Somebody copied a field or downloaded a file: `what` says which.

    One use of each type for each person, entry and day (in UTC), whatever was copied. Kept apart, and
    tied to a search, as views are.
    """
    if type not in USES:
        raise ValueError(f"{type} is not a use")
    _record(type, entry, version, surface, reader, circumstances, followed, what=what)


def _record(
    wanted: EventType,
    entry: Entry,
    version: Version,
    surface: Surface,
    reader: User,
    circumstances: Circumstances,
    followed: Followed | None,
    what: str = "",
) -> None:
    moment = clock.now()
    type = _told_apart(wanted, entry, version, reader, circumstances)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    fact = {
        "moment": moment,
        "event": type,
        "same_event": type,  # of its own name, because PostgreSQL gives a parameter one type
        "surface": surface,
        "person": reader.id,
        "entry": entry.id,
        "version": version.id,
        "what": what[:120],
        "not_since": midnight - AN_INSTANT if type in USES else moment - ONE_VISIT,
    }
    if followed is not None:
        fact |= {
            "search": followed.search,
            "position": followed.position,
            "not_before": moment - SEARCH_LEADS,
        }
    with quick() as connection:
        one_at_a_time(connection, reader.id, entry.id)
        connection.execute(_statement(is_followed=followed is not None), fact)


@cache
def _statement(*, is_followed: bool) -> sa.Insert:
    row: dict[str, Any] = {
        "at": "moment",
        "type": "event",
        "surface": "surface",
        "user_id": "person",
        "entry_id": "entry",
        "version_id": "version",
        "what": "what",
    }
    if is_followed:
        search = sa.select(SearchQuery.id).where(
            SearchQuery.id == sa.bindparam("search"),
            SearchQuery.user_id == sa.bindparam("person"),
            SearchQuery.at > sa.bindparam("not_before"),
        )
        position = sa.bindparam("position", type_=sa.Integer)
        row |= {
            "query_id": search.scalar_subquery(),
            "position": search.with_only_columns(position).scalar_subquery(),
        }
    done_before = sa.exists().where(
        UsageEvent.user_id == sa.bindparam("person"),
        UsageEvent.entry_id == sa.bindparam("entry"),
        UsageEvent.type == sa.bindparam("same_event"),
        UsageEvent.at > sa.bindparam("not_since"),
    )
    return inserted(UsageEvent, row, when=~done_before)


def _told_apart(
    wanted: EventType, entry: Entry, version: Version, reader: User, circumstances: Circumstances
) -> EventType:
    if is_machine(circumstances):
        return EventType.MACHINE_OPEN
    if reader.id == version.author_id or reader.handle in {entry.owner, version.fields.get("co_owner")}:
        return EventType.AUTHOR_VIEW
    if version.id != entry.agreed_id:
        return EventType.REVIEW_VIEW
    return wanted
