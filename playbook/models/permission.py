"""Who may do what: roles as named sets of permissions, and the one clause that says who may see which entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from playbook.models.user import User


class Permission(StrEnum):
    """A verb that somebody may or may not do."""

    READ = "read"  # what is released
    REVISE = "revise"  # write versions, and see those not released
    SIGN = "sign"  # sign in the name of the team that one signs for, or as the owner
    CURATE = "curate"  # retire, rename, move and merge entries
    REPORTS = "reports"
    PEOPLE = "people"  # invite, change and disable people
    ADMINISTER = "administer"  # import, export, erase


class Role(StrEnum):
    """A named set of permissions."""

    REP = "rep"
    ANALYST = "analyst"
    CONTRIBUTOR = "contributor"
    MARKETER = "marketer"
    ADMIN = "admin"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.REP: frozenset({Permission.READ}),
    Role.ANALYST: frozenset({Permission.READ, Permission.REPORTS}),
    Role.CONTRIBUTOR: frozenset({Permission.READ, Permission.REVISE, Permission.SIGN}),
    Role.MARKETER: frozenset(
        {Permission.READ, Permission.REVISE, Permission.SIGN, Permission.CURATE, Permission.REPORTS}
    ),
    Role.ADMIN: frozenset(Permission),
}

EVERYBODY = "everyone"

RESTRICTED = "restricted"


@dataclass(frozen=True, kw_only=True)
class Who:
    """Who reads: values, or parameters of a statement that is built once and kept.

    `as_person` and `as_team` are how a document's list of readers names them.
    """

    handle: Any
    person: Any
    as_person: Any
    as_team: Any

    @classmethod
    def of(cls, user: User | None) -> Who:
        return cls(**{name.removeprefix("reader_"): value for name, value in who_reads(user).items()})


def who_reads(user: User | None) -> dict[str, Any]:
    """The values of the parameters in `ASKING`."""
    return {
        "reader_handle": user.handle if user is not None else "",
        "reader_person": user.id if user is not None else 0,
        "reader_as_person": as_person(user.handle) if user is not None else "",
        "reader_as_team": as_team(user.team) if user is not None else "",
    }


# Building a statement takes longer than asking it, so those of every page are built once. What differs
# from reader to reader stands in parameters; a statement that is asked without them fails.
ASKING = Who(
    handle=sa.bindparam("reader_handle", type_=sa.String),
    person=sa.bindparam("reader_person", type_=sa.Integer),
    as_person=sa.bindparam("reader_as_person", type_=sa.String),
    as_team=sa.bindparam("reader_as_team", type_=sa.String),
)


def as_person(handle: str) -> str:
    """How a list of readers, and the search index, name a person."""
    return f"person:{handle}"


def as_team(team: str) -> str:
    """How a list of readers, and the search index, name a team."""
    return f"team:{team}"


def can(user: User | None, permission: Permission) -> bool:
    """Whether the person's role holds the permission. Nobody and disabled people may do nothing."""
    if user is None or user.disabled_at is not None:
        return False
    return permission in GRANTS[user.role]


def sight(user: User | None) -> frozenset[Permission]:
    """What decides which entries `user` may know of: the permissions of the role, or none at all."""
    return GRANTS[user.role] if user is not None and can(user, Permission.READ) else frozenset()


def visible(user: User | None) -> sa.ColumnElement[bool]:
    """The clause on Entry for what `user` may know of. Every query of entries goes through it.

    That is for pages of one entry; lists go through `listed`, which leaves out what is retired.
    """
    return visible_with(sight(user), who=Who.of(user))


def visible_with(permissions: frozenset[Permission], *, who: Who) -> sa.ColumnElement[bool]:
    """The same for anybody of that sight; `who` may hold parameters, for statements made once and kept."""
    from playbook.models.entry import SEEN, Entry
    from playbook.models.version import Version

    if Permission.READ not in permissions:
        return sa.false()
    clauses: list[sa.ColumnElement[bool]] = []
    if Permission.REVISE not in permissions:
        clauses.append(Entry.agreed_id.is_not(None))
    if Permission.ADMINISTER not in permissions:
        written = sa.exists(
            sa.select(Version.id)
            .where(Version.id == SEEN, Version.author_id == who.person)
            .correlate_except(Version)
        )
        clauses.append(
            sa.or_(
                Entry.audience != RESTRICTED,
                Entry.owner == who.handle,
                named_reader(SEEN, who),
                written,
            )
        )
    return sa.and_(sa.true(), *clauses)


def listed(user: User | None) -> sa.ColumnElement[bool]:
    """The clause on Entry for what lists may show to `user`: what they may know of and is not retired."""
    return listed_with(sight(user), who=Who.of(user))


def listed_with(permissions: frozenset[Permission], *, who: Who) -> sa.ColumnElement[bool]:
    """The same for anybody of that sight; `who` may hold parameters, for statements made once and kept."""
    from playbook.models.entry import Entry

    return sa.and_(visible_with(permissions, who=who), Entry.retired_at.is_(None))


def named_reader(version: Any, who: Who) -> sa.ColumnElement[bool]:
    """Whether the version with that id names `who` among its readers."""
    from playbook.models.version import VersionReader

    return sa.exists(
        sa.select(VersionReader.version_id)
        .where(VersionReader.version_id == version, VersionReader.reader.in_((who.as_person, who.as_team)))
        .correlate_except(VersionReader)
    )


def reader_tokens(user: User | None) -> frozenset[str]:
    """The tokens by which the search index knows `user`: the counterpart of `open_to`."""
    if not can(user, Permission.READ):
        return frozenset()
    assert user is not None
    tokens = {EVERYBODY, f"owner:{user.handle}", as_person(user.handle), as_team(user.team)}
    if can(user, Permission.ADMINISTER):
        tokens.add("administrators")
    return frozenset(tokens)


def open_to(
    *, audience: str, owner: str, readers: Iterable[str] = (), author: str | None = None
) -> tuple[str, ...]:
    """The tokens of those who may find a released entry; says the same as `visible`.

    `readers` are those that the version names, `author` is the handle of who wrote it.
    """
    if audience != RESTRICTED:
        return (EVERYBODY,)
    written = (as_person(author),) if author else ()
    return tuple(dict.fromkeys((f"owner:{owner}", "administrators", *readers, *written)))
