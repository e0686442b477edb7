from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from config import ROOT

Playbook = Callable[..., Result]


@pytest.fixture
def playbook(app: Flask) -> Playbook:
    """Run a command of the application that the world lives in."""
    runner = app.test_cli_runner()

    def run(*arguments: str | Path, typed: str = "") -> Result:
        result = runner.invoke(args=[str(argument) for argument in arguments], input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


def told(result: Result) -> Any:
    """The one JSON document that a command printed."""
    assert result.exit_code in {0, 1}, result.stderr
    return json.loads(result.stdout)


@dataclass(frozen=True)
class Instance:
    """An instance of its own, used through the console command in processes of their own."""

    at: Path

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", "from playbook.cli import main; main()", *arguments],
            cwd=ROOT,
            env={**os.environ, "PLAYBOOK_INSTANCE": str(self.at), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=100)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    """A folder in which nothing has been made yet."""
    return Instance(tmp_path / "fresh")
