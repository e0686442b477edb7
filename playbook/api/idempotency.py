"""Idempotency-Key: a request that is sent again, because its answer was lost, is answered and not done again.

The answer is kept in the transaction that does the work. A crash before its commit leaves neither, and
the request can be sent again; a crash after it leaves both, and the answer is given again. Two that are
sent at once take turns: the second waits for the first to commit and gets its answer. A refusal is not
kept, because nothing was done: the same key can be sent again with the fault mended.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request
from sqlalchemy.exc import IntegrityError

from playbook.api.access import reader
from playbook.errors import Invalid, Problem
from playbook.models import KeptAnswer
from playbook.work import saving

HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,120}")
KEPT = ("Content-Type", "Location", "ETag")

View = Callable[..., Any]


def again(view: View) -> View:
    """Give the kept answer to a request that was done before. Stands below `@allow`, above everything else,
    for a repeated request need not fit any more: its slug is taken, by itself."""

    @wraps(view)
    def looked_up(**given: Any) -> Any:
        kept = KeptAnswer.of(reader(), key) if (key := asked_key()) else None
        return repeated(kept) if kept is not None else view(**given)

    return looked_up


def once(work: Callable[[], Response]) -> Response:
    """Save a piece of work and keep what it answers; `work` runs inside the transaction.

    What it answers stands in the database for a day: it must hold no secret.

    Raises:
        Invalid: the key was sent before with another request.
    """
    key = asked_key()
    if not key:
        with saving():
            return work()
    try:
        with saving():
            kept = KeptAnswer.of(reader(), key)
            if kept is not None:
                return repeated(kept)
            kept = KeptAnswer.begin(reader(), key, request=fingerprint())
            made = work()
            headers = {name: made.headers[name] for name in KEPT if name in made.headers}
            kept.finish(status=made.status_code, headers=headers, body=made.get_data(as_text=True))
            return made
    except IntegrityError:
        kept = KeptAnswer.of(reader(), key)
        if kept is None:
            raise
        return repeated(kept)


def repeated(kept: KeptAnswer) -> Response:
    """The kept answer, and the word that it is one.

    Raises:
        Invalid: the key came with another request.
    """
    if kept.request != fingerprint():
        raise Invalid([Problem(HEADER, "This key was sent before, with another request.")])
    made = Response(kept.body, kept.status)
    made.headers.update(kept.headers)
    made.headers["Idempotent-Replayed"] = "true"
    return made


def asked_key() -> str:
    """The key; nothing where there is none.

    Raises:
        Invalid: it holds other than 1 to 120 visible ASCII characters.
    """
    if HEADER not in request.headers:
        return ""
    key = request.headers[HEADER].strip()
    if not KEY.fullmatch(key):
        raise Invalid([Problem(HEADER, "1 to 120 visible ASCII characters.")])
    return key


def fingerprint() -> str:
    """What makes two requests the same: method, address, type and body."""
    parts = (request.method, request.full_path, request.mimetype)
    told = hashlib.sha256("\n".join(parts).encode("utf-8", "replace"))
    told.update(b"\n")
    told.update(request.get_data(cache=True))
    return told.hexdigest()
