"""What a person shows beside the password: a code that changes every 30 seconds, or one kept for a bad day."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

import pyotp
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import Model, db
from playbook.errors import Conflict
from playbook.models.session import fingerprint
from playbook.models.user import User

STEP = 30  # seconds that a code lasts (RFC 6238)
AROUND = (0, -1, 1)  # steps: a telephone's clock may be half a minute off, and fingers are slow
TO_CONFIRM = timedelta(minutes=30)  # after that a new secret is made, in case somebody saw the screen
RECOVERY_CODES = 10
RECOVERY_CHARACTERS = 16  # of 31, which is 79 bits
UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like others


class SecondFactor(Model):
    """The secret that a person's telephone shares with us. It counts once it was confirmed with a code."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)  # of 30 seconds: a code is good once

    @classmethod
    def of(cls, user: User) -> SecondFactor | None:
        """The person's second factor, if it counts."""
        factor = db.session.get(cls, user.id)
        return factor if factor is not None and factor.confirmed_at is not None else None

    @classmethod
    def begun(cls, user: User) -> SecondFactor | None:
        """The one that waits for its first code."""
        factor = db.session.get(cls, user.id)
        if factor is None or factor.confirmed_at is not None or factor.created_at < clock.now() - TO_CONFIRM:
            return None
        return factor

    @classmethod
    def begin(cls, user: User) -> SecondFactor:
        """A new secret that waits for its first code, instead of one that waited.

        Raises:
            Conflict: the person has a second factor.
        """
        factor = db.session.get(cls, user.id)
        if factor is None:
            factor = cls(user_id=user.id)
            db.session.add(factor)
        elif factor.confirmed_at is not None:
            raise Conflict("You have a second factor already. Turn it off to set up another.")
        factor.secret = pyotp.random_base32()
        factor.created_at = clock.now()
        factor.confirmed_at = None
        factor.last_step = 0
        return factor

    def address(self, user: User) -> str:
        """What a telephone reads from the picture."""
        return pyotp.TOTP(self.secret).provisioning_uri(name=user.email, issuer_name="Playbook")

    def confirm(self, code: str) -> list[str] | None:
        """Let it count from now on, if the code is right; the recovery codes, which nobody sees again.

        Every session of the person ends, because they were begun without it.
        """
        if not self._takes(code):
            return None
        self.confirmed_at = clock.now()
        db.session.get_one(User, self.user_id).end_sessions()
        return self.new_recovery_codes()

    def accept(self, code: str) -> bool:
        """Whether the code is right: one of the telephone, or a recovery code. Either is good once."""
        return self._takes(code) or self._recovers(code)

    def new_recovery_codes(self) -> list[str]:
        """Ten new ones; the earlier are worth nothing."""
        db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == self.user_id))
        codes = [
            "".join(secrets.choice(UNMISTAKABLE) for _ in range(RECOVERY_CHARACTERS))
            for _ in range(RECOVERY_CODES)
        ]
        db.session.add_all(RecoveryCode(id=fingerprint(code), user_id=self.user_id) for code in codes)
        return ["-".join(code[at : at + 4] for at in range(0, RECOVERY_CHARACTERS, 4)) for code in codes]

    def remove(self) -> None:
        """From now on the password is enough."""
        db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == self.user_id))
        db.session.delete(self)

    def _takes(self, code: str) -> bool:
        typed = "".join(code.split())
        if not (len(typed) == 6 and typed.isascii() and typed.isdigit()):
            return False
        now = int(clock.now().timestamp()) // STEP
        codes = pyotp.TOTP(self.secret)
        right = [now + off for off in AROUND if hmac.compare_digest(codes.at((now + off) * STEP), typed)]
        if not right:
            return False
        # One statement: of two who send the same code at once, one is let in.
        spend = sa.update(SecondFactor).where(
            SecondFactor.user_id == self.user_id, SecondFactor.last_step < right[0]
        )
        return _changed_one(spend.values(last_step=right[0]))

    def _recovers(self, code: str) -> bool:
        typed = "".join(code.split()).replace("-", "").lower()
        if len(typed) != RECOVERY_CHARACTERS or not typed.isascii():
            return False
        spend = sa.update(RecoveryCode).where(
            RecoveryCode.id == fingerprint(typed),
            RecoveryCode.user_id == self.user_id,
            RecoveryCode.used_at.is_(None),
        )
        return _changed_one(spend.values(used_at=clock.now()))


class RecoveryCode(Model):
    """One of the codes that stand in for a lost telephone, each once. Kept as its fingerprint."""

    __tablename__ = "recovery_code"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]

    @classmethod
    def left(cls, user: User) -> int:
        """How many of the person's recovery codes are unused."""
        unused = sa.select(sa.func.count()).where(cls.user_id == user.id, cls.used_at.is_(None))
        return db.session.scalar(unused) or 0


def _changed_one(statement: sa.Update) -> bool:
    return bool(db.session.execute(statement).rowcount == 1)  # type: ignore[attr-defined]
