"""People."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from slugify import slugify
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import Model, db, word
from playbook.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
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


SIGNING = (Team.SALES, Team.MARKETING)  # the teams whose signatures are kept
ERASED = "erased.invalid"  # the domain of nobody: RFC 2606 keeps it from ever being one


class Digest(StrEnum):
    """How often a person is mailed what they were told."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


class Standing(StrEnum):
    """How a person stands to the playbook."""

    INVITED = "invited"  # no password yet
    ACTIVE = "active"
    DISABLED = "disabled"
    ERASED = "erased"


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
    digest: Mapped[Digest] = mapped_column(word(Digest), default=Digest.DAILY, server_default="daily")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    # Raised whenever every session of the person has to end.
    auth_epoch: Mapped[int] = mapped_column(default=0)
    # Raised whenever the private address of the person's calendar has to end.
    calendar_turn: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @classmethod
    def invite(
        cls,
        *,
        email: str,
        name: str,
        role: Role,
        team: Team = Team.OTHER,
        signs_for: Team | None = None,
        demonstration: bool = False,
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
            signs_for=signs_for,
            demonstration=demonstration,
            handle=_free_handle(name, email),
            auth_epoch=0,
            created_at=clock.now(),
        )
        db.session.add(user)
        db.session.flush()
        return user

    @classmethod
    def with_id(cls, id: int) -> User:
        """The person with this number.

        Raises:
            NotFound: there is none, or they have been erased.
        """
        user = db.session.get(cls, id)
        if user is None or user.standing is Standing.ERASED:
            raise NotFound("There is no such person.")
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

    @property
    def standing(self) -> Standing:
        if self.email.endswith(f"@{ERASED}"):
            return Standing.ERASED
        if self.disabled_at is not None:
            return Standing.DISABLED
        return Standing.ACTIVE if self.password_hash else Standing.INVITED

    def set_password(self, hashed: str) -> None:
        """Take a password hashed by `hash_password`; every session of the person ends."""
        self.password_hash = hashed
        self.end_sessions()

    def renew_hash(self, kept: str, fresher: str) -> None:
        """Keep the same password under a newer hash, unless it was changed meanwhile. No session ends."""
        if self.password_hash == kept:
            self.password_hash = fresher

    def end_sessions(self) -> None:
        """Sign the person out everywhere."""
        self.auth_epoch += 1

    def end_calendar(self) -> None:
        """Have the private address of one's calendar lead nowhere any more; there is another from now on."""
        self.calendar_turn += 1

    def take_role(self, role: Role, *, by: User | None) -> None:
        """Do other work from now on. A new role ends every session of the person; the same one ends none.

        Raises:
            NotAllowed: it is one's own role.
            Conflict: the person is the last administrator.
        """
        if role is self.role:
            return
        if by is not None and by.id == self.id:
            raise NotAllowed("Nobody changes their own role. Ask another administrator.")
        self._leave_an_administrator()
        self.role = role
        self.end_sessions()

    def disable(self) -> None:
        """Keep the name on what was written, let nobody in by this account any more.

        Raises:
            Conflict: the person is the last administrator.
        """
        self._leave_an_administrator()
        self.disabled_at = clock.now()
        self.end_sessions()

    def enable(self) -> None:
        """Let the person in again; earlier sessions stay ended."""
        self.disabled_at = None

    def _leave_an_administrator(self) -> None:
        # Every administrator is locked, so that of two who dismiss each other one is refused.
        if self.role is not Role.ADMIN or self.disabled_at is not None or self.demonstration:
            return
        administrators = sa.select(User.id).where(
            User.role == Role.ADMIN, User.disabled_at.is_(None), User.demonstration.is_(False)
        )
        if set(db.session.scalars(administrators.order_by(User.id).with_for_update())) <= {self.id}:
            raise Conflict("Somebody has to look after the playbook: make somebody else administrator first.")


def _introduction(name: str, email: str, *, unless_of: User | None = None) -> tuple[str, str]:
    email = email.strip().lower()
    name = " ".join(name.split())
    problems = []
    if not EMAIL.match(email) or email.endswith(f"@{ERASED}"):
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


def was_erased(handle: str) -> bool:
    """Whether an erased person had this handle. Documents may name it still, and nobody may step into their place."""
    from playbook.models.audit import AuditRecord  # which knows people

    erased = sa.select(AuditRecord.detail).where(AuditRecord.action == "erase person")
    return any(
        detail.get("was") == hashlib.sha256(handle.encode()).hexdigest()
        for detail in db.session.scalars(erased)
    )


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
    while handle in taken or was_erased(handle):
        number += 1
        handle = f"{base}.{number}"
    return handle
