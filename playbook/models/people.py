"""Everybody who has an account, and what those who look after them do, with its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from playbook.db import db
from playbook.errors import Conflict, Invalid, Problem
from playbook.models.audit import AuditRecord
from playbook.models.permission import GRANTS, Permission, Role
from playbook.models.session import OneTimeLink
from playbook.models.user import ERASED, SIGNING, Standing, Team, User

ON_A_PAGE = 50


@dataclass(frozen=True)
class People:
    """One page of the people whose name, address or handle holds some words, by name.

    `number` counts from 1 and is at most `pages`; `total` is how many were found in all. Erased people are nobody.
    """

    found: Sequence[User]
    total: int
    number: int
    pages: int

    @classmethod
    def like(cls, words: str, *, page: int) -> People:
        """Those who are called so. Every character means itself, also % and _."""
        found = called(words)
        total = db.session.scalar(found.with_only_columns(sa.func.count()).order_by(None)) or 0
        pages = max(1, -(-total // ON_A_PAGE))
        number = min(max(page, 1), pages)
        rows = db.session.scalars(found.limit(ON_A_PAGE).offset((number - 1) * ON_A_PAGE)).all()
        return cls(rows, total, number, pages)


def called(words: str) -> sa.Select[User]:
    """The statement for the people whose name, address or handle holds the words, by name.

    Every character means itself, also % and _. Erased people are nobody.
    """
    said = " ".join(words.split())
    which: sa.ColumnElement[bool] = User.email.not_like(f"%@{ERASED}")
    if said:
        columns = (User.name, User.email, User.handle)
        which &= sa.or_(*(column.icontains(said, autoescape=True) for column in columns))
    return sa.select(User).where(which).order_by(sa.func.lower(User.name), User.id)


def stands(standing: Standing) -> sa.ColumnElement[bool]:
    """The clause for people of that standing; says the same as `User.standing`."""
    erased, disabled = User.email.like(f"%@{ERASED}"), User.disabled_at.is_not(None)
    comes_in = User.password_hash.is_not(None)
    return {
        Standing.ERASED: erased,
        Standing.DISABLED: ~erased & disabled,
        Standing.ACTIVE: ~erased & ~disabled & comes_in,
        Standing.INVITED: ~erased & ~disabled & ~comes_in,
    }[standing]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is decided about a person by those who look after people."""

    name: str
    email: str
    role: Role
    team: Team
    signs_for: Team | None

    @classmethod
    def of(cls, person: User) -> Facts:
        return cls(**{name: getattr(person, name) for name in cls.__dataclass_fields__})


def invite(facts: Facts, *, by: User | None) -> tuple[User, str]:
    """Make an account, and the secret of the one-time link by which its person comes in.

    Raises:
        Invalid: the e-mail address is none or is taken, the name is empty, the team or the role does not sign.
    """
    _refuse_what_does_not_sign(facts)
    person = User.invite(**{name: getattr(facts, name) for name in Facts.__dataclass_fields__})
    decided = {name: value for name, value in asdict(facts).items() if name not in {"name", "email"}}
    AuditRecord.note("invite", _thing(person), by=by, **decided)
    return person, OneTimeLink.make(person)


def change(person: User, facts: Facts, *, by: User | None) -> dict[str, object]:
    """Let other facts hold about a person; those that changed. Where none did, nothing is recorded.

    Raises:
        Invalid: the e-mail address is none or is taken, the name is empty, the team or the role does not sign.
        NotAllowed: the role is one's own.
        Conflict: the last administrator would be none any more.
    """
    _refuse_what_does_not_sign(facts)
    before = Facts.of(person)
    person.introduce(name=facts.name, email=facts.email)
    person.take_role(facts.role, by=by)
    person.team, person.signs_for = facts.team, facts.signs_for
    after = asdict(Facts.of(person))
    changed = {name: after[name] for name, value in asdict(before).items() if after[name] != value}
    if changed:
        AuditRecord.note("change", _thing(person), by=by, **changed)
    return changed


def shut_out(person: User, *, by: User | None) -> None:
    """Let nobody in by the account any more. Where that is so, nothing is recorded.

    Raises:
        Conflict: it is one's own, or that of the last administrator.
    """
    if by is not None and by.id == person.id:
        raise Conflict("This is your own account. Leave it from “Your account”.")
    if person.disabled_at is None:
        person.disable()
        AuditRecord.note("disable", _thing(person), by=by)


def let_in(person: User, *, by: User | None) -> None:
    """Open an account again that was disabled. Where it is open, nothing is recorded."""
    if person.disabled_at is not None:
        person.enable()
        AuditRecord.note("enable", _thing(person), by=by)


def link_for(person: User, *, by: User | None) -> str:
    """The secret of a new link to choose a password by; earlier ones end, the password stays until it is used.

    Raises:
        Conflict: the account is disabled.
    """
    if person.disabled_at is not None:
        raise Conflict(f"{person.name} cannot come in. Let them in again first.")
    AuditRecord.note("link", _thing(person), by=by)
    return OneTimeLink.make(person)


def _thing(person: User) -> str:
    return f"people/{person.handle}"


def _refuse_what_does_not_sign(facts: Facts) -> None:
    if facts.signs_for is None:
        return
    if facts.signs_for not in SIGNING:
        raise Invalid([Problem("signs_for", "This team does not sign.")])
    if Permission.SIGN not in GRANTS[facts.role]:
        able = ", ".join(role for role in Role if Permission.SIGN in GRANTS[role])
        message = f"The role {facts.role} does not sign. Choose one that does ({able}), or nobody here."
        raise Invalid([Problem("signs_for", message)])
