from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT, Settings
from playbook.app import create_app, secret_key
from playbook.db import db, sqlite
from tests.world import World, close


def test_an_instance_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    close(create_app(Settings(instance=tmp_path / "made" / "here")))

    assert stat.S_IMODE((tmp_path / "made/here").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "made/here/secret_key").stat().st_mode) == 0o600


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    apps = [create_app(Settings(instance=tmp_path)) for _ in range(2)]
    for app in apps:
        close(app)

    assert apps[0].secret_key == apps[1].secret_key == (tmp_path / "secret_key").read_text()
    assert len(str(apps[0].secret_key)) == 64
    assert sorted(
        path.name for path in tmp_path.iterdir() if path.is_file() and "playbook.db" not in path.name
    ) == ["secret_key"]


def test_many_who_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: secret_key(tmp_path / "secret_key"), range(64)))

    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_key_that_is_given_is_used_and_none_is_made(tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path, secret_key="k" * 40))
    close(app)

    assert app.secret_key == "k" * 40
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("text", ["", "short\n", "\n"])
def test_a_key_that_is_too_short_stops_the_start(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret_key").write_text(text)

    with pytest.raises(RuntimeError, match="secret_key"):
        create_app(Settings(instance=tmp_path))


def test_debug_mode_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(RuntimeError, match="Debug mode"):
        create_app(Settings(instance=tmp_path))


def test_two_applications_do_not_share_their_databases(tmp_path: Path, app: Flask, world: World) -> None:
    other = create_app(Settings(instance=tmp_path / "other"))
    with other.app_context():
        there = str(db.engine.url)
    with app.app_context():
        here = str(db.engine.url)
    close(other)

    assert there != here


def test_sqlite_is_one_without_the_fault_that_damages_files() -> None:
    assert sqlite.sqlite_version_info >= (3, 51, 3)


def test_the_server_finds_the_application(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import wsgi; print(type(wsgi.app).__name__)"],
        cwd=ROOT,
        env={**os.environ, "PLAYBOOK_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stdout) == (0, "Flask\n"), told.stderr
