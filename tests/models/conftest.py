"""Every model test runs twice: on SQLite in a file, and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from config import Settings
from playbook.app import create_app
from playbook.db import db
from tests.postgres import Server
from tests.world import close, copy_of, prepare

DATABASES = ["sqlite", "postgresql"]


@dataclass(frozen=True)
class Made:
    """An instance to copy, and the URL of its database on the server."""

    folder: Path
    url: str
    settings: list[tuple[str, str]]

    def empty(self) -> None:
        """Take out what a test left: quicker than a database of its own for each."""
        tables = [table.name for table in db.metadata.sorted_tables]
        with psycopg.connect(self.url) as connection:
            connection.execute("SET session_replication_role = replica")  # nothing watches the rows go
            for table in tables:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            for row in self.settings:
                connection.execute("INSERT INTO setting (name, value) VALUES (%s, %s)", row)


@pytest.fixture(scope="session")
def made_on_postgres(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A database with every table, used by one test after the other."""
    folder, url = tmp_path_factory.mktemp("made-on-postgres"), postgres.empty()
    app = create_app(Settings(instance=folder, database_url=with_driver(url)))
    prepare(app)
    close(app)
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT name, value::text FROM setting").fetchall()
    return Made(folder, url, [(str(name), str(value)) for name, value in rows])


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The database that the test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def settings(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """As in world.py, on the database of the test."""
    instance = tmp_path / "instance"
    if database == "sqlite":
        copy_of(request.getfixturevalue("made_once"), instance)
        yield Settings(instance=instance, threads=4)
        return
    made: Made = request.getfixturevalue("made_on_postgres")
    copy_of(made.folder, instance)
    yield Settings(instance=instance, database_url=with_driver(made.url), threads=4)
    made.empty()


def with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")
