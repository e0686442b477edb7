"""What the first page tells: what stands, what changed, what waits, what is asked most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from playbook.db import db
from playbook.models.agreement import Release, Signature
from playbook.models.entry import Entry
from playbook.models.permission import Permission, can, visible
from playbook.models.usage import SearchQuery
from playbook.models.user import Team, User
from playbook.models.version import Version

ASKED_BY_AT_LEAST = 3  # people; words that fewer have typed might say who they are
A_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Shelved:
    """How much of one kind there is."""

    entries: int
    released: int  # that readers see
    signed: int  # of those, by Sales and by Marketing
    due: int  # of those, with a review in the past


def shelved(*, reader: User | None, today: str) -> dict[str, Shelved]:
    """How many entries `reader` may know of, by kind; kinds without any are left out."""
    both = (
        sa.select(sa.func.count())
        .select_from(Signature)
        .join(Version, sa.and_(Version.id == Signature.version_id, Version.hash == Signature.hash))
        .where(Version.id == Entry.agreed_id, Signature.team.in_((Team.SALES, Team.MARKETING)))
        .correlate(Entry)
        .scalar_subquery()
    )
    query = (
        sa.select(
            Entry.kind_name,
            sa.func.count(),
            sa.func.count(Entry.agreed_id),
            sa.func.count().filter(both == 2),
            sa.func.count().filter(Entry.agreed_id.is_not(None), Entry.review_by < today),
        )
        .where(visible(reader))
        .group_by(Entry.kind_name)
    )
    return {kind: Shelved(*counts) for kind, *counts in db.session.execute(query)}


def first_of(
    kinds: Sequence[str],
    *,
    reader: User | None,
    limit: int,
    only: dict[str, sa.ColumnElement[bool]] | None = None,
) -> dict[str, list[Entry]]:
    """The first `limit` released entries of each kind in shelf order; `only` narrows a kind by a clause on Version."""
    narrowed = [sa.or_(Entry.kind_name != kind, clause) for kind, clause in (only or {}).items()]
    place = sa.func.row_number().over(
        partition_by=Entry.kind_name, order_by=(Entry.place, Entry.title, Entry.id)
    )
    numbered = (
        sa.select(Entry.id, place.label("place"))
        .join(Version, Version.id == Entry.agreed_id)
        .where(Entry.kind_name.in_(kinds), visible(reader), *narrowed)
        .subquery()
    )
    query = (
        sa.select(Entry)
        .join(numbered, numbered.c.id == Entry.id)
        .where(numbered.c.place <= limit)
        .order_by(numbered.c.place)
    )
    found: dict[str, list[Entry]] = {kind: [] for kind in kinds}
    for entry in db.session.scalars(query):
        found[entry.kind_name].append(entry)
    return found


@dataclass(frozen=True)
class Change:
    """An entry whose readers see something new."""

    entry: Entry
    version: Version
    release: Release


def changed_lately(*, reader: User | None, limit: int) -> list[Change]:
    """The entries that changed last for their readers, newest first."""
    any_release = aliased(Release)
    last = sa.select(sa.func.max(any_release.id)).where(any_release.entry_id == Entry.id).correlate(Entry)
    query = (
        sa.select(Entry, Version, Release)
        .join(Version, Version.id == Entry.agreed_id)
        .join(Release, Release.id == last.scalar_subquery())
        .where(visible(reader))
        .order_by(Release.at.desc(), Release.id.desc())
        .limit(limit)
        .options(joinedload(Version.author), joinedload(Release.user))
    )
    return [Change(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class Waiting:
    """A version that readers do not see yet, or an entry whose review is due."""

    entry: Entry
    version: Version
    agreed: int | None  # number of the version that readers see
    is_review: bool


def waiting_for(person: User, *, today: str, limit: int) -> tuple[list[Waiting], int]:
    """What waits for this person, oldest first, and how much there is in all.

    Those who may publish are asked about every version that is not released; others see their own.
    Owners are asked for the reviews that are due.
    """
    if not can(person, Permission.REVISE):
        return [], 0
    unreleased = sa.or_(Entry.agreed_id.is_(None), Entry.agreed_id != Entry.latest_id)
    if not can(person, Permission.PUBLISH):
        unreleased = sa.and_(unreleased, Version.author_id == person.id)
    due = sa.and_(Entry.owner == person.handle, Entry.agreed_id == Entry.latest_id, Entry.review_by < today)
    agreed = aliased(Version)
    query = (
        sa.select(Entry, Version, agreed.number, due, sa.func.count().over())
        .join(Version, Version.id == Entry.latest_id)
        .outerjoin(agreed, agreed.id == Entry.agreed_id)
        .where(visible(person), sa.or_(unreleased, due))
        .order_by(due, Version.at, Version.id)
        .limit(limit)
        .options(joinedload(Version.author))
    )
    rows = db.session.execute(query).all()
    return [Waiting(entry, version, number, bool(is_due)) for entry, version, number, is_due, _ in rows], (
        rows[0][4] if rows else 0
    )


def asked_most(*, until: datetime, limit: int) -> list[str]:
    """The searches of the last week that at least three people made and that found something, most asked first."""
    words = sa.func.lower(SearchQuery.words)
    people = sa.func.count(SearchQuery.user_id.distinct())
    query = (
        sa.select(words)
        .where(SearchQuery.at > until - A_WEEK, SearchQuery.words != "", SearchQuery.total > 0)
        .group_by(words)
        .having(people >= ASKED_BY_AT_LEAST)
        .order_by(people.desc(), words)
        .limit(limit)
    )
    return list(db.session.scalars(query))
