"""Erasing an entry, and what a database and an index leave behind of what was deleted."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from playbook import search
from playbook.db import db
from playbook.errors import PlaybookError
from playbook.models import Entry, User, erasure
from playbook.work import saving

log = logging.getLogger(__name__)


def erase_for_good(entry: Entry, *, by: User, reason: str, typed: str) -> None:
    """Erase an entry as `models.erasure` says, and leave no words of it in the files either.

    SQLite writes zeros over what it deletes, and the index is built anew, because both otherwise keep
    deleted words until they need the room. Copies made before, such as backups and exports, are not
    reached.

    Raises:
        Invalid: there is no reason, or another slug was typed.
        NotFound: the entry is gone already.
    """
    slug = entry.slug
    with saving() as session:
        if _is_sqlite():
            session.execute(sa.text("PRAGMA secure_delete = ON"))
        erasure.erase_for_good(Entry.find(slug, reader=by, lock=True), by=by, reason=reason, typed=typed)
    try:
        if _is_sqlite():
            connection = db.engine.raw_connection()  # any other would begin a transaction first
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()
        search.rebuild()
    except (PlaybookError, sa.exc.DBAPIError):  # erased it is, whatever its traces
        log.exception("Traces of what was erased may stay until `playbook index rebuild`")


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"
