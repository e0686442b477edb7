"""Tokens: how a program shows whom it works for."""

from __future__ import annotations

import re
import secrets
import string
import zlib
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook import clock
from playbook.db import Model, db, quick, word
from playbook.errors import Invalid, Problem
from playbook.models.audit import AuditRecord
from playbook.models.permission import Permission
from playbook.models.session import fingerprint
from playbook.models.user import CONTROLS, User

PREFIX = "playbook_pat_"  # by which scanners for lost secrets know one
RANDOM_CHARACTERS = 43  # of 62 letters and digits: 256 bits
SHOWN_CHARACTERS = len(PREFIX) + 6
LONGEST_NAME = 80
LONGEST_LIFE = 365  # days
USUAL_LIFE = 90
USED_EVERY = timedelta(minutes=5)  # how often a token's last use is written down

_ALPHABET = string.ascii_letters + string.digits
_SECRET = re.compile(rf"{PREFIX}([A-Za-z0-9]{{{RANDOM_CHARACTERS}}})([0-9a-f]{{8}})")


class Scope(StrEnum):
    """How much of a person's permissions a token carries."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


CARRIES: dict[Scope, frozenset[Permission]] = {
    Scope.READ: frozenset({Permission.READ, Permission.REPORTS}),
    Scope.WRITE: frozenset(
        {Permission.READ, Permission.REPORTS, Permission.REVISE, Permission.SIGN, Permission.CURATE}
    ),
    Scope.ADMIN: frozenset(Permission),
}


class Token(Model):
    """A secret that a program sends instead of signing in. Shown once, kept as its fingerprint."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    shown: Mapped[str] = mapped_column(sa.String(24))  # how it begins, to tell it from others
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    scope: Mapped[Scope] = mapped_column(word(Scope))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined")

    @classmethod
    def make(
        cls, user: User, *, name: str, scope: Scope, by: User | None, days: int = USUAL_LIFE
    ) -> tuple[Token, str]:
        """A new token for `user`, and its secret, which is told once and kept nowhere.

        Raises:
            Invalid: the name is empty or too long; it would live for less than a day or more than a year.
        """
        name = " ".join(name.split())
        problems = []
        if not name or len(name) > LONGEST_NAME or CONTROLS.search(name):
            problems.append(Problem("name", f"Say what it is for, in at most {LONGEST_NAME} characters."))
        if not 1 <= days <= LONGEST_LIFE:
            problems.append(Problem("days", f"A token lives for 1 to {LONGEST_LIFE} days."))
        if problems:
            raise Invalid(problems)
        secret = _secret()
        moment = clock.now()
        token = cls(
            user_id=user.id,
            name=name,
            shown=secret[:SHOWN_CHARACTERS],
            hash=fingerprint(secret),
            scope=scope,
            created_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        db.session.add(token)
        AuditRecord.note(
            "make token", f"people/{user.handle}", by=by, name=name, scope=scope.value, days=days
        )
        return token, secret

    @classmethod
    def owned_by(cls, user: User) -> list[Token]:
        """The person's living tokens, newest first."""
        own = sa.select(cls).where(
            cls.user_id == user.id, cls.revoked_at.is_(None), cls.expires_at > clock.now()
        )
        return list(db.session.scalars(own.order_by(cls.id.desc())))

    @classmethod
    def of(cls, secret: str) -> Token | None:
        """The living token whose secret this is; found by its fingerprint, so that no clock tells how much fits.

        One that was mistyped, or made up, does not fit its checksum and is not looked for.
        """
        parts = _SECRET.fullmatch(secret)
        if parts is None or parts[2] != _checksum(parts[1]):
            return None
        token = cls.kept(secret)
        if token is None or not token.lives():
            return None
        token._note_use()
        return token

    @classmethod
    def kept(cls, secret: str) -> Token | None:
        """The token whose secret this is or was, whether it lives or not."""
        return db.session.scalar(_OF, {"fingerprint": fingerprint(secret)})

    def lives(self) -> bool:
        return self.revoked_at is None and self.expires_at > clock.now() and self.user.disabled_at is None

    def carries(self, permission: Permission) -> bool:
        """Whether both the scope and the role of its person hold the permission."""
        return permission in CARRIES[self.scope] and self.user.can(permission)

    def revoke(self, *, by: User | None) -> None:
        """End the token for good. Where it has ended, nothing changes."""
        if self.revoked_at is None:
            self.revoked_at = clock.now()
            AuditRecord.note("revoke token", f"people/{self.user.handle}", by=by, name=self.name)

    def _note_use(self) -> None:
        """Write down that it was used, now and then. Whoever asks is not refused because somebody else writes."""
        moment = clock.now()
        if self.used_at is not None and self.used_at > moment - USED_EVERY:
            return
        with suppress(sa.exc.OperationalError, sa.exc.TimeoutError), quick() as connection:
            connection.execute(sa.update(Token).where(Token.id == self.id).values(used_at=moment))


_OF = sa.select(Token).where(Token.hash == sa.bindparam("fingerprint"))  # asked with every call


def _secret() -> str:
    random = "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return f"{PREFIX}{random}{_checksum(random)}"


def _checksum(random: str) -> str:
    return f"{zlib.crc32(random.encode()):08x}"
