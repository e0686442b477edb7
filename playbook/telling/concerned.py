"""Whom something about an entry concerns: who may sign it, wrote it, proposed it, owns it or watches it."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from playbook.db import db
from playbook.models import Address, Entry, Link, Proposal, Thing, User, Version, Watch
from playbook.models.entry import SEEN
from playbook.models.review import owners_of
from playbook.models.version import BODY


def signers(entry: Entry) -> list[User]:
    """Everybody who may sign what is proposed now, in whosever name; nobody where nothing is."""
    if entry.proposed_id is None:
        return []
    signing = entry.signing
    might = sa.select(User).where(
        User.disabled_at.is_(None), sa.or_(User.signs_for.is_not(None), User.id.in_(signing.owners))
    )
    return [person for person in db.session.scalars(might) if signing.sides_for(person)]


def owners(*versions: Version | None) -> list[User]:
    """Who answers for these versions of an entry: owners, and second owners."""
    return _called(handle for version in versions if version is not None for handle in owners_of(version))


def writers(version: Version, *, since: Version | None) -> list[User]:
    """Who wrote what is new in a version since another, and who proposed it."""
    wrote = sa.select(Version.author_id).where(
        Version.entry_id == version.entry_id,
        Version.number > (since.number if since is not None else 0),
        Version.number <= version.number,
    )
    proposed = sa.select(Proposal.user_id).where(Proposal.version_id == version.id)
    return list(db.session.scalars(sa.select(User).where(sa.or_(User.id.in_(wrote), User.id.in_(proposed)))))


def watchers(entry: Entry) -> list[User]:
    """Who watches an entry, its shelf, or what is meant for a persona that the version readers see links to."""
    personas = (
        sa.select(sa.literal("persona:") + sa.cast(Address.entry_id, sa.String))
        .join(Link, Link.target == Address.slug)
        .where(Link.version_id == (entry.agreed_id or entry.latest_id), Link.field != BODY)
    )
    return list(
        db.session.scalars(
            sa.select(User)
            .join(Watch, Watch.user_id == User.id)
            .where(
                Watch.quiet.is_(False),
                sa.or_(
                    Watch.thing.in_((Thing.entry(entry).name, Thing.kind(entry.kind).name)),
                    Watch.thing.in_(personas),
                ),
            )
        ).unique()
    )


def owners_of_what_points_to(entry: Entry) -> list[User]:
    """Who answers for the entries in use whose shown version links to this one, by any of its slugs."""
    pointing = db.session.scalars(
        sa.select(Version)
        .join(Entry, sa.and_(Entry.id == Version.entry_id, Version.id == SEEN))
        .join(Link, Link.version_id == Version.id)
        .join(Address, Address.slug == Link.target)
        .where(Address.entry_id == entry.id, Entry.id != entry.id, Entry.retired_at.is_(None))
    )
    return owners(*pointing.unique())


def _called(handles: Iterable[str]) -> list[User]:
    return list(db.session.scalars(sa.select(User).where(User.handle.in_(sorted(set(handles))))))
