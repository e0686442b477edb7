"""Answers kept so that a program that sends the same request again is answered the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import Model, db
from playbook.models.user import User

KEPT_FOR = timedelta(hours=24)


class KeptAnswer(Model):
    """What was answered to a request with an Idempotency-Key.

    It is committed together with the work that it tells of, so that neither can be there without
    the other, whenever the server is cut off.
    """

    __tablename__ = "kept_answer"
    __table_args__ = (sa.UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(sa.String(120))
    request: Mapped[str] = mapped_column(sa.String(64))  # fingerprint of method, address and body
    at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]  # none while the first request is at work
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(sa.Text)

    @classmethod
    def of(cls, user: User, key: str) -> KeptAnswer | None:
        """What was answered when `user` sent `key` in the last 24 hours."""
        return db.session.scalar(
            sa.select(cls).where(cls.user_id == user.id, cls.key == key, cls.at > clock.now() - KEPT_FOR)
        )

    @classmethod
    def begin(cls, user: User, key: str, *, request: str) -> KeptAnswer:
        """Take the key, inside the transaction that does the work; older answers go.

        Raises:
            IntegrityError: somebody took it a moment ago. On PostgreSQL this waits for them to finish first;
                on SQLite there is one writer at a time, so `of` has seen it.
        """
        moment = clock.now()
        db.session.execute(sa.delete(cls).where(cls.at <= moment - KEPT_FOR))
        kept = cls(user_id=user.id, key=key, request=request, at=moment, status=None, headers={}, body="")
        db.session.add(kept)
        db.session.flush()
        return kept

    def finish(self, *, status: int, headers: dict[str, str], body: str) -> None:
        """Keep what is about to be answered."""
        self.status, self.headers, self.body = status, headers, body
