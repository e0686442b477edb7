"""People."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from slugify import slugify
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import Model, db, word
from playbook.errors import Invalid, Problem
from playbook.models.permission import Permission, Role
from playbook.models.permission import can as may

# Nothing of a name, and NUL and halves of characters are what databases refuse.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
EMAIL = re.compile(r"[^@\s\x00-\x1f\ud800-\udfff]{1,64}@[^@\s\x00-\x1f\ud800-\udfff]{1,190}\Z")


class Team(StrEnum):
    """Whom a person works with, and whose signature is needed."""

    SALES = "sales"
    MARKETING = "marketing"
    OTHER = "other"


class User(Model):
    """A person. `handle` is the name that documents use: owner: tomas.reyes."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    handle: Mapped[str] = mapped_column(sa.String(120), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[Role] = mapped_column(word(Role))
    team: Mapped[Team] = mapped_column(word(Team))
    signs_for: Mapped[Team | None] = mapped_column(
        word(Team)
    )  # the team whose signature this person can give
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    # Raised whenever every session of the person has to end.
    auth_epoch: Mapped[int] = mapped_column(default=0)
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @classmethod
    def invite(
        cls, *, email: str, name: str, role: Role, team: Team = Team.OTHER, demonstration: bool = False
    ) -> User:
        """Make an account without a password; a one-time link lets the person set it.

        Raises:
            Invalid: the e-mail address is none or is taken, or the name is empty.
        """
        name, email = _introduction(name, email)
        user = cls(
            email=email,
            name=name,
            role=role,
            team=team,
            demonstration=demonstration,
            handle=_free_handle(name, email),
            auth_epoch=0,
            created_at=clock.now(),
        )
        db.session.add(user)
        db.session.flush()
        return user

    def introduce(self, *, name: str, email: str) -> None:
        """Say who this person is; the handle, which documents use, follows the name of an unused account.

        Raises:
            Invalid: the e-mail address is none or is taken, or the name is empty.
        """
        name, self.email = _introduction(name, email, unless_of=self)
        if self.password_hash is None and name != self.name:
            self.handle = _free_handle(name, self.email)
        self.name = name

    # What Flask-Login asks of a person.
    is_authenticated = True

    def get_id(self) -> str:
        return str(self.id)

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    def can(self, permission: Permission) -> bool:
        """Whether this person's role holds the permission."""
        return may(self, permission)

    def set_password(self, hashed: str) -> None:
        """Take a password hashed by `hash_password`; every session of the person ends."""
        self.password_hash = hashed
        self.auth_epoch += 1

    def disable(self) -> None:
        """Keep the name on what was written, let nobody in by this account any more."""
        self.disabled_at = clock.now()
        self.auth_epoch += 1

    def enable(self) -> None:
        """Let the person in again; earlier sessions stay ended."""
        self.disabled_at = None


def _introduction(name: str, email: str, *, unless_of: User | None = None) -> tuple[str, str]:
    email = email.strip().lower()
    name = " ".join(name.split())
    problems = []
    if not EMAIL.match(email):
        problems.append(Problem("email", "This is not an e-mail address."))
    if not name:
        problems.append(Problem("name", "A name is needed."))
    if len(name) > 120:
        problems.append(Problem("name", "At most 120 characters."))
    if CONTROLS.search(name):
        problems.append(Problem("name", "This holds a character that cannot be kept."))
    if not problems:
        holder = db.session.scalar(sa.select(User.id).where(User.email == email))
        if holder is not None and (unless_of is None or holder != unless_of.id):
            problems.append(Problem("email", "Somebody has this address already."))
    if problems:
        raise Invalid(problems)
    return name, email


def _free_handle(name: str, email: str) -> str:
    base = (
        slugify(name, separator=".", max_length=100)
        or slugify(email.split("@")[0], separator=".")
        or "person"
    )
    taken = set(
        db.session.scalars(sa.select(User.handle).where(User.handle.startswith(base, autoescape=True)))
    )
    number = 1
    handle = base
    while handle in taken:
        number += 1
        handle = f"{base}.{number}"
    return handle
