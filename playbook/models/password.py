"""Passwords: hashed with argon2id, and checked at the same cost whoever asks."""

from __future__ import annotations

import secrets
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from playbook.db import db
from playbook.errors import Invalid, Problem
from playbook.models.user import EMAIL, User

# OWASP's first choice, between its minimum and the library's default: 46 MiB, one pass.
HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
PASSWORD_CHARACTERS = (15, 128)  # the only factor, so long; capped before hashing


def hash_password(password: str) -> str:
    """Hash a new password; slow on purpose, so call it before the transaction.

    Raises:
        Invalid: fewer than 15 or more than 128 characters, or half a character among them.
    """
    low, high = PASSWORD_CHARACTERS
    if not low <= len(password) <= high:
        raise Invalid([Problem("password", f"Between {low} and {high} characters, any you like.")])
    try:
        return HASHER.hash(password)
    except UnicodeEncodeError as refusal:
        raise Invalid([Problem("password", "This holds a character that cannot be kept.")]) from refusal


@cache
def _nobody() -> str:
    """A hash to check when nobody has the address, so that the answer takes as long."""
    return HASHER.hash(secrets.token_urlsafe(24))


def recognise(email: str, password: str) -> User | None:
    """The person whose address and password these are; None if it is nobody or they may not come in."""
    email = email.strip().lower()
    user = db.session.scalar(sa.select(User).where(User.email == email)) if EMAIL.match(email) else None
    stored = user.password_hash if user is not None and user.password_hash else _nobody()
    if len(password) > PASSWORD_CHARACTERS[1]:
        return None
    try:
        HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return None
    return user if user is not None and user.password_hash and user.disabled_at is None else None
