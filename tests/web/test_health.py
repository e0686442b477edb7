from __future__ import annotations

import shutil

from flask import Flask

from config import Settings
from playbook.db import db
from tests.world import World


def test_a_process_that_lives_says_so_without_asking_anybody(app: Flask) -> None:
    answer = app.test_client().get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers


def test_a_process_is_ready_once_its_database_answers(app: Flask, world: World) -> None:
    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_an_index_that_is_gone_is_told_and_does_not_stop_anybody(
    app: Flask, world: World, settings: Settings
) -> None:
    world.write("price")
    shutil.rmtree(settings.instance / "index")

    answer = app.test_client().get("/readyz")

    assert (answer.status_code, answer.text) == (200, "ready; the index is being rebuilt\n")


def test_a_process_without_its_database_is_not_ready_and_lives(app: Flask, settings: Settings) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    (settings.instance / "playbook.db").unlink()
    (settings.instance / "playbook.db").mkdir()
    client = app.test_client()

    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)
