"""Claims that expire: telling those who answer for them, early enough to find out whether they are still true."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa

from playbook.agreeing.asking import asked
from playbook.db import db
from playbook.models import About, Entry, Notice
from playbook.models.running_out import SOON, RunningOut, running_out
from playbook.telling import tell

# Notices are swept after 90 days; whoever was told of a claim longer ago is not told again.
LATE = timedelta(days=60)


def expiring(today: date) -> list[Notice]:
    """Tell whoever answers for an entry that a claim of it expires within 30 days, once for each. Inside `saving()`.

    Claims that have stood in the list for two months already are left to the list.
    """
    first = (today - LATE + SOON).isoformat()
    latest: dict[int, RunningOut] = {}
    for each in running_out(Entry.retired_at.is_(None), on=today):
        if each.claim.expires >= first:
            latest[each.entry.id] = each  # they come in the order in which they expire
    told = _told(list(latest))
    people = asked([each.version for each in latest.values()])
    notices: list[Notice] = []
    for entry_id, each in latest.items():
        listed_from = date.fromisoformat(each.claim.expires) - SOON
        since = datetime.combine(listed_from, time(), tzinfo=UTC)
        waiting = [person for person in people[entry_id] if told.get((entry_id, person.id), _NEVER) < since]
        notices += tell(waiting, About.CLAIM, each.entry, by=None, version=each.version)
    return notices


_NEVER = datetime.min.replace(tzinfo=UTC)


def _told(entries: Collection[int]) -> dict[tuple[int, int], datetime]:
    """When each person was last told of a claim, by the ids of the entry and the person."""
    if not entries:
        return {}
    rows = db.session.execute(
        sa.select(Notice.entry_id, Notice.user_id, sa.func.max(Notice.at))
        .where(Notice.about == About.CLAIM, Notice.entry_id.in_(sorted(entries)))
        .group_by(Notice.entry_id, Notice.user_id)
    )
    return {(entry_id, user_id): at for entry_id, user_id, at in rows}
