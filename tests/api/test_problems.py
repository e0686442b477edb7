from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from playbook.api import entries
from tests.api.programs import Program, refused
from tests.world import World

Programs = Callable[..., Program]

HOSTILE = "<svg onload=alert(1)>"


def test_t26_every_refusal_is_a_problem_that_no_browser_shows_as_a_page(
    world: World, program: Programs
) -> None:
    milo = program("milo")
    refused(milo.get(f"/{HOSTILE}"), 404)
    refused(milo.get("/entries/Not-A-Slug"), 404)
    refused(milo.get("/entries/"), 404)
    refused(milo.get("/"), 404)
    refused(milo.get(f"/entries?kind={HOSTILE}"), 422, "kind")
    refused(milo.get(f"/entries?{HOSTILE}=1"), 422)
    wrong = milo.ask("DELETE", "/entries/price")
    refused(wrong, 405)
    assert "PUT" in wrong.headers["Allow"]
    refused(milo.ask("TRACE", "/entries"), 405)
    refused(milo.ask("PATCH", "/openapi.json"), 405)


@pytest.mark.parametrize(
    "address", ["/openapi.json", "/entries", "/entries/price", "/entries/price/versions"]
)
def test_t26_no_answer_can_run_anything(world: World, program: Programs, address: str) -> None:
    world.write("price", title=HOSTILE, body=HOSTILE)
    for accept in ("*/*", "text/html", "text/markdown"):
        answer = program("ana").get(address, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.mimetype in {"application/json", "text/markdown"}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Authorization" in answer.headers["Vary"]


def test_another_host_and_another_site_are_refused_as_problems(
    app: Flask, world: World, program: Programs
) -> None:
    milo = program("milo")
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    refused(milo.get("/entries", headers={"Host": "evil.example"}), 400)
    refused(milo.post("/nowhere", {}, headers={"Sec-Fetch-Site": "cross-site"}), 400)
    refused(milo.post("/entries", {}, headers={"Sec-Fetch-Site": "cross-site"}), 400)


def test_a_busy_database_says_when_to_come_again(
    world: World, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("database is locked"))

    milo = program("milo")
    monkeypatch.setattr(entries, "page_of", busy)
    answer = milo.get("/entries")
    refused(answer, 503)
    assert answer.headers["Retry-After"] == "5"


def test_a_fault_of_ours_tells_nothing_of_the_inside(
    world: World, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    milo = program("milo")
    monkeypatch.setattr(entries, "page_of", lambda *_, **__: 1 / 0)
    answer = milo.get("/entries")
    refused(answer, 500)
    assert "division" not in answer.text


def test_what_cannot_be_kept_is_refused_in_the_address_too(world: World, program: Programs) -> None:
    milo = program("milo")
    refused(milo.get("/entries?owner=%00"), 422)
    refused(milo.get("/entries?%00=1"), 422)
    refused(milo.get("/entries/a%00b"), 404)
    assert milo.get("/entries?owner=%ed%a0%80").status_code in {200, 422}
