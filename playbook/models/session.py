"""Sessions of browsers, and the one-time links that let people in."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db
from playbook.errors import NotFound
from playbook.models.user import User


def fingerprint(secret: str) -> str:
    """How secrets of 256 random bits are kept: their SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


class UserSession(Model):
    """One signed-in browser. The cookie holds a random secret, this row its fingerprint."""

    __tablename__ = "user_session"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    auth_epoch: Mapped[int]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    awaits_code: Mapped[bool] = mapped_column(
        default=False, server_default=sa.false()
    )  # the password was right
    browser: Mapped[str] = mapped_column(
        sa.String(200), default="", server_default=sa.text("''")
    )  # what it calls itself
    address: Mapped[str] = mapped_column(sa.String(45), default="", server_default=sa.text("''"))

    user: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def begin(cls, user: User, *, days: int) -> tuple[UserSession, str]:
        """A new session and the secret for its cookie."""
        secret = secrets.token_urlsafe(32)
        moment = clock.now()
        session = cls(
            id=fingerprint(secret),
            user_id=user.id,
            auth_epoch=user.auth_epoch,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        db.session.add(session)
        return session, secret

    @classmethod
    def of(cls, secret: str, *, idle_hours: int) -> UserSession | None:
        """The living session whose secret this is."""
        session = db.session.scalar(_OF, {"fingerprint": fingerprint(secret)})
        return session if session is not None and session.lives(idle_hours=idle_hours) else None

    def lives(self, *, idle_hours: int) -> bool:
        moment = clock.now()
        return (
            self.revoked_at is None
            and not self.awaits_code
            and self.expires_at > moment
            and self.seen_at > moment - timedelta(hours=idle_hours)
            and self.auth_epoch == self.user.auth_epoch
            and self.user.disabled_at is None
        )

    def end(self) -> None:
        """Sign out. A copy of the cookie is worth nothing from now on."""
        self.revoked_at = clock.now()


_OF = sa.select(UserSession).where(UserSession.id == sa.bindparam("fingerprint"))  # asked on every page


class OneTimeLink(Model):
    """A link that lets one person set a password, once."""

    __tablename__ = "one_time_link"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def make(cls, user: User, *, hours: int = 72) -> str:
        """The secret of a new link; earlier links of the person end."""
        db.session.execute(
            sa.update(cls).where(cls.user_id == user.id, cls.used_at.is_(None)).values(used_at=clock.now())
        )
        secret = secrets.token_urlsafe(32)
        moment = clock.now()
        db.session.add(
            cls(
                id=fingerprint(secret),
                user_id=user.id,
                created_at=moment,
                expires_at=moment + timedelta(hours=hours),
            )
        )
        return secret

    @classmethod
    def of(cls, secret: str) -> OneTimeLink:
        """The living link whose secret this is.

        Raises:
            NotFound: never made, used, or too old.
        """
        link = db.session.get(cls, fingerprint(secret))
        if (
            link is None
            or link.used_at is not None
            or link.expires_at <= clock.now()
            or link.user.disabled_at
        ):
            raise NotFound("This link has been used or is too old.")
        return link

    def use(self) -> User:
        """Spend the link.

        Raises:
            NotFound: somebody spent it a moment ago.
        """
        # One statement, because on PostgreSQL two people can have read the link as unused.
        spend = sa.update(OneTimeLink).where(OneTimeLink.id == self.id, OneTimeLink.used_at.is_(None))
        if db.session.execute(spend.values(used_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound("This link has been used or is too old.")
        return self.user
