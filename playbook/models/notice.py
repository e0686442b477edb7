"""What a person is told: in the application at once, by mail in a digest."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db, word
from playbook.errors import NotFound
from playbook.models.entry import Entry
from playbook.models.knowing import knows, reads
from playbook.models.user import User
from playbook.models.version import Version

KEPT = timedelta(days=90)
SWEPT = 500  # rows at once, so that nobody who saves waits for it


class About(StrEnum):
    """What a notice is about; those that ask for something first, then by how soon one wants to know."""

    TO_SIGN = "to sign"  # a version waits for this person's signature
    MENTION = "mention"
    NOT_AGREED = "not agreed"  # somebody would not sign what this person wrote or proposed
    COUNTER = "counter"  # somebody proposed something else instead
    VOIDED = "voided"  # somebody wrote a newer version over what this person proposed
    STILL_TRUE = "still true"  # something that this person's entry relies on is about to change
    REVIEW_DUE = "review due"
    CLAIM = "claim"  # one that this person answers for expires within 30 days, or has expired
    COMMENT = "comment"
    PROPOSED = "proposed"  # somebody wants to change what this person answers for
    AGREED = "agreed"  # readers see something new
    RETIRED = "retired"


class Notice(Model):
    """One thing that a person is told. It holds no words of any text: what may be read is decided when it is read."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    about: Mapped[About] = mapped_column(word(About))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("version.id", ondelete="CASCADE"), index=True
    )
    comment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]  # when it was decided that a letter tells of it: that of the letter

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    entry: Mapped[Entry] = relationship()
    version: Mapped[Version | None] = relationship()

    @classmethod
    def find(cls, id: int, *, of: User) -> Notice:
        """A notice of this person, as long as they may read what it is about.

        Raises:
            NotFound: there is none, or it is another's.
        """
        notice = db.session.scalar(told(cls).where(cls.id == id, cls.user_id == of.id))
        if notice is None:
            raise NotFound("There is no such notice.")
        return notice

    def see(self) -> None:
        """Take it as read. Again, nothing changes."""
        if self.seen_at is None:
            self.seen_at = clock.now()


def told(*columns: Any) -> sa.Select[Any]:
    """A query of notices whose people may still know of the entry, and read the version, that they are about.

    Joins the person, the entry and the version, if any. Every query of notices that are shown goes through it.
    """
    return (
        sa.select(*columns)
        .select_from(Notice)
        .join(User, User.id == Notice.user_id)
        .join(Entry, Entry.id == Notice.entry_id)
        .outerjoin(Version, Version.id == Notice.version_id)
        .where(knows(), sa.or_(Notice.version_id.is_(None), reads()))
    )


def unread_by(person: Any) -> sa.Select[Any]:
    """A query of how many notices the person with this id, which may be a column, has not read."""
    return told(sa.func.count()).where(Notice.user_id == person, Notice.seen_at.is_(None))


def see_all(person: User, *, until: int) -> None:
    """Take every notice of the person as read, up to the one with the number `until`: no later one was on the page."""
    unread = sa.update(Notice).where(
        Notice.user_id == person.id, Notice.seen_at.is_(None), Notice.id <= until
    )
    db.session.execute(unread.values(seen_at=clock.now()))


def sweep_notices() -> int:
    """Remove some of the notices that are older than 90 days; how many. Call inside a transaction."""
    old = sa.select(Notice.id).where(Notice.at < clock.now() - KEPT).limit(SWEPT)
    found = db.session.scalars(old.with_for_update(skip_locked=True)).all()
    db.session.execute(
        sa.delete(Notice).where(Notice.id.in_(found)).execution_options(synchronize_session=False)
    )
    return len(found)
