"""The one way a piece of work is saved."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from playbook import search
from playbook.db import transaction

log = logging.getLogger(__name__)


@contextmanager
def saving() -> Iterator[Session]:
    """Everything inside is committed together; then the followers catch up.

    Do what is slow (reading a document, hashing a password) before. A follower that fails is logged
    and catches up later: what is saved is saved.
    """
    with transaction() as session:
        yield session
    catch_up()


def catch_up() -> None:
    """Let the search index take in what was saved."""
    try:
        search.catch_up()
    except Exception:  # whatever happens to the index, the work is saved
        log.exception("The search index could not catch up; the next search will.")
