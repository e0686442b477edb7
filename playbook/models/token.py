"""Tokens: how a program shows whom it works for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from playbook.db import Model, word
from playbook.models.permission import Permission
from playbook.models.user import User


class Scope(StrEnum):
    """How much of a person's permissions a token carries."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


CARRIES: dict[Scope, frozenset[Permission]] = {
    Scope.READ: frozenset({Permission.READ, Permission.REPORTS}),
    Scope.WRITE: frozenset({Permission.READ, Permission.REPORTS, Permission.REVISE, Permission.PUBLISH}),
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
