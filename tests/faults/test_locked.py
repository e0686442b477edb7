"""What a person sees while the database cannot be written, or cannot be read at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import time_machine

import playbook.db
from config import Settings
from playbook import clock
from playbook.db import sqlite
from tests.world import Browser, World, copy_of


@pytest.fixture
def settings(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """SQLite, whose writers wait for one another, and who here lose patience soon."""
    monkeypatch.setattr(playbook.db, "LOCK_SECONDS", 0.2)
    copy_of(made_once, tmp_path / "instance")
    return Settings(instance=tmp_path / "instance", threads=4)


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Somebody else is writing all the while."""
    connection = sqlite.connect(settings.instance / "playbook.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


def test_who_cannot_save_is_told_so_and_gets_the_text_back(
    world: World, browse: Callable[[str], Browser], settings: Settings
) -> None:
    world.write("price", body="First.\n")
    milo = browse("milo")
    token = milo.token()
    typed = {"csrf_token": token, "base": "1", "title": "Price", "body": "What I typed <b>\n"}
    with held(settings):
        refused = milo.post("/notes/price/edit", typed)

    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "5"
    assert "What I typed &lt;b&gt;" in refused.text
    assert milo.post("/notes/price/edit", typed).status_code == 303


def test_readers_go_on_reading_while_somebody_writes(
    world: World, browse: Callable[[str], Browser], settings: Settings
) -> None:
    world.write("price", body="First.\n")
    ana = browse("ana")
    with held(settings):
        answers = {
            path: ana.get(path).status_code
            for path in ("/", "/library", "/notes/", "/notes/price", "/healthz")
        }

    assert answers == dict.fromkeys(answers, 200)


def test_a_session_is_believed_even_if_its_last_sign_of_life_cannot_be_written_down(
    world: World, browse: Callable[[str], Browser], settings: Settings
) -> None:
    ana = browse("ana")
    with time_machine.travel(clock.now().timestamp() + 3600, tick=False), held(settings):
        assert ana.get("/notes/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/notes/price", "/sign-out"])
def test_a_database_that_is_broken_gets_a_page_that_says_so(
    world: World, browse: Callable[[str], Browser], settings: Settings, path: str
) -> None:
    world.write("price")
    ana = browse("ana")
    token = ana.token()
    with world.context(), playbook.db.db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE user_session RENAME TO gone")

    answer = ana.client.post(path, data={"csrf_token": token}) if path == "/sign-out" else ana.get(path)

    assert answer.status_code in {500, 503}
    assert "<h1>" in answer.text
    assert "user_session" not in answer.text


def test_a_file_that_is_no_database_is_a_fault_of_ours(
    settings: Settings, browse: Callable[[str], Browser], world: World
) -> None:
    ana = browse("ana")
    with world.context():
        for engine in playbook.db.db.engines.values():
            engine.dispose()
    for name in ("playbook.db-wal", "playbook.db-shm"):
        (settings.instance / name).unlink(missing_ok=True)
    (settings.instance / "playbook.db").write_bytes(b"this is no database" * 1000)

    assert ana.get("/").status_code in {500, 503}
    assert ana.get("/readyz").status_code == 503
    assert ana.get("/healthz").status_code == 200
