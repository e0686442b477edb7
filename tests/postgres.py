"""A real PostgreSQL for the tests: the one named, one that is installed, or the one in a wheel.

`python -m tests.postgres` says which it would be, after starting it once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.postgres_programs import NoPostgres, started


@dataclass
class Server:
    """A running PostgreSQL: `url` names a database on it from which others can be made."""

    url: str
    _numbers: Iterator[int] = field(default_factory=count)
    _made: list[str] = field(default_factory=list)

    def empty(self) -> str:
        """The URL of a new database that holds nothing."""
        return self._create("template0")

    def copy(self, url: str) -> str:
        """The URL of a new database that holds what the one at `url` holds; nobody may be connected to that."""
        return self._create(_name(url))

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name(url))
        self._made.remove(url)

    def clear(self) -> None:
        """Remove every database that was made here."""
        for url in list(self._made):
            self.drop(url)

    def _create(self, template: str) -> str:
        name = f"playbook_test_{os.getpid()}_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'", name, template)
        url = urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))
        self._made.append(url)
        return url

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


@contextmanager
def serving() -> Iterator[Server]:
    """The server named by PLAYBOOK_TEST_POSTGRES, or one started for as long as the block lasts.

    Raises:
        NoPostgres: no server could be reached or started.
    """
    named = os.environ.get("PLAYBOOK_TEST_POSTGRES", "")
    with _answering(named) if named else started() as url:
        server = Server(url)
        try:
            yield server
        finally:
            server.clear()


@contextmanager
def _answering(url: str) -> Iterator[str]:
    url = url.replace("postgresql+psycopg://", "postgresql://")
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as refusal:
        raise NoPostgres(
            f"PLAYBOOK_TEST_POSTGRES names a server that does not answer: {refusal}"
        ) from refusal
    yield url


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server on which tests make their databases."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Server) -> str:
    """A database for the session. Fill it once, then take a copy for each test: `postgres.copy(postgres_url)`."""
    return postgres.empty()


if __name__ == "__main__":
    try:
        with serving() as server, psycopg.connect(server.url) as connection:
            print(f"   {connection.execute('SHOW server_version').fetchone()[0]}", file=sys.stderr)  # type: ignore[index]
    except NoPostgres as reason:
        sys.exit(str(reason))
