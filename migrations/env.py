"""How Alembic reaches the database: through the application, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from playbook.db import Moment, db


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Write our own column types as the plain ones they are, so that migrations import nothing of ours."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


@contextmanager
def links_unwatched(connection: sa.Connection) -> Iterator[None]:
    """SQLite changes a table by making another and dropping it, and would drop with it all that points there."""
    if not on_sqlite(connection):
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction, so it comes before
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def on_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"


def refuse_broken_links(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if on_sqlite(connection) else []
    if broken:
        raise RuntimeError(f"Rows would point to nothing after this migration: {broken[:10]}")


def run() -> None:
    with current_app.app_context(), db.engine.connect() as connection, links_unwatched(connection):
        connection = connection.execution_options(sqlite_begin="IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transactional_ddl=True,  # on SQLite too, because playbook.db and not the driver begins
        )
        with context.begin_transaction():
            context.run_migrations()
            refuse_broken_links(connection)


run()
