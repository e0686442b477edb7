"""What was agreed on a day: the version of each entry that was in force at its end, in UTC.

Who may know of an entry is decided today, and whoever may not read the version that was in force does not
learn that there was one. Of what was proposed, drafted or said about a text that day, nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVarTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, undefer

from playbook.db import db
from playbook.errors import NotFound
from playbook.kinds.naming import stated_kind
from playbook.models.agreement import Release, Signature
from playbook.models.entry import Entry
from playbook.models.head import place_of
from playbook.models.history import readable
from playbook.models.link import Address
from playbook.models.permission import visible
from playbook.models.retirement import Absence
from playbook.models.review import Review
from playbook.models.shown import Shown
from playbook.models.user import User
from playbook.models.version import Version

Columns = TypeVarTuple("Columns")


def end_of(day: date) -> datetime:
    """The moment at which a day is over, in UTC."""
    try:
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def in_force(query: sa.Select[*Columns], *, on: date) -> sa.Select[*Columns]:
    """A query of entries joined with the Release and the Version that were in force at the end of a day.

    That is the last that readers saw of an entry by then; entries that were retired at that moment have none.
    It says nothing about who may know of it: see `may_know`.
    """
    return (
        query.join(Release, Release.id == _last_release(on))
        .join(Version, Version.id == Release.version_id)
        .where(~_was_away(on))
    )


def may_know(reader: User | None) -> sa.ColumnElement[bool]:
    """The clause on Entry and Version for what `reader` may know of the past: the entry today, and that version."""
    return sa.and_(visible(reader), readable(reader))


def due_then(on: date) -> sa.ColumnElement[str | None]:
    """The day on which Version was due to be looked at again, as it was known at the end of a day."""
    last = (
        sa.select(Review.until)
        .where(Review.version_id == Version.id, Review.until.is_not(None), Review.at < end_of(on))
        .order_by(Review.id.desc())
        .limit(1)
        .correlate(Version)
        .scalar_subquery()
    )
    return sa.func.coalesce(last, Version.review_by)


def _last_release(on: date) -> sa.ScalarSelect[int]:
    last = aliased(Release)
    found: sa.ScalarSelect[int] = (
        sa.select(sa.func.max(last.id))
        .where(last.entry_id == Entry.id, last.at < end_of(on))
        .correlate(Entry)
        .scalar_subquery()
    )
    return found


def _was_away(on: date) -> sa.ColumnElement[bool]:
    until = end_of(on)
    return sa.exists(
        sa.select(Absence.id)
        .where(
            Absence.entry_id == Entry.id,
            Absence.at < until,
            sa.or_(Absence.back_at.is_(None), Absence.back_at >= until),
        )
        .correlate(Entry)
    )


@dataclass(frozen=True)
class Stood:
    """An entry as it stood: `entry` is a copy that says of itself what its version said then.

    The copy belongs to no session, so that nothing can be done to it. It has a day of review only where that
    had passed.
    """

    entry: Entry
    version: Version
    release: Release


def stood(found: sa.Select[Entry, Version, Release, str | None] | Sequence[Any], *, on: date) -> list[Stood]:
    """The rows of a query of `standing`, or the query itself, as they stood."""
    rows = db.session.execute(found) if isinstance(found, sa.Select) else found
    return [
        Stood(as_it_stood(entry, version, release, due=due, on=on), version, release)
        for entry, version, release, due in rows
    ]


def standing(*, reader: User | None, on: date) -> sa.Select[Entry, Version, Release, str | None]:
    """What `reader` may know to have been in force at the end of a day; for `stood`."""
    query = sa.select(Entry, Version, Release, due_then(on)).select_from(Entry)
    return in_force(query, on=on).where(may_know(reader))


def as_it_stood(entry: Entry, version: Version, release: Release, *, due: str | None, on: date) -> Entry:
    """A copy of an entry with the head that it had when this version was in force."""
    kind = stated_kind(version.fields) or entry.kind
    return Entry(
        id=entry.id,
        slug=entry.slug,
        kind_name=kind.name,
        demonstration=entry.demonstration,
        created_at=entry.created_at,
        changed_at=release.at,
        title=version.title,
        summary=version.summary,
        owner=version.owner,
        audience=version.audience,
        review_by=due if due and due < on.isoformat() else None,
        place=place_of(kind, version),
        agreed_id=version.id,
        latest_id=version.id,
        proposed_id=None,
        retired_at=None,
        retired_because="",
        successor_id=None,
    )


@dataclass(frozen=True)
class ShownThen:
    """What an entry showed at the end of a day, and what it shows today, to the same reader."""

    shown: Shown
    due: str | None  # when it was to be looked at again, as it was known then
    today: Entry
    number: int | None  # of the version that is in force today
    hash: str | None

    @property
    def is_the_same(self) -> bool:
        """Whether readers see the same text today."""
        return self.shown.version.hash == self.hash


class NotInForce(NotFound):
    """The reader may know of the entry today, but nothing of it that they may read was in force that day."""

    def __init__(self, entry: Entry, *, on: date) -> None:
        self.entry = entry
        self.on = on
        super().__init__(f"On {on} readers saw nothing of {entry.slug}.")


def shown_on(slug: str, *, reader: User | None, on: date, column: Any = Version.html) -> ShownThen:
    """The version of an entry that was in force at the end of a day; `column` is loaded with it.

    Raises:
        NotInForce: there was none, or none that the reader may read.
        NotFound: there is no such entry, or the reader may not know of it.
    """
    now = aliased(Version)
    rows = db.session.execute(
        sa.select(Entry, Version, Release, Signature, due_then(on), now.number, now.hash)
        .join(Address, Address.entry_id == Entry.id)
        .outerjoin(Release, sa.and_(Release.id == _last_release(on), ~_was_away(on)))
        .outerjoin(Version, sa.and_(Version.id == Release.version_id, readable(reader)))
        .outerjoin(
            Signature,
            sa.and_(
                Signature.version_id == Version.id,
                Signature.hash == Version.hash,
                Signature.at < end_of(on),
            ),
        )
        .outerjoin(now, now.id == Entry.agreed_id)
        .where(Address.slug == slug, visible(reader))
        .order_by(Signature.team.desc(), Signature.id)
        .options(
            undefer(getattr(Version, column.key)),
            joinedload(Version.author),
            joinedload(Release.user),
            joinedload(Signature.user),
        )
    ).all()
    if not rows:
        raise NotFound(f"There is no entry {slug}.")
    entry, version, release, _, due, number, hash = rows[0]
    if version is None:
        raise NotInForce(entry, on=on)
    return ShownThen(
        Shown(
            entry=as_it_stood(entry, version, release, due=due, on=on),
            version=version,
            release=release,
            signatures=tuple(row[3] for row in rows if row[3] is not None),
            agreed=version.number,
            newest=version.number,
            has_news=False,
            is_change_proposed=False,
        ),
        due=due,
        today=entry,
        number=number,
        hash=hash,
    )


def first_day(*, reader: User | None) -> date | None:
    """The day on which something was agreed for the first time, as far as `reader` may know; nothing where none is."""
    first: datetime | None = db.session.scalar(
        sa.select(Release.at)
        .join(Version, Version.id == Release.version_id)
        .join(Entry, Entry.id == Release.entry_id)
        .where(may_know(reader))
        .order_by(Release.id)
        .limit(1)
    )
    return first.date() if first is not None else None


def on_shelf_order(found: Sequence[Stood]) -> list[Stood]:
    """As shelves order them: by the place that the kind gives, then by title."""
    return sorted(found, key=lambda each: (each.entry.place, each.entry.title, each.entry.id))
