"""The database: one declarative base, two ways in.

Truth is written inside `transaction()` and is on the disk when it returns. Usage, of which a power
cut may take the last second, goes through `quick()`, whose commits do not wait for the disk.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Session, registry

try:
    # The wheel brings an SQLite without the WAL-reset fault of the versions that systems ship.
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # pragma: no cover - platforms without the wheel
    import sqlite3 as sqlite

log = logging.getLogger(__name__)

LOCK_SECONDS = 15  # how long a writer waits for another before it gives up
QUICK_LOCK_SECONDS = 2  # the same for usage: a page is worth more than counting that it was opened


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite keeps it without its zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word(kind: type[StrEnum]) -> sa.Enum:
    """A column that holds one of the words of `kind`, as text."""
    return sa.Enum(
        kind, native_enum=False, length=20, values_callable=lambda words: [each.value for each in words]
    )


class Base(DeclarativeBase):
    """Names constraints, so that migrations can change them on SQLite too."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    registry = registry(metadata=metadata, type_annotation_map={datetime: Moment, dict[str, Any]: sa.JSON})


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def engine_options(url: str, *, threads: int) -> dict[str, Any]:
    """How to connect to `url`, for a process that serves with `threads` threads."""
    if url.startswith("sqlite"):
        return {
            "module": sqlite,
            "connect_args": {"timeout": LOCK_SECONDS},
            "pool_size": threads,
            "max_overflow": 4,
        }
    return {
        "pool_size": threads,
        "max_overflow": 4,
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "connect_args": {
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000 -c lock_timeout=15000",
        },
    }


def install(app: Flask) -> None:
    """Attach the database to the application."""
    db.init_app(app)
    with app.app_context():
        for name, engine in db.engines.items():
            if engine.dialect.name == "sqlite":
                _prepare_sqlite(engine, durable=name is None)


def _prepare_sqlite(engine: sa.Engine, *, durable: bool) -> None:
    pragmas = (
        "journal_mode=WAL",
        f"synchronous={'FULL' if durable else 'NORMAL'}",
        "foreign_keys=ON",
        f"busy_timeout={(LOCK_SECONDS if durable else QUICK_LOCK_SECONDS) * 1000}",
        "journal_size_limit=67108864",
        "trusted_schema=OFF",
        "cell_size_check=ON",
    )

    usual = "DEFERRED" if durable else "IMMEDIATE"

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin or commit behind our back
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A transaction that reads first and writes later fails at once when somebody else wrote in between.
        how = connection.get_execution_options().get("sqlite_begin", usual)
        connection.exec_driver_sql(f"BEGIN {how}")


@event.listens_for(Session, "before_flush")
def _refuse_to_write_outside_a_transaction(session: Session, *_: object) -> None:
    if not session.info.get("writing"):
        raise RuntimeError("written outside transaction(): wrap the work in `with saving():`")


@contextmanager
def transaction() -> Iterator[Session]:
    """One short write: everything inside is committed together and is on the disk, or nothing is.

    Raises:
        RuntimeError: something was changed before the transaction began.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changed before transaction() began")
    if session.info.get("writing"):
        raise RuntimeError("transactions do not nest")
    session.rollback()  # let go of the read snapshot, and of rows that others may have changed
    session.expire_all()
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    session.info["writing"] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


# Threads of one process take turns here: SQLite lets those who wait sleep for up to a tenth of a second
# and is not fair to them.
_turn = threading.Lock()


@contextmanager
def quick() -> Iterator[sa.Connection]:
    """A connection for usage facts, committed at the end without waiting for the disk.

    Raises:
        sa.exc.TimeoutError, sa.exc.OperationalError: others are writing for longer than QUICK_LOCK_SECONDS.
    """
    if not _turn.acquire(timeout=QUICK_LOCK_SECONDS):
        raise sa.exc.TimeoutError("other threads are writing")
    try:
        with db.engines["quick"].begin() as connection:
            yield connection
    finally:
        _turn.release()
