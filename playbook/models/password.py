"""Passwords: hashed with argon2id, and checked at the same cost whoever asks."""

from __future__ import annotations

import secrets
from functools import cache
from threading import BoundedSemaphore

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from playbook.db import db
from playbook.errors import Invalid, Problem
from playbook.models.guessable import is_guessable
from playbook.models.user import EMAIL, User

# OWASP's first choice, between its minimum and the library's default: 46 MiB, one pass.
HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
PASSWORD_CHARACTERS = (15, 128)  # may be the only factor, so long; capped before hashing

# Each hash takes 46 MiB and a core: however many sign in at once, one process makes two, and the others wait.
_two_at_once = BoundedSemaphore(2)


def hash_password(password: str, *, field: str = "password", own: tuple[str, ...] = ()) -> str:
    """Hash a new password; slow on purpose, so call it before the transaction. `own`: what is known of the person.

    Raises:
        Invalid: fewer than 15 or more than 128 characters, half a character among them, or one of the
            first that anybody tries. Names `field`.
    """
    low, high = PASSWORD_CHARACTERS
    if not low <= len(password) <= high:
        raise Invalid([Problem(field, f"Between {low} and {high} characters, any you like.")])
    if is_guessable(password, own=own):
        raise Invalid(
            [Problem(field, "That is one of the first that people try. A few words of your own are better.")]
        )
    try:
        with _two_at_once:
            return HASHER.hash(password)
    except UnicodeEncodeError as refusal:
        raise Invalid([Problem(field, "This holds a character that cannot be kept.")]) from refusal


@cache
def _nobody() -> str:
    """A hash to check when nobody has the address, so that the answer takes as long."""
    return HASHER.hash(secrets.token_urlsafe(24))


def recognise(email: str, password: str) -> User | None:
    """The person whose address and password these are; None if it is nobody or they may not come in."""
    email = email.strip().lower()
    user = db.session.scalar(sa.select(User).where(User.email == email)) if EMAIL.match(email) else None
    is_right = _fits(user.password_hash if user is not None else None, password)
    return user if is_right and user is not None and user.disabled_at is None else None


def confirms(user: User, password: str) -> bool:
    """Whether this is the password of somebody who is signed in already."""
    return _fits(user.password_hash, password)


def fresher_hash(user: User, password: str) -> tuple[str, str] | None:
    """The hash of a password just recognised and the one to keep instead, if the cost has changed since.

    Slow, so call it before the transaction, and `User.renew_hash` inside.
    """
    kept = user.password_hash
    if kept is None or not HASHER.check_needs_rehash(kept):
        return None
    with _two_at_once:
        return kept, HASHER.hash(password)


def _fits(stored: str | None, password: str) -> bool:
    if len(password) > PASSWORD_CHARACTERS[1]:
        return False
    checked = stored or _nobody()
    try:
        with _two_at_once:
            HASHER.verify(checked, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return stored is not None
