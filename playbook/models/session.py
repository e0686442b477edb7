"""Sessions of browsers, and the one-time links that let people in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db
from playbook.errors import NotFound
from playbook.models.notice import unread_by
from playbook.models.user import CONTROLS, User

WAITS = timedelta(minutes=10)  # for a code, after a right password
KNOWN = timedelta(days=14)  # how long an address counts as one that somebody comes from
SWEPT = 100  # rows at once: whoever comes in does not wait for a year's dust


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

    unread: int = 0  # notices of the person; known of a session that was found by its secret

    @classmethod
    def begin(cls, user: User, *, days: int, browser: str = "", address: str = "") -> tuple[UserSession, str]:
        """A new session and the secret for its cookie. `browser` is what it calls itself."""
        return cls._begin(user, lasting=timedelta(days=days), browser=browser, address=address)

    @classmethod
    def await_code(cls, user: User, *, browser: str = "", address: str = "") -> tuple[UserSession, str]:
        """One that lets nobody in and asks for the second factor, for ten minutes."""
        session, secret = cls._begin(user, lasting=WAITS, browser=browser, address=address)
        session.awaits_code = True
        return session, secret

    @classmethod
    def _begin(cls, user: User, *, lasting: timedelta, browser: str, address: str) -> tuple[UserSession, str]:
        secret = secrets.token_urlsafe(32)
        moment = clock.now()
        session = cls(
            id=fingerprint(secret),
            user_id=user.id,
            auth_epoch=user.auth_epoch,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + lasting,
            awaits_code=False,
            browser=CONTROLS.sub("", browser)[:200],
            address=address[:45],
        )
        db.session.add(session)
        return session, secret

    @classmethod
    def of(cls, secret: str, *, idle_hours: int) -> UserSession | None:
        """The living session whose secret this is."""
        row = db.session.execute(_OF_READER, {"fingerprint": fingerprint(secret)}).one_or_none()
        if row is None or not row[0].lives(idle_hours=idle_hours):
            return None
        session: UserSession = row[0]
        session.unread = row[1]
        return session

    @classmethod
    def awaiting(cls, secret: str) -> UserSession | None:
        """The session with this secret that waits for a code."""
        session = db.session.scalar(_OF, {"fingerprint": fingerprint(secret)})
        return session if session is not None and session.awaits_code and session._holds() else None

    @classmethod
    def living(cls, user: User, *, idle_hours: int) -> list[UserSession]:
        """Where the person is signed in, the one seen last first."""
        found = db.session.scalars(
            sa.select(cls)
            .where(cls.user_id == user.id, cls.revoked_at.is_(None), cls.expires_at > clock.now())
            .order_by(cls.seen_at.desc(), cls.created_at.desc())
        )
        return [session for session in found if session.lives(idle_hours=idle_hours)]

    @classmethod
    def knows(cls, email: str, address: str) -> bool:
        """Whether the person with this e-mail address has lately signed in from that address."""
        since = clock.now() - KNOWN
        known = sa.select(cls.id).join(User).where(User.email == email, cls.address == address)
        known = known.where(cls.awaits_code.is_(False), cls.created_at > since)
        return bool(address) and db.session.scalar(known.limit(1)) is not None

    def lives(self, *, idle_hours: int) -> bool:
        return (
            not self.awaits_code
            and self.seen_at > clock.now() - timedelta(hours=idle_hours)
            and self._holds()
        )

    def _holds(self) -> bool:
        return (
            self.revoked_at is None
            and self.expires_at > clock.now()
            and self.auth_epoch == self.user.auth_epoch
            and self.user.disabled_at is None
        )

    def end(self) -> None:
        """Sign out. A copy of the cookie is worth nothing from now on."""
        self.revoked_at = clock.now()


def end_all(sessions: Sequence[UserSession], *, but: str = "") -> int:
    """Sign out of every one of them but the one with the id `but`; how many those were."""
    ending = [session for session in sessions if session.id != but]
    for session in ending:
        session.end()
    return len(ending)


def sweep() -> None:
    """Remove some of what is over: sessions and links past their day. Call inside a transaction.

    It happens when somebody signs in, because then there is a transaction and a row more than before; a
    bounded number of rows keeps it short, and more than one for each that comes keeps the tables small.
    A session that was ended stays until its day, so that its address is known as one the person comes from.
    """
    moment = clock.now()
    for table in (UserSession, OneTimeLink):
        old = sa.select(table.id).where(table.expires_at < moment).limit(SWEPT)
        found = db.session.scalars(old.with_for_update(skip_locked=True)).all()
        db.session.execute(
            sa.delete(table).where(table.id.in_(found)).execution_options(synchronize_session=False)
        )


_OF = sa.select(UserSession).where(UserSession.id == sa.bindparam("fingerprint"))
# Asked on every page, so it brings along what every page says.
_OF_READER = _OF.add_columns(
    unread_by(UserSession.user_id).correlate(UserSession).scalar_subquery().label("unread")
)


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
