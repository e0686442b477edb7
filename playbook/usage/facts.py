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


def insert(
    connection: sa.Connection,
    model: type[UsageEvent] | type[SearchQuery],
    row: Mapping[str, Any],
    *,
    when: sa.ColumnElement[bool],
    source: sa.FromClause | None = None,
) -> None:
    """Insert the row if `when` holds, or one row for each row of `source` for which it does.

    One statement: nobody can come between the question and the answer. Values may be expressions.
    """
    columns = model.__table__.c
    values = [
        value if isinstance(value, sa.ColumnElement) else sa.literal(value, columns[name].type)
        for name, value in row.items()
    ]
    told = sa.select(*values).where(when)
    if source is not None:
        told = told.select_from(source)
    connection.execute(sa.insert(model).from_select(list(row), told))
