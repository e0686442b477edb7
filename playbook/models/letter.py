"""Letters: digests that were decided on, until the mail server has them."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db
from playbook.models.user import User

KEPT = timedelta(days=90)
# How long to wait for the answer to a try, and then until the next.
WAITS = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=12),
)


class Letter(Model):
    """That a person is to be mailed what they were told: the notices whose `mailed_at` is this letter's `at`.

    It holds no words. A try is written down before it is made, so that of two runners one makes it; where one
    dies with a letter in hand, the letter is tried again, under the same Message-ID.
    """

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    next_at: Mapped[datetime | None] = mapped_column(index=True)  # nothing once it is over
    sent_at: Mapped[datetime | None]  # when the mail server took it; nothing where it was given up

    user: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def take(cls) -> Letter | None:
        """The letter that has waited longest for a try, which counts as made. Call inside a transaction."""
        moment = clock.now()
        letter = db.session.scalar(
            sa.select(cls)
            .where(cls.next_at <= moment)
            .order_by(cls.next_at, cls.id)
            .limit(1)
            .with_for_update(of=cls, skip_locked=True)
        )
        if letter is not None:
            letter.next_at = moment + WAITS[min(letter.tries, len(WAITS) - 1)]
            letter.tries += 1
        return letter

    @property
    def was_tried_enough(self) -> bool:
        """Whether whoever would not take it until now is asked no more."""
        return self.tries >= len(WAITS)

    def close(self, *, sent: bool) -> None:
        """It is over: the mail server has it, or there is nothing to send any more."""
        self.next_at = None
        self.sent_at = clock.now() if sent else None


def sweep_letters() -> None:
    """Forget the letters that are long over. Call inside a transaction."""
    old = sa.delete(Letter).where(Letter.at < clock.now() - KEPT)
    db.session.execute(old.execution_options(synchronize_session=False))
