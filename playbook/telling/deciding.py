"""Who is mailed what they were told: once a day or a week, decided in one transaction for each person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from playbook import clock
from playbook.db import db
from playbook.models import Digest, Letter, Notice, User
from playbook.work import saving

HOUR = 6  # UTC, when digests are decided on
MONDAY = 0
TOO_OLD = timedelta(days=14)  # what waited longer, because nobody wanted mails, is not told by one


def slot_of(digest: Digest, moment: datetime) -> datetime:
    """The last time at or before a moment at which a digest of that sort was due."""
    at = moment.astimezone(UTC).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if at > moment:
        at -= timedelta(days=1)
    return at - timedelta(days=(at.weekday() - MONDAY) % 7) if digest is Digest.WEEKLY else at


def decide_on_letters() -> int:
    """Decide whom to write now; how many that are. Doing it again decides on nothing more.

    What is told is what was there, unread, when it was due. Nobody gets two letters for one day, and no notice
    stands in two letters.
    """
    moment = clock.now()
    ids = db.session.scalars(
        sa.select(User.id)
        .where(
            User.digest != Digest.NEVER,
            User.disabled_at.is_(None),
            User.password_hash.is_not(None),
            User.demonstration.is_(False),
            sa.exists(_waiting(moment - TOO_OLD, moment).where(Notice.user_id == User.id).correlate(User)),
        )
        .order_by(User.id)
    ).all()
    return sum(_decide(id, moment) for id in ids)


def _decide(user_id: int, moment: datetime) -> bool:
    with saving() as session:
        person = session.get_one(User, user_id, with_for_update=True, populate_existing=True)
        if person.digest is Digest.NEVER:
            return False
        slot = slot_of(person.digest, moment)
        written = sa.select(Letter.id).where(Letter.user_id == user_id, Letter.at >= slot)
        if session.scalar(written.limit(1)) is not None:
            return False
        waiting = _waiting(slot - TOO_OLD, slot).where(Notice.user_id == user_id)
        notices = session.scalars(waiting).all()
        if not notices:
            return False
        letter = Letter(user_id=user_id, at=clock.now(), tries=0, next_at=moment)
        session.add(letter)
        session.execute(sa.update(Notice).where(Notice.id.in_(notices)).values(mailed_at=letter.at))
    return True


def _waiting(since: datetime, until: datetime) -> sa.Select[int]:
    return sa.select(Notice.id).where(
        Notice.seen_at.is_(None), Notice.mailed_at.is_(None), Notice.at >= since, Notice.at < until
    )
