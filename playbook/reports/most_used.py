"""What do colleagues use?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import sqlalchemy as sa

from playbook import clock
from playbook.db import db
from playbook.models import USES, Entry, EventType, Permission, UsageEvent, User
from playbook.models.permission import ASKING, listed_with, sight, who_reads


@dataclass(frozen=True, kw_only=True)
class MostUsed:
    """Entries that `reader` may see, by how many people used them in the last `days`, most first.

    A use is a copy or a download; among equals those stand first that more people opened, then those
    used or opened last. Entries that nobody opened are left out, so that there may be fewer than
    `limit`, or none. Authors, owners and machines do not count.
    """

    reader: User
    days: int = 90
    limit: int = 6

    def __iter__(self) -> Iterator[Entry]:
        asked = {
            "since": clock.now() - timedelta(days=self.days),
            "limit": self.limit,
            **who_reads(self.reader),
        }
        yield from db.session.scalars(_most_used(sight(self.reader)), asked)


@cache
def _most_used(permissions: frozenset[Permission]) -> sa.Executable:
    people = sa.func.count(sa.distinct(UsageEvent.user_id))
    users = sa.func.count(sa.distinct(sa.case((UsageEvent.type.in_(USES), UsageEvent.user_id))))
    ranked = (
        sa.select(
            UsageEvent.entry_id,
            users.label("users"),
            people.label("people"),
            sa.func.max(UsageEvent.at).label("at"),
        )
        .where(
            UsageEvent.at > sa.bindparam("since"),
            UsageEvent.type.in_({EventType.VIEW, *USES}),
        )
        .group_by(UsageEvent.entry_id)
        .subquery()
    )
    return (
        sa.select(Entry)
        .join(ranked, ranked.c.entry_id == Entry.id)
        .where(listed_with(permissions, who=ASKING), Entry.agreed_id.is_not(None))
        .order_by(ranked.c.users.desc(), ranked.c.people.desc(), ranked.c.at.desc(), Entry.id)
        .limit(sa.bindparam("limit"))
    )
