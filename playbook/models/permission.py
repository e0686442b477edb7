"""Who may do what: roles as named sets of permissions, and the one clause that says who may see which entry."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from playbook.models.user import User


class Permission(StrEnum):
    """A verb that somebody may or may not do."""

    READ = "read"  # what is released
    REVISE = "revise"  # write versions, and see those not released
    PUBLISH = "publish"  # decide that a version is what readers see
    REPORTS = "reports"
    PEOPLE = "people"  # invite, change and disable people
    ADMINISTER = "administer"  # import, export, erase


class Role(StrEnum):
    """A named set of permissions."""

    REP = "rep"
    CONTRIBUTOR = "contributor"
    MARKETER = "marketer"
    ADMIN = "admin"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.REP: frozenset({Permission.READ}),
    Role.CONTRIBUTOR: frozenset({Permission.READ, Permission.REVISE}),
    Role.MARKETER: frozenset({Permission.READ, Permission.REVISE, Permission.PUBLISH, Permission.REPORTS}),
    Role.ADMIN: frozenset(Permission),
}

EVERYBODY = "everyone"


def can(user: User | None, permission: Permission) -> bool:
    """Whether the person's role holds the permission. Nobody and disabled people may do nothing."""
    if user is None or user.disabled_at is not None:
        return False
    return permission in GRANTS[user.role]


def sight(user: User | None) -> frozenset[Permission]:
    """What decides which entries `user` may know of: the permissions of the role, or none at all."""
    return GRANTS[user.role] if user is not None and can(user, Permission.READ) else frozenset()


def visible(user: User | None) -> sa.ColumnElement[bool]:
    """The clause on Entry for what `user` may know of. Every query of entries goes through it."""
    return visible_with(sight(user), handle=user.handle if user is not None else "")


def visible_with(permissions: frozenset[Permission], *, handle: Any) -> sa.ColumnElement[bool]:
    """The same for anybody of that sight; `handle` may be a parameter, for statements made once and kept."""
    from playbook.models.entry import Entry

    if Permission.READ not in permissions:
        return sa.false()
    clauses: list[sa.ColumnElement[bool]] = []
    if Permission.REVISE not in permissions:
        clauses.append(Entry.agreed_id.is_not(None))
    if Permission.ADMINISTER not in permissions:
        clauses.append(sa.or_(Entry.audience != "restricted", Entry.owner == handle))
    return sa.and_(sa.true(), *clauses)


def reader_tokens(user: User | None) -> frozenset[str]:
    """The tokens by which the search index knows `user`: the counterpart of `open_to`."""
    if not can(user, Permission.READ):
        return frozenset()
    assert user is not None
    tokens = {EVERYBODY, f"owner:{user.handle}"}
    if can(user, Permission.ADMINISTER):
        tokens.add("administrators")
    return frozenset(tokens)


def open_to(*, audience: str, owner: str) -> tuple[str, ...]:
    """The tokens of those who may find a released entry; says the same as `visible`."""
    if audience != "restricted":
        return (EVERYBODY,)
    return (f"owner:{owner}", "administrators")
