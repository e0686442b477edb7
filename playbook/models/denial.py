"""Attempts that were refused, written down so that an administrator sees who keeps trying what."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from playbook.db import quick
from playbook.errors import TooMany
from playbook.models.audit import DENIED, AuditRecord
from playbook.models.throttle import Limit, place, take
from playbook.models.user import CONTROLS, User

log = logging.getLogger(__name__)

# Nobody fills the disk by being refused: so many of one person, or from one address, and so many of strangers
# in all. The last says that it is the last.
OF_ONE = Limit("denied", 20, timedelta(hours=1))
OF_STRANGERS = Limit("denied strangers", 300, timedelta(hours=1))
WAITS = "2s"  # for whoever is recording something else; a refusal is worth more than its record


def deny(thing: str, *, by: User | None, address: str, why: str, **detail: Any) -> None:
    """Record that something was refused. `thing` is the path that was asked for, or whose account it was about.

    It never fails and takes no part in what is going on: call it outside of any transaction. Its commit waits
    for no disk.
    """
    counters = [OF_ONE.of(by.id if by is not None else place(address))]
    if by is None:
        counters.append(OF_STRANGERS.of())
    try:
        left = take(*counters)
        if not left:
            detail["last"] = True
        with quick() as connection, Session(connection, info={"writing": True}) as session:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{WAITS}'"))
            AuditRecord.note(
                DENIED, CONTROLS.sub("", thing).lstrip("/"), by=by, session=session, why=why, **detail
            )
            session.commit()
    except TooMany:
        return
    except SQLAlchemyError as error:
        log.warning("A refusal could not be recorded: %s", error)
