"""What an entry shows to whoever opens it: a version, and who stands behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, undefer

from playbook.db import db
from playbook.errors import NotFound
from playbook.kinds import Kind
from playbook.models.agreement import Proposal, Release, Signature, Signer
from playbook.models.entry import SEEN, Entry, State
from playbook.models.history import addressed_to, readable_with, release_of, state_of
from playbook.models.link import Address
from playbook.models.permission import ASKING, Permission, can, sight, visible_with, who_reads
from playbook.models.review import is_owned
from playbook.models.user import User
from playbook.models.version import Version
from playbook.models.watch import Heed, heeded, heeding


@dataclass(frozen=True)
class Shown:
    """One version of an entry, as it is shown, and what makes it what it is."""

    entry: Entry
    version: Version
    release: Release | None  # the last time it became what readers see
    signatures: tuple[Signature, ...]  # under exactly this text
    agreed: int | None  # number of the version that readers see
    newest: int | None  # number of the newest version, where the reader may know of it
    has_news: bool  # whether that one says anything else than what readers see
    is_change_proposed: bool  # whether the newest is proposed, and would be this reader's to read
    is_own_change: bool = False  # whether the reader wrote or proposed that one
    is_owned: bool = True  # whether somebody who owns the version can sign in
    heed: Heed = Heed.USUAL  # how the reader heeds the entry
    heed_for: Heed = Heed.USUAL  # and what is meant for it, where it is a persona

    @property
    def signed_by(self) -> list[tuple[str, str]]:
        """(team, name) of everybody who signed; the owner counts as one."""
        return [(signature.team.value, signature.user.name) for signature in self.signatures]

    @property
    def needs(self) -> tuple[str, ...]:
        """Whose signatures the rule asked for when this was agreed; those of the kind where it was not asked."""
        return needs_of(self.release.rule if self.release is not None else None, kind=self.entry.kind)

    @property
    def state(self) -> State:
        """How far the version has got."""
        return state_of(self.version, self.entry, was_seen=self.release is not None)

    @property
    def is_what_readers_see(self) -> bool:
        return self.version.id == self.entry.agreed_id

    @property
    def is_draft(self) -> bool:
        return self.entry.agreed_id is None


def shown(
    slug: str,
    *,
    kind: Kind | None,
    reader: User | None,
    number: int | None = None,
    column: Any = Version.html,
) -> Shown:
    """The version of an entry that `reader` sees, or version `number`; `column` is loaded with it.

    The slug may be one that the entry had before.

    Raises:
        NotFound: there is none, or the reader may not know of it.
    """
    statement = _shown(
        sight(reader), of_kind=kind is not None, numbered=number is not None, column=column.key
    )
    asked = {"slug": slug, "kind": kind.name if kind else "", "number": number, **who_reads(reader)}
    rows = db.session.execute(statement, asked).all()
    if not rows:
        raise NotFound(f"There is no entry {slug}.")
    (
        entry,
        version,
        release,
        _,
        agreed_number,
        agreed_hash,
        newest_number,
        newest_hash,
        proposed,
        own,
        owned,
        quiet,
        quiet_for,
    ) = rows[0]
    writes = can(reader, Permission.REVISE)
    return Shown(
        entry=entry,
        version=version,
        release=release,
        signatures=tuple(row[3] for row in rows if row[3] is not None),
        agreed=agreed_number,
        newest=newest_number if writes else agreed_number,
        has_news=writes and newest_hash not in {None, agreed_hash},
        is_change_proposed=proposed is not None,
        is_own_change=bool(own),
        is_owned=bool(owned),
        heed=heeded(quiet=quiet),
        heed_for=heeded(quiet=quiet_for),
    )


@cache
def _shown(
    permissions: frozenset[Permission], *, of_kind: bool, numbered: bool, column: str
) -> sa.Executable:
    agreed, newest, proposed = aliased(Version), aliased(Version), aliased(Version)
    wanted = Version.id == SEEN
    if numbered:
        wanted = sa.and_(
            Version.entry_id == Entry.id,
            Version.number == sa.bindparam("number"),
            readable_with(permissions, Version, who=ASKING),
        )
    newest_readable = readable_with(permissions, newest, who=ASKING)
    for_the_reader = addressed_to(permissions, proposed, who=ASKING)
    query = (
        sa.select(
            Entry,
            Version,
            Release,
            Signature,
            agreed.number,
            agreed.hash,
            newest.number,
            newest.hash,
            proposed.id,
            sa.or_(proposed.author_id == ASKING.person, _is_proposer(proposed)),
            is_owned(),
            heeding("entry:", Entry.id, person=ASKING.person),
            heeding("persona:", Entry.id, person=ASKING.person),
        )
        .join(Address, Address.entry_id == Entry.id)
        .join(Version, wanted)
        .outerjoin(Release, Release.id == release_of(Version, sa.func.max))
        .outerjoin(Signature, sa.and_(Signature.version_id == Version.id, Signature.hash == Version.hash))
        .outerjoin(agreed, agreed.id == Entry.agreed_id)
        .outerjoin(newest, sa.and_(newest.id == Entry.latest_id, newest_readable))
        .outerjoin(proposed, sa.and_(proposed.id == Entry.proposed_id, for_the_reader))
        .where(Address.slug == sa.bindparam("slug"), visible_with(permissions, who=ASKING))
        .order_by(Signature.team.desc(), Signature.id)
        .options(
            undefer(getattr(Version, column)),
            joinedload(Version.author),
            joinedload(Release.user),
            joinedload(Signature.user),
        )
    )
    return query.where(Entry.kind_name == sa.bindparam("kind")) if of_kind else query


def _is_proposer(version: Any) -> sa.ColumnElement[bool]:
    """Whether whoever asks has proposed a version, and nobody has taken that back."""
    return sa.exists(
        sa.select(Proposal.id)
        .where(
            Proposal.version_id == version.id,
            Proposal.user_id == ASKING.person,
            Proposal.withdrawn_at.is_(None),
        )
        .correlate(version)
    )


@dataclass(frozen=True)
class Hands:
    """Who signed what readers see of an entry, whom the rule asked for that when it was agreed, and why it is seen.

    Teams are "sales", "marketing", "owner", in that order; no ground where readers see nothing.
    """

    signed: tuple[str, ...]
    needs: tuple[str, ...]
    ground: str


def hands(entries: Collection[Entry]) -> dict[int, Hands]:
    """The hands under what readers see of these entries, by the id of the entry."""
    seen = [entry.agreed_id for entry in entries if entry.agreed_id is not None]
    signed: dict[int, set[str]] = {}
    grounds: dict[int, tuple[str | None, str]] = {}
    for entry_id, rule, ground, team in db.session.execute(_hands(), {"seen": seen}) if seen else ():
        signed.setdefault(entry_id, set()).add(team)
        grounds[entry_id] = (rule, ground)
    found = {}
    for entry in entries:
        rule, ground = grounds.get(entry.id, (None, ""))
        teams = tuple(team.value for team in Signer if team in signed.get(entry.id, ()))
        found[entry.id] = Hands(teams, needs_of(rule, kind=entry.kind), ground)
    return found


@cache
def _hands() -> sa.Executable:
    seen: sa.BindParameter[Any] = sa.bindparam("seen", expanding=True)
    return (
        sa.select(
            Version.entry_id,
            Release.rule,
            sa.cast(Release.ground, sa.String),
            sa.cast(Signature.team, sa.String),
        )
        .select_from(Version)
        .join(Release, Release.id == release_of(Version, sa.func.max))
        .outerjoin(Signature, sa.and_(Signature.version_id == Version.id, Signature.hash == Version.hash))
        .where(Version.id.in_(seen))
    )


def needs_of(rule: str | None, *, kind: Kind) -> tuple[str, ...]:
    """Whose signatures a rule asks for, as a release keeps it; those of the kind where it was not asked."""
    return tuple(name for name in rule.split(",") if name) if rule is not None else kind.signers
