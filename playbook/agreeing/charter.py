"""The charter: rows that say in a sentence what is agreed elsewhere, and how far each of them has got.

Nothing is decided in a charter. A row is as far as the least far of the entries that it names; when one of those
changes, the row drifts until the change is agreed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from playbook.db import db
from playbook.models import (
    Address,
    Entry,
    Link,
    Permission,
    Proposal,
    Release,
    Signature,
    Signer,
    User,
    Version,
)
from playbook.models.agreement import Ground
from playbook.models.entry import SEEN
from playbook.models.history import addressed_to, release_of
from playbook.models.permission import ASKING, can, listed_with, sight, visible_with, who_reads
from playbook.models.rule import rules

KIND = "agreement"
CHARTER = "agreement-eight-points"
ITEMS, STATED_IN = "items", "stated_in"
FIELD = f"{ITEMS}.{STATED_IN}"


class Progress(StrEnum):
    """How far a row has got, the least far first."""

    NOT_WRITTEN = "not written"  # it names nothing, or something that nobody wrote
    WRITTEN = "written"  # without the signatures that its kind asks for
    SIGNED_BY_ONE = "signed by one"  # proposed for the first time, and signed by some
    DRIFTED = "drifted"  # agreed before, and changed or retired since
    SIGNED_BY_BOTH = "signed by both"  # by everybody whom its kind asked; some ask for fewer


ORDER = tuple(Progress)
BY_ALL = frozenset({Ground.SIGNED, Ground.UNASKED})  # agreed by everybody whom the rule asked


@dataclass(frozen=True)
class Statement:
    """An entry that a row names, as far as the reader may know of it; `entry` is nothing where they may not."""

    slug: str
    progress: Progress
    entry: Entry | None = None
    newer: int | None = None  # id of the version by which it drifted, or that waits to be agreed
    is_proposed: bool = False
    since: datetime | None = None  # when that was proposed or written, or when the entry was retired
    signed: tuple[Signer, ...] = ()  # who signed what waits, or what readers see
    owed: tuple[Signer, ...] = ()  # who has yet to


@dataclass(frozen=True)
class Row:
    """One item of a charter: what is agreed, who owes it, and where it is stated."""

    number: str
    topic: str
    term: str
    owed_by: str  # "sales", "marketing", "both"
    statements: tuple[Statement, ...]

    @property
    def progress(self) -> Progress:
        found = [statement.progress for statement in self.statements]
        return min(found, key=ORDER.index, default=Progress.NOT_WRITTEN)

    @property
    def least(self) -> tuple[Statement, ...]:
        """The entries that keep the row from being further."""
        if self.progress is Progress.SIGNED_BY_BOTH:
            return ()
        return tuple(statement for statement in self.statements if statement.progress is self.progress)


@dataclass(frozen=True)
class Charter:
    """A charter and its rows, as one reader may know of them."""

    entry: Entry
    rows: tuple[Row, ...]

    @property
    def agreed(self) -> int:
        """How many rows are agreed by everybody."""
        return sum(row.progress is Progress.SIGNED_BY_BOTH for row in self.rows)


def is_charter(fields: Mapping[str, Any]) -> bool:
    """Whether a document says where its items are stated."""
    return any(STATED_IN in item for item in _items(fields))


def rows_of(version: Version, *, reader: User | None) -> tuple[Row, ...]:
    """The rows of a charter that the reader may read, in one query, or two where something was never signed."""
    asked = {"version": version.id, **who_reads(reader)}
    found = db.session.execute(_statements(sight(reader), of_home=False), asked).all()
    return _rows(version.fields, found, writes=can(reader, Permission.REVISE))


def the_charter(*, reader: User | None) -> Charter | None:
    """The charter of the company: the one known as `agreement-eight-points`, else any; agreed ones first.

    As many queries as `rows_of`.
    """
    found = db.session.execute(_statements(sight(reader), of_home=True), who_reads(reader)).all()
    if not found:
        return None
    return Charter(found[0].holder, _rows(found[0].fields, found, writes=can(reader, Permission.REVISE)))


def _items(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = fields.get(ITEMS)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _rows(fields: Mapping[str, Any], found: Sequence[Any], *, writes: bool) -> tuple[Row, ...]:
    needs: dict[str, tuple[Signer, ...]] = {}
    if any(row.newer is not None or row.ground not in BY_ALL for row in found if row.Entry is not None):
        needs = {name: rule.needs for name, rule in rules().items()}
    known = {row.target: _statement(row, needs, writes=writes) for row in found}
    return tuple(_row(item, known) for item in _items(fields))


def _row(item: Mapping[str, Any], known: Mapping[str, Statement]) -> Row:
    named = item.get(STATED_IN)
    slugs = [slug for slug in named if isinstance(slug, str)] if isinstance(named, list) else []
    return Row(
        number=_said(item.get("id")),
        topic=_said(item.get("topic")),
        term=_said(item.get("term")),
        owed_by=_said(item.get("owed_by")),
        statements=tuple(
            known.get(slug) or Statement(slug, Progress.NOT_WRITTEN) for slug in dict.fromkeys(slugs)
        ),
    )


def _said(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _statement(row: Any, needs: Mapping[str, tuple[Signer, ...]], *, writes: bool) -> Statement:
    """How far one entry has got, for somebody who writes or for somebody who only reads."""
    entry: Entry | None = row.Entry
    if entry is None:
        return Statement(row.target, Progress.NOT_WRITTEN)
    if entry.retired_at is not None:
        progress = Progress.DRIFTED if entry.agreed_id is not None else Progress.NOT_WRITTEN
        return Statement(row.target, progress, entry, since=entry.retired_at)
    asked = needs.get(entry.kind_name, ())
    is_proposed = row.newer is not None and entry.proposed_id == row.newer
    newer = row.newer if writes or is_proposed else None
    since = row.proposed_at if is_proposed else row.written_at
    waits = {"newer": newer, "is_proposed": is_proposed, "since": since} if newer is not None else {}
    if entry.agreed_id is None:
        some, owed = _hands(row.signed_newer, asked)
        progress = Progress.SIGNED_BY_ONE if is_proposed and some else Progress.WRITTEN
        return Statement(row.target, progress, entry, signed=some, owed=owed, **waits)
    some, owed = _hands(row.signed, asked)
    was_agreed = row.ground in BY_ALL or not owed
    if not was_agreed and newer is not None:
        some, owed = _hands(row.signed_newer, asked)
    if not was_agreed:
        progress = Progress.SIGNED_BY_ONE if some else Progress.WRITTEN
        return Statement(row.target, progress, entry, signed=some, owed=owed, **waits)
    if newer is not None:
        some, owed = _hands(row.signed_newer, asked)
        return Statement(row.target, Progress.DRIFTED, entry, signed=some, owed=owed, **waits)
    return Statement(row.target, Progress.SIGNED_BY_BOTH, entry)


def _hands(teams: str | None, asked: Sequence[Signer]) -> tuple[tuple[Signer, ...], tuple[Signer, ...]]:
    """Who of those asked has signed, and who has not; `teams` are joined by commas."""
    hands = set((teams or "").split(","))
    return tuple(side for side in asked if side in hands), tuple(side for side in asked if side not in hands)


@cache
def _statements(permissions: frozenset[Permission], *, of_home: bool) -> sa.Executable:
    """A row for each entry that a charter names, in its order."""
    newer = aliased(Version)
    seen = aliased(Version)
    proposed_at = (
        sa.select(sa.func.max(Proposal.at))
        .where(Proposal.version_id == newer.id, Proposal.withdrawn_at.is_(None))
        .correlate(newer)
        .scalar_subquery()
    )
    is_news = sa.and_(
        newer.id == Entry.latest_id,
        sa.or_(Entry.agreed_id.is_(None), newer.hash != seen.hash),
        addressed_to(permissions, newer, who=ASKING),
    )
    query = (
        sa.select(
            Link.target,
            Entry,
            Release.ground,
            newer.id.label("newer"),
            newer.at.label("written_at"),
            proposed_at.label("proposed_at"),
            _teams(seen).label("signed"),
            _teams(newer).label("signed_newer"),
        )
        .select_from(Link)
        .outerjoin(Address, Address.slug == Link.target)
        .outerjoin(Entry, sa.and_(Entry.id == Address.entry_id, visible_with(permissions, who=ASKING)))
        .outerjoin(seen, seen.id == Entry.agreed_id)
        .outerjoin(Release, Release.id == release_of(seen, sa.func.max))
        .outerjoin(newer, is_news)
        .where(Link.field == FIELD)
        .order_by(Link.position)
    )
    if not of_home:
        return query.where(Link.version_id == sa.bindparam("version"))
    holder, text = aliased(Entry, name="holder"), aliased(Version)
    return (
        query.add_columns(holder, text.fields)
        .join(text, text.id == Link.version_id)
        .join(holder, holder.id == text.entry_id)
        .where(Link.version_id == _version_of_the_charter(permissions))
    )


def _teams(version: Any) -> sa.ScalarSelect[str]:
    """The teams that signed exactly this text, joined by commas."""
    found: sa.ScalarSelect[str] = (
        sa.select(sa.func.aggregate_strings(sa.cast(Signature.team, sa.String), ","))
        .where(Signature.version_id == version.id, Signature.hash == version.hash)
        .correlate(version)
        .scalar_subquery()
    )
    return found


def _version_of_the_charter(permissions: frozenset[Permission]) -> sa.ScalarSelect[int]:
    names = sa.exists(sa.select(Link.id).where(Link.version_id == SEEN, Link.field == FIELD).correlate(Entry))
    known_as = sa.exists(
        sa.select(Address.slug).where(Address.entry_id == Entry.id, Address.slug == CHARTER).correlate(Entry)
    )
    found: sa.ScalarSelect[int] = (
        sa.select(SEEN)
        .where(Entry.kind_name == KIND, listed_with(permissions, who=ASKING), names)
        .order_by(Entry.agreed_id.is_(None), sa.not_(known_as), Entry.id)
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )
    return found
