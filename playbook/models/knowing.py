"""The rules of who may know and read, for many people in one query: they say what `visible` and `readable` say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from playbook.models.history import readable_with
from playbook.models.permission import GRANTS, Permission, Role, Who, visible_with
from playbook.models.user import User
from playbook.models.version import Version

# What of a role decides whom it lets see what; roles that are alike here share a clause.
_DECIDES = frozenset({Permission.READ, Permission.REVISE, Permission.ADMINISTER})

_EACH = Who(
    handle=User.handle,
    person=User.id,
    as_person=sa.literal("person:") + User.handle,
    as_team=sa.literal("team:") + sa.cast(User.team, sa.String),
)


def knows() -> sa.ColumnElement[bool]:
    """The clause on User and Entry for the people who may know of the entry. Nobody who cannot sign in does."""
    return _for_each_role(lambda permissions: visible_with(permissions, who=_EACH))


def reads(version: Any = Version) -> sa.ColumnElement[bool]:
    """The clause on User and Version for the people who may read it, if they may know of its entry."""
    return _for_each_role(lambda permissions: readable_with(permissions, version, who=_EACH))


def _for_each_role(
    clause: Callable[[frozenset[Permission]], sa.ColumnElement[bool]],
) -> sa.ColumnElement[bool]:
    alike = (
        # Not IN: that is spelt out anew each time, and one of these stands in the query of every page.
        sa.and_(sa.or_(*(User.role == role for role in roles)), clause(permissions))
        for permissions, roles in _roles_alike()
    )
    return sa.and_(User.disabled_at.is_(None), sa.or_(*alike))


def _roles_alike() -> Iterator[tuple[frozenset[Permission], list[Role]]]:
    found: dict[frozenset[Permission], list[Role]] = {}
    for role in Role:
        found.setdefault(GRANTS[role] & _DECIDES, []).append(role)
    yield from found.items()
