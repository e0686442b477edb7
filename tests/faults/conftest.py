"""Faults are tried on SQLite in a file and on PostgreSQL, by processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from config import ROOT, Settings
from tests.faults.server import Server
from tests.models.conftest import database, made_on_postgres, settings

__all__ = ["database", "made_on_postgres", "settings"]


@dataclass
class Writers:
    """Processes that save in the instance of the test."""

    process: subprocess.Popen[str]
    errors: Path
    told: list[int] = field(default_factory=list)
    """The versions that any of them was told are kept."""

    def begin(self, slug: str, *names: str, count: int = 0) -> None:
        self.give.write(f"{slug} {count} {' '.join(names)}\n")
        self.give.flush()

    def hear(self) -> str:
        """The next line: "pid N", "done STATUS …", or the number of a version, which is noted."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, self.errors.read_text()
        if line.isdigit():
            self.told.append(int(line))
        return line

    def hear_out(self) -> str:
        """How they all ended."""
        while not (line := self.hear()).startswith("done"):
            pass
        return line

    @property
    def give(self) -> IO[str]:
        assert self.process.stdin is not None
        return self.process.stdin


@pytest.fixture
def writers(settings: Settings, tmp_path: Path) -> Iterator[Writers]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLAYBOOK_")}
    environment |= {"PLAYBOOK_INSTANCE": str(settings.instance), "PLAYBOOK_THREADS": "1"}
    if settings.database_url:
        environment["PLAYBOOK_DATABASE_URL"] = settings.database_url
    errors = tmp_path / "errors"
    with (
        errors.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writer"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        yield Writers(process, errors)
        process.kill()


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """A server for the instance of the test; it has still to be started."""
    server = Server(settings)
    yield server
    server.kill()
