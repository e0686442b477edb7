"""Who is asked about an entry: its owners, and whoever curates where no owner is left."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from playbook.db import db
from playbook.models import Entry, Permission, User, Version, can
from playbook.models.permission import GRANTS
from playbook.models.review import is_owned, owners_of, second_owner

CURATORS = tuple(role for role, granted in GRANTS.items() if Permission.CURATE in granted)


def owned(person: User) -> sa.ColumnElement[bool]:
    """The clause on Entry, and on the Version its readers see, for what this person owns, alone or with another."""
    return sa.or_(Entry.owner == person.handle, second_owner() == person.handle)


def asks(person: User) -> sa.ColumnElement[bool]:
    """The same for what this person is asked about: what they own; for curators, what nobody who can sign in owns."""
    if not can(person, Permission.CURATE):
        return owned(person)
    return sa.or_(owned(person), ~is_owned())


def asked(versions: Collection[Version]) -> dict[int, list[User]]:
    """Whom to ask about these versions, by the id of their entry."""
    people = _people(handle for version in versions for handle in owners_of(version))
    found = {
        version.entry_id: [people[handle] for handle in owners_of(version) if handle in people]
        for version in versions
    }
    if all(found.values()):
        return found
    curating = curators()
    return {entry_id: owners or curating for entry_id, owners in found.items()}


def beside(version: Version, *, by: User) -> list[User]:
    """Who else is asked when one of those asked does not know: the other owner, and the owner’s curators."""
    people = _people(owners_of(version))
    owner = people.get(version.owner)
    curating = curators()
    of_team = [person for person in curating if owner is not None and person.team is owner.team]
    told = {person.id: person for person in (*people.values(), *(of_team or curating))}
    return [person for person in told.values() if person.id != by.id]


def curators() -> list[User]:
    """Everybody who curates and can sign in."""
    return list(
        db.session.scalars(
            sa.select(User).where(User.role.in_(CURATORS), User.disabled_at.is_(None)).order_by(User.id)
        )
    )


def _people(handles: Iterable[str]) -> dict[str, User]:
    """Those of these handles who can sign in."""
    found = db.session.scalars(
        sa.select(User).where(User.handle.in_(sorted(set(handles))), User.disabled_at.is_(None))
    )
    return {person.handle: person for person in found}
