"""What do colleagues use?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from playbook import clock
from playbook.db import db
from playbook.models import USES, Entry, EventType, UsageEvent, User, visible


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
                UsageEvent.at > clock.now() - timedelta(days=self.days),
                UsageEvent.type.in_({EventType.VIEW, *USES}),
            )
            .group_by(UsageEvent.entry_id)
            .subquery()
        )
        yield from db.session.scalars(
            sa.select(Entry)
            .join(ranked, ranked.c.entry_id == Entry.id)
            .where(visible(self.reader), Entry.agreed_id.is_not(None))
            .order_by(ranked.c.users.desc(), ranked.c.people.desc(), ranked.c.at.desc(), Entry.id)
            .limit(self.limit)
        )
