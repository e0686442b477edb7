"""What the first page tells: what stands, what changed, what waits, what is asked most."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload

from playbook.db import db
from playbook.models.agreement import Ground, Release
from playbook.models.entry import Entry
from playbook.models.permission import ASKING, Permission, can, listed, listed_with, sight, who_reads
from playbook.models.usage import SearchQuery
from playbook.models.user import User
from playbook.models.version import Version

ASKED_BY_AT_LEAST = 3  # people; words that fewer have typed might say who they are
A_WEEK = timedelta(days=7)

# Compared as text, because a text brought in long ago may hold anything.
SETS_US_APART = sa.cast(Version.fields["differentiator"].as_string(), sa.String).in_(("true", "1"))


@dataclass(frozen=True)
class Shelved:
    """How much of one kind there is."""

    entries: int
    released: int  # that readers see
    signed: int  # of those, by everybody whom the rule asked when it was agreed
    due: int  # of those, with a review in the past


@dataclass(frozen=True)
class Shelf:
    """How much of one kind there is, and what stands first."""

    counts: Shelved
    first: tuple[Entry, ...] = ()


def shelved(*, reader: User | None, today: str) -> dict[str, Shelved]:
    """How many entries `reader` may know of, by kind; kinds without any are left out."""
    rows = db.session.execute(_shelved(sight(reader)), {"today": today, **who_reads(reader)})
    return {kind: Shelved(*counts) for kind, *counts in rows}


def shelves(*, first_of: Collection[str], reader: User | None, today: str, limit: int) -> dict[str, Shelf]:
    """The same of the kinds named, and of each the first `limit` released entries in shelf order.

    Of capabilities only those stand first that set us apart.
    """
    asked = {"kinds": list(first_of), "today": today, "limit": limit, **who_reads(reader)}
    found: dict[str, Shelf] = {}
    for kind, *counts, entry in db.session.execute(_shelves(sight(reader)), asked):
        shelf = found.get(kind) or Shelf(Shelved(*counts))
        found[kind] = replace(shelf, first=(*shelf.first, entry)) if entry is not None else shelf
    return found


def is_empty(*, reader: User | None) -> bool:
    """Whether there is nothing at all that `reader` may know of."""
    return db.session.scalar(sa.select(Entry.id).where(listed(reader)).limit(1)) is None


@cache
def _shelved(permissions: frozenset[Permission]) -> sa.Select[str, int, int, int, int]:
    by_all = sa.exists(
        sa.select(Release.id)
        .where(Release.version_id == Entry.agreed_id, Release.ground.in_((Ground.SIGNED, Ground.UNASKED)))
        .correlate(Entry)
    )
    due = sa.and_(Entry.agreed_id.is_not(None), Entry.review_by < sa.bindparam("today"))
    return (
        sa.select(
            Entry.kind_name.label("kind"),
            sa.func.count().label("entries"),
            sa.func.count(Entry.agreed_id).label("released"),
            sa.func.count().filter(by_all).label("signed"),
            sa.func.count().filter(due).label("due"),
        )
        .where(listed_with(permissions, who=ASKING))
        .group_by(Entry.kind_name)
    )


@cache
def _shelves(permissions: frozenset[Permission]) -> sa.Executable:
    kinds = Entry.kind_name.in_(sa.bindparam("kinds", expanding=True))
    counts = _shelved(permissions).where(kinds).subquery()
    numbered = (
        sa.select(
            Entry.id,
            Entry.kind_name,
            sa.func.row_number()
            .over(partition_by=Entry.kind_name, order_by=(Entry.place, Entry.title, Entry.id))
            .label("place"),
        )
        .join(Version, Version.id == Entry.agreed_id)
        .where(
            kinds,
            sa.or_(Entry.kind_name != "capability", SETS_US_APART),
            listed_with(permissions, who=ASKING),
        )
        .subquery()
    )
    is_first = numbered.c.place <= sa.bindparam("limit", type_=sa.Integer)
    return (
        sa.select(counts, Entry)
        .outerjoin(numbered, sa.and_(numbered.c.kind_name == counts.c.kind, is_first))
        .outerjoin(Entry, Entry.id == numbered.c.id)
        .order_by(numbered.c.place)
    )


@dataclass(frozen=True)
class Change:
    """An entry whose readers see something new."""

    entry: Entry
    version: Version
    release: Release


def changed_lately(*, reader: User | None, limit: int) -> list[Change]:
    """The entries that changed last for their readers, newest first."""
    asked = {"limit": limit, **who_reads(reader)}
    return [Change(*row) for row in db.session.execute(_changed_lately(sight(reader)), asked)]


@cache
def _changed_lately(permissions: frozenset[Permission]) -> sa.Executable:
    any_release = aliased(Release)
    last = sa.select(sa.func.max(any_release.id)).where(any_release.entry_id == Entry.id).correlate(Entry)
    return (
        sa.select(Entry, Version, Release)
        .join(Version, Version.id == Entry.agreed_id)
        .join(Release, Release.id == last.scalar_subquery())
        .where(listed_with(permissions, who=ASKING))
        # An entry that readers see last changed when it was released; this column has an index.
        .order_by(Entry.changed_at.desc(), Entry.id.desc())
        .limit(sa.bindparam("limit"))
        .options(joinedload(Version.author), defer(Version.fields))
    )


@dataclass(frozen=True)
class Waiting:
    """A draft that somebody has not proposed yet, or an entry whose review is due."""

    entry: Entry
    version: Version
    agreed: int | None  # number of the version that readers see
    is_review: bool


def waiting_for(person: User, *, today: str, limit: int) -> tuple[list[Waiting], int]:
    """What waits for this person, oldest first, and how much there is in all.

    Writers go on with the drafts of theirs that nobody has proposed; owners are asked for the reviews that are
    due. What waits for a signature is on the desk.
    """
    if not can(person, Permission.REVISE):
        return [], 0
    asked = {"today": today, "limit": limit, **who_reads(person)}
    rows = db.session.execute(_waiting_for(sight(person)), asked).all()
    return [Waiting(entry, version, number, bool(is_due)) for entry, version, number, is_due, _ in rows], (
        rows[0][4] if rows else 0
    )


@cache
def _waiting_for(permissions: frozenset[Permission]) -> sa.Executable:
    agreed = aliased(Version)
    has_news = sa.or_(agreed.id.is_(None), agreed.hash != Version.hash)
    drafted = sa.and_(Version.author_id == ASKING.person, Entry.proposed_id.is_(None), has_news)
    due = sa.and_(
        Entry.owner == ASKING.handle,
        Entry.agreed_id.is_not(None),
        Entry.review_by < sa.bindparam("today"),
        sa.func.coalesce(sa.not_(drafted), sa.true()),  # an import has no author
    )
    return (
        sa.select(Entry, Version, agreed.number, due, sa.func.count().over())
        .join(Version, Version.id == Entry.latest_id)
        .outerjoin(agreed, agreed.id == Entry.agreed_id)
        .where(listed_with(permissions, who=ASKING), sa.or_(drafted, due))
        .order_by(due, Version.at, Version.id)
        .limit(sa.bindparam("limit"))
        .options(joinedload(Version.author), defer(Version.fields))
    )


def asked_most(*, until: datetime, limit: int) -> list[str]:
    """The searches of the last week that at least three people made and that found something, most asked first."""
    return list(db.session.scalars(_asked_most(), {"since": until - A_WEEK, "limit": limit}))


@cache
def _asked_most() -> sa.Executable:
    words = sa.func.lower(SearchQuery.words)
    people = sa.func.count(SearchQuery.user_id.distinct())
    return (
        sa.select(words)
        .where(SearchQuery.at > sa.bindparam("since"), SearchQuery.words != "", SearchQuery.total > 0)
        .group_by(words)
        .having(people >= ASKED_BY_AT_LEAST)
        .order_by(people.desc(), words)
        .limit(sa.bindparam("limit"))
    )
