"""Answers kept so that a program that sends the same request again is answered the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model


class KeptAnswer(Model):
    """What was answered to a request with an Idempotency-Key."""

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
