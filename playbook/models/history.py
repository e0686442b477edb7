"""The versions of an entry that somebody may read, and when each was what readers saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from playbook.db import db
from playbook.models.agreement import Release
from playbook.models.entry import Entry, State
from playbook.models.permission import ASKING, RESTRICTED, Permission, Who, named_reader, sight, who_reads
from playbook.models.user import User
from playbook.models.version import Version


def readable(reader: User | None, version: Any = Version) -> sa.ColumnElement[bool]:
    """The clause on Version for what `reader` may read of an entry that they may know of."""
    return readable_with(sight(reader), version, who=Who.of(reader))


def readable_with(permissions: frozenset[Permission], version: Any, *, who: Who) -> sa.ColumnElement[bool]:
    """The same for anybody of that sight; `who` may hold parameters of a statement that is kept."""
    addressed = addressed_to(permissions, version, who=who)
    if Permission.REVISE in permissions:
        return addressed
    once = aliased(Release)  # whoever asks may have joined Release already
    was_seen = sa.exists(sa.select(once.id).where(once.version_id == version.id).correlate(version))
    return sa.and_(was_seen, addressed)


def addressed_to(permissions: frozenset[Permission], version: Any, *, who: Who) -> sa.ColumnElement[bool]:
    """The clause for versions that `who` may read as soon as readers see them."""
    if Permission.ADMINISTER in permissions:
        return sa.true()
    return sa.or_(
        version.audience != RESTRICTED,
        version.owner == who.handle,
        version.author_id == who.person,
        named_reader(version.id, who),
    )


def release_of(version: Any, which: Any) -> sa.ScalarSelect[int]:
    """The id of the first or the last release of a version."""
    release = aliased(Release)
    found: sa.ScalarSelect[int] = (
        sa.select(which(release.id))
        .where(release.version_id == version.id)
        .correlate(version)
        .scalar_subquery()
    )
    return found


@dataclass(frozen=True)
class Past:
    """A version in a history, and the spans of time in which it was what readers saw."""

    version: Version
    spans: tuple[tuple[datetime, datetime | None], ...]  # no end: until now
    release: Release | None  # the first
    state: State


def latest_versions(
    entry: Entry, *, reader: User | None, limit: int = 3
) -> tuple[list[tuple[Version, Release | None]], int]:
    """The newest versions that `reader` may read, each with its first release, and how many there are in all."""
    asked = {"entry": entry.id, "limit": limit, **who_reads(reader)}
    rows = db.session.execute(_latest_versions(sight(reader)), asked).all()
    return [(version, release) for version, release, _ in rows], rows[0][2] if rows else 0


@cache
def _latest_versions(permissions: frozenset[Permission]) -> sa.Executable:
    return (
        sa.select(Version, Release, sa.func.count().over())
        .outerjoin(Release, Release.id == release_of(Version, sa.func.min))
        .where(
            Version.entry_id == sa.bindparam("entry"),
            readable_with(permissions, Version, who=ASKING),
        )
        .order_by(Version.number.desc())
        .limit(sa.bindparam("limit"))
    )


def history(entry: Entry, *, reader: User | None) -> list[Past]:
    """Every version that `reader` may read, newest first."""
    versions = db.session.scalars(
        sa.select(Version)
        .where(Version.entry_id == entry.id, readable(reader))
        .order_by(Version.number.desc())
        .options(joinedload(Version.author))
    ).all()
    releases = db.session.scalars(
        sa.select(Release)
        .where(Release.entry_id == entry.id)
        .order_by(Release.id)
        .options(joinedload(Release.user))
    ).all()
    spans: dict[int, list[tuple[datetime, datetime | None]]] = {}
    first: dict[int, Release] = {}
    for release, next_one in zip_longest(releases, releases[1:]):
        spans.setdefault(release.version_id, []).append((release.at, next_one.at if next_one else None))
        first.setdefault(release.version_id, release)
    return [
        Past(
            version,
            tuple(spans.get(version.id, ())),
            first.get(version.id),
            state_of(version, entry, was_seen=version.id in first),
        )
        for version in versions
    ]


def state_of(version: Version, entry: Entry, *, was_seen: bool) -> State:
    """How far one version of an entry has got; a version that nobody agreed is a draft, however old."""
    if version.id == entry.agreed_id:
        return State.REVIEW_DUE if entry.is_review_due else State.AGREED
    if was_seen:
        return State.SUPERSEDED
    return State.PROPOSED if version.id == entry.proposed_id else State.DRAFT
