from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from playbook import clock
from playbook.db import db
from playbook.models import KeptAnswer, Version
from tests.api.programs import Program, refused
from tests.models.conftest import database, made_on_postgres, settings
from tests.world import World

__all__ = ["database", "made_on_postgres", "settings"]  # each test runs on both databases

Programs = Callable[..., Program]

NEW = {"kind": "note", "fields": {"title": "Once"}, "body": "Words.\n"}
KEY = {"Idempotency-Key": "5f2c-1"}


def versions(world: World) -> int:
    with world.context():
        return db.session.scalar(sa.select(sa.func.count(Version.id))) or 0


def test_the_same_request_is_answered_the_same_and_done_once(world: World, program: Programs) -> None:
    milo = program("milo")

    first = milo.post("/entries", NEW, headers=KEY)
    again = milo.post("/entries", NEW, headers=KEY)

    assert first.status_code == again.status_code == 201
    assert first.data == again.data
    for name in ("Location", "ETag", "Content-Type"):
        assert first.headers[name] == again.headers[name]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert versions(world) == 1


def test_restoring_and_retiring_are_done_once(world: World, program: Programs) -> None:
    world.write("price", body="First.\n")
    world.revise("price", body="Second.\n")
    milo = program("milo")

    for _ in range(2):
        restored = milo.post("/entries/price/restore", {"version": 1}, headers={"Idempotency-Key": "a"})
        assert restored.json["version"] == 3
    for _ in range(2):
        retired = milo.post("/entries/price/retire", {"reason": "Over."}, headers={"Idempotency-Key": "b"})
        assert retired.status_code == 200


def test_a_key_belongs_to_one_request_of_one_person(world: World, program: Programs) -> None:
    milo = program("milo")
    milo.post("/entries", NEW, headers=KEY)

    refused(milo.post("/entries", {**NEW, "body": "Other.\n"}, headers=KEY), 422, "Idempotency-Key")
    refused(milo.post("/entries/once/retire", {"reason": "x"}, headers=KEY), 422, "Idempotency-Key")
    other = program("dana").post("/entries", {**NEW, "slug": "twice"}, headers=KEY)
    assert other.status_code == 201


def test_what_was_refused_can_be_mended_under_the_same_key(world: World, program: Programs) -> None:
    milo = program("milo")
    refused(milo.post("/entries", {**NEW, "slug": "No"}, headers=KEY), 422)
    assert milo.post("/entries", NEW, headers=KEY).status_code == 201


def test_a_key_is_kept_for_a_day(world: World, program: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    milo = program("milo")
    milo.post("/entries", NEW, headers=KEY)
    later = clock.now() + timedelta(hours=24, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    refused(milo.post("/entries", NEW, headers=KEY), 422, "slug")
    milo.post("/entries", {**NEW, "slug": "later"}, headers={"Idempotency-Key": "another"})
    with world.context():
        assert list(db.session.scalars(sa.select(KeptAnswer.key))) == ["another"]


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 121, "\x7f", "ü"])
def test_a_key_is_short_and_visible(world: World, program: Programs, key: str) -> None:
    refused(program("milo").post("/entries", NEW, headers={"Idempotency-Key": key}), 422, "Idempotency-Key")


def test_a_kept_answer_is_for_whoever_still_may(world: World, program: Programs) -> None:
    from playbook.models import Role
    from playbook.work import saving

    milo = program("milo")
    milo.post("/entries", NEW, headers=KEY)
    with world.context(), saving():
        world.person("milo").role = Role.REP

    refused(milo.post("/entries", NEW, headers=KEY), 403)


def test_when_the_work_fails_no_answer_is_kept(
    world: World, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    milo = program("milo")
    with monkeypatch.context() as cut:
        cut.setattr(KeptAnswer, "finish", lambda *_, **__: 1 / 0)
        refused(milo.post("/entries", NEW, headers=KEY), 500)
    assert versions(world) == 0

    assert milo.post("/entries", NEW, headers=KEY).status_code == 201


def test_two_that_are_sent_at_once_do_one_piece_of_work(app: Flask, world: World, program: Programs) -> None:
    secret = program("milo").token
    ready = threading.Barrier(6)
    answers = []

    def send() -> None:
        asking = Program(app.test_client(), secret)
        ready.wait()
        answers.append(asking.post("/entries", NEW, headers=KEY))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 5
    assert versions(world) == 1
