"""Rows exactly as the database keeps them: SQLite takes any bytes for a text, a day or a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from playbook.db import Model, Moment, db

AT_ONCE = 200  # rows in memory


@dataclass(frozen=True)
class Kept:
    """One row, and the columns of it that nobody wrote as they are."""

    values: dict[str, Any]
    spoilt: tuple[str, ...] = ()

    @property
    def id(self) -> int:
        number: int = self.values["id"]
        return number

    def of(self, model: type[Model], *names: str) -> Any:
        """The row as an object that belongs to no session; words of a vocabulary stay text."""
        return model(**{name: self.values[name] for name in names or self.values})


@dataclass(frozen=True)
class Rows:
    """The rows of a table in the order of their ids; of some columns, or of all."""

    model: type[Model]
    names: tuple[str, ...] = field(default=())

    def __iter__(self) -> Iterator[Kept]:
        table: sa.Table = self.model.__table__  # type: ignore[assignment]
        columns = [table.c[name] for name in self.names] or list(table.c)
        asked = sa.select(*(_bare(column).label(column.name) for column in columns)).order_by(table.c.id)
        last = None
        while True:
            page = asked if last is None else asked.where(table.c.id > last)
            found = db.session.execute(page.limit(AT_ONCE)).mappings().all()
            for row in found:
                yield _read(columns, row)
            if len(found) < AT_ONCE:
                return
            last = found[-1]["id"]


def _bare(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """The column without what SQLAlchemy makes of it."""
    if db.engine.dialect.name != "sqlite":
        return sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON | sa.Enum) else column
    return column if isinstance(column.type, sa.Integer) else sa.cast(column, sa.LargeBinary)


def _read(columns: list[sa.Column[Any]], row: Any) -> Kept:
    values: dict[str, Any] = {}
    spoilt = []
    for column in columns:
        try:
            values[column.name] = _value(column, row[column.name])
        except ValueError:
            values[column.name] = None
            spoilt.append(column.name)
    return Kept(values, tuple(spoilt))


def _value(column: sa.Column[Any], bare: Any) -> Any:
    """What the column says.

    Raises:
        ValueError: it is not as this software writes it.
    """
    if isinstance(bare, bytes):
        bare = bare.decode()
    if isinstance(bare, str) and isinstance(column.type, sa.JSON):
        value = json.loads(bare)
        if json.dumps(value) != bare:
            raise ValueError("spelt otherwise")
        return value
    if isinstance(bare, str) and isinstance(column.type, Moment):
        moment = datetime.fromisoformat(bare)
        if moment.isoformat(sep=" ", timespec="microseconds") != bare:
            raise ValueError("spelt otherwise")
        return moment.replace(tzinfo=UTC)
    return bare
