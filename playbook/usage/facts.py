"""How a fact is written: inserted once, never changed, and never in anybody's way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec

import sqlalchemy as sa

from playbook.models import SearchQuery, UsageEvent

log = logging.getLogger(__name__)

Given = ParamSpec("Given")


def beside_the_page(record: Callable[Given, None]) -> Callable[Given, None]:
    """Log whatever goes wrong: nobody came here to be counted."""

    @wraps(record)
    def tried(*args: Given.args, **kwargs: Given.kwargs) -> None:
        try:
            record(*args, **kwargs)
        except Exception:
            log.exception("Use was not recorded (%s)", record.__name__)

    return tried


def one_at_a_time(connection: sa.Connection, *about: int) -> None:
    """Let nobody else write about the same (at most two numbers) until the transaction ends.

    Whoever asks first whether a row is there would on PostgreSQL not see the row of somebody who
    writes at the same moment. SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(*about)))


def inserted(
    model: type[UsageEvent] | type[SearchQuery],
    row: Mapping[str, Any],
    *,
    when: sa.ColumnElement[bool],
) -> sa.Insert:
    """The statement that inserts a row if `when` holds. Values are expressions, or names of parameters."""
    columns = model.__table__.c
    values = [
        sa.bindparam(value, type_=columns[name].type) if isinstance(value, str) else value
        for name, value in row.items()
    ]
    return sa.insert(model).from_select(list(row), sa.select(*values).where(when))
