"""What a person shows beside the password: a code that changes every 30 seconds, or one kept for a bad day."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model


class SecondFactor(Model):
    """The secret that a person's telephone shares with us. It counts once it was confirmed with a code."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)  # of 30 seconds: a code is good once


class RecoveryCode(Model):
    """One of the codes that stand in for a lost telephone, each once. Kept as its fingerprint."""

    __tablename__ = "recovery_code"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]
