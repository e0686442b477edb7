"""Which entries does nobody use?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from playbook import clock
from playbook.db import db
from playbook.kinds import KINDS, Kind
from playbook.models import USES, Entry, EventType, Release, SearchQuery, UsageEvent

TOO_NEW = timedelta(days=30)  # nothing is held against an entry that readers have had for less
WORDINGS = 3  # shown of the searches that met an entry
SEARCHERS = 3  # people whose searches met it; of fewer, wordings would tell what one of them typed


@dataclass(frozen=True, kw_only=True)
class UnusedEntry:
    """One entry. All counts are of the report's window and leave out authors, owners and machines."""

    entry_id: int
    slug: str
    kind: Kind
    title: str
    owner: str
    since: datetime  # when readers first had it
    last_used: datetime | None  # ever
    last_opened: datetime | None  # ever
    days_unused: int  # whole days since the last use; since readers had it, if there was none
    unused: bool  # not once in the window
    is_new: bool  # readers have had it for less than 30 days
    uses: int
    views: int
    viewers: int  # people
    served: int
    searches: int
    wordings: tuple[str, ...]


@dataclass(frozen=True)
class UnusedEntries:
    """Every entry that readers see, by how long nobody has used it: the never used first.

    A use is a copy or a download. Opening is counted beside it and is no use: who opened an entry and
    took nothing may have found it wanting. Being shown in a list is neither.

    An entry is unused if its last use is longer ago than `days`, or never was. Never used stand those
    first that readers have had longest, whatever happened to them as drafts; used ones by their last
    use, the longest ago first. Where the moment is the same, those that more searches showed stand
    first: somebody wanted them.

    Uses and views by the author of the version shown, by the owner, by people judging a version and
    by machines were kept apart when they happened and are in no figure.

    `searches` counts searches whose results showed the entry, however low. Their wordings, at most
    three, the most frequent first and without regard to capitals, are given only if at least three
    people's searches showed it. Nobody is ever named.

    Entries for their owner alone (restricted) have no readers and are not in the report, nor are
    drafts and what is retired. `kind` narrows it to one kind. Three questions to the database, whatever their number.
    """

    days: int = 90
    kind: Kind | None = None

    def __iter__(self) -> Iterator[UnusedEntry]:
        moment = clock.now()
        window = moment - timedelta(days=self.days)
        counted = {row.entry_id: row for row in db.session.execute(_counts(window))}
        worded: dict[int, list[str]] = {}
        for entry_id, words in db.session.execute(_wordings(window)):
            worded.setdefault(entry_id, []).append(words)
        rows = []
        for entry in db.session.execute(self._entries()):
            count = counted.get(entry.id)
            last_used = max(filter(None, (entry.last_copy, entry.last_download)), default=None)
            rows.append(
                UnusedEntry(
                    entry_id=entry.id,
                    slug=entry.slug,
                    kind=KINDS[entry.kind_name],
                    title=entry.title,
                    owner=entry.owner,
                    since=entry.since,
                    last_used=last_used,
                    last_opened=entry.last_opened,
                    days_unused=max(0, (moment - (last_used or entry.since)).days),
                    unused=last_used is None or last_used <= window,
                    is_new=entry.since > moment - TOO_NEW,
                    uses=count.uses if count else 0,
                    views=count.views if count else 0,
                    viewers=count.viewers if count else 0,
                    served=count.served if count else 0,
                    searches=count.searches if count else 0,
                    wordings=tuple(worded.get(entry.id, ()))
                    if count and count.searchers >= SEARCHERS
                    else (),
                )
            )
        yield from sorted(rows, key=_longest_unused_first)

    def _entries(self) -> sa.Select[int, str, str, str, str, datetime, datetime, datetime, datetime]:
        since = sa.select(sa.func.min(Release.at)).where(Release.entry_id == Entry.id)
        query = sa.select(
            Entry.id,
            Entry.slug,
            Entry.kind_name,
            Entry.title,
            Entry.owner,
            since.scalar_subquery().label("since"),
            _last(EventType.COPY).label("last_copy"),
            _last(EventType.DOWNLOAD).label("last_download"),
            _last(EventType.VIEW).label("last_opened"),
        ).where(Entry.agreed_id.is_not(None), Entry.retired_at.is_(None), Entry.audience != "restricted")
        return query if self.kind is None else query.where(Entry.kind_name == self.kind.name)


def _longest_unused_first(row: UnusedEntry) -> tuple[bool, datetime, int, int, str]:
    return row.last_used is not None, row.last_used or row.since, -row.searches, -row.views, row.slug


def _last(type: EventType) -> sa.ScalarSelect[datetime]:
    """The last event of the type; one look into an index for each entry."""
    return (
        sa.select(sa.func.max(UsageEvent.at))
        .where(UsageEvent.entry_id == Entry.id, UsageEvent.type == type)
        .scalar_subquery()
    )


def _counts(window: datetime) -> sa.Select[int, int, int, int, int, int, int]:
    served = UsageEvent.type == EventType.SERVED
    viewed = UsageEvent.type == EventType.VIEW
    used = UsageEvent.type.in_(USES)
    by_search = sa.and_(served, UsageEvent.query_id.is_not(None))
    return (
        sa.select(
            UsageEvent.entry_id,
            _how_many(sa.case((used, 1))).label("uses"),
            _how_many(sa.case((viewed, 1))).label("views"),
            _how_many(sa.distinct(sa.case((viewed, UsageEvent.user_id)))).label("viewers"),
            _how_many(sa.case((served, 1))).label("served"),
            _how_many(sa.distinct(sa.case((served, UsageEvent.query_id)))).label("searches"),
            _how_many(sa.distinct(sa.case((by_search, UsageEvent.user_id)))).label("searchers"),
        )
        .where(UsageEvent.at > window, sa.or_(served, viewed, used))
        .group_by(UsageEvent.entry_id)
    )


def _how_many(what: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.func.count(what)


def _wordings(window: datetime) -> sa.Select[int, str]:
    words = sa.func.lower(SearchQuery.words)
    often = sa.func.count().desc()
    ranked = (
        sa.select(
            UsageEvent.entry_id,
            words.label("words"),
            sa.func.row_number()
            .over(partition_by=UsageEvent.entry_id, order_by=(often, words))
            .label("place"),
        )
        .join(SearchQuery, SearchQuery.id == UsageEvent.query_id)
        .where(UsageEvent.type == EventType.SERVED, UsageEvent.at > window, SearchQuery.words != "")
        .group_by(UsageEvent.entry_id, words)
        .subquery()
    )
    return (
        sa.select(ranked.c.entry_id, ranked.c.words)
        .where(ranked.c.place <= WORDINGS)
        .order_by(ranked.c.entry_id, ranked.c.place)
    )
