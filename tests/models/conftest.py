"""Every model test runs twice: on SQLite in a file, and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Settings
from playbook.app import create_app
from tests.postgres import Server
from tests.world import close, prepare

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def prepared_postgres(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with every table, copied for each test because making it takes longer."""
    url = postgres.empty()
    app = create_app(Settings(instance=tmp_path_factory.mktemp("prepared"), database_url=with_driver(url)))
    prepare(app)
    close(app)
    return url


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with every table; empty for the one in the instance folder."""
    if request.param == "sqlite":
        yield ""
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.copy(request.getfixturevalue("prepared_postgres"))
    yield with_driver(url)
    server.drop(url)


@pytest.fixture
def settings(database: str, settings: Settings, tmp_path: Path) -> Settings:
    """The settings of world.py, with the database of the test."""
    return Settings(instance=settings.instance, database_url=database, threads=settings.threads)


def with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")
