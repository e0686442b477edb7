"""The versions of an entry that somebody may read, and when each was what readers saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from playbook.db import db
from playbook.models.agreement import Release
from playbook.models.entry import Entry
from playbook.models.permission import Permission, can
from playbook.models.user import User
from playbook.models.version import Version


def readable(reader: User | None, version: Any = Version) -> sa.ColumnElement[bool]:
    """The clause on Version for what `reader` may read of an entry that they may know of."""
    clauses: list[sa.ColumnElement[bool]] = []
    if not can(reader, Permission.REVISE):
        once = aliased(Release)  # whoever asks may have joined Release already
        clauses.append(sa.exists(sa.select(once.id).where(once.version_id == version.id).correlate(version)))
    if not can(reader, Permission.ADMINISTER) and reader is not None:
        clauses.append(
            sa.or_(
                version.audience != "restricted",
                version.owner == reader.handle,
                version.author_id == reader.id,
            )
        )
    return sa.and_(sa.true(), *clauses)


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


def latest_versions(
    entry: Entry, *, reader: User | None, limit: int = 3
) -> tuple[list[tuple[Version, Release | None]], int]:
    """The newest versions that `reader` may read, each with its first release, and how many there are in all."""
    first_release = release_of(Version, sa.func.min)
    query = (
        sa.select(Version, Release, sa.func.count().over())
        .outerjoin(Release, Release.id == first_release)
        .where(Version.entry_id == entry.id, readable(reader))
        .order_by(Version.number.desc())
        .limit(limit)
    )
    rows = db.session.execute(query).all()
    return [(version, release) for version, release, _ in rows], rows[0][2] if rows else 0


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
    ends = [*(release.at for release in releases[1:]), None]
    spans: dict[int, list[tuple[datetime, datetime | None]]] = {}
    first: dict[int, Release] = {}
    for release, end in zip(releases, ends, strict=True):
        spans.setdefault(release.version_id, []).append((release.at, end))
        first.setdefault(release.version_id, release)
    return [Past(version, tuple(spans.get(version.id, ())), first.get(version.id)) for version in versions]
