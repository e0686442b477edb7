"""The link in a mail that ends mails, without signing in: who follows it shows by a signature whom it is for."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from playbook import clock
from playbook.db import db
from playbook.errors import NotFound
from playbook.models import User
from playbook.models.user import Standing

HOLDS = timedelta(days=366)
LONGEST = 200  # characters; a link of ours has some 70


def quiet_token(person: User, *, key: str) -> str:
    """What stands in the link; it holds for a year."""
    return _signer(key).dumps([person.id, clock.now().date().toordinal()])


def person_of(token: str, *, key: str) -> User:
    """Whose mails the link ends.

    Raises:
        NotFound: it is none of ours, more than a year old, or the person has left.
    """
    try:
        id, day = _signer(key).loads(token[:LONGEST])
        made = date.fromordinal(day)
    except (BadSignature, ValueError, TypeError, OverflowError) as error:
        raise NotFound("This link is none of ours.") from error
    person = db.session.get(User, id) if made >= clock.now().date() - HOLDS else None
    if person is None or person.standing in {Standing.DISABLED, Standing.ERASED}:
        raise NotFound("This link is of no use any more.")
    return person


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        key, salt="quiet", signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256}
    )
