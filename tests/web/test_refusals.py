from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, Unauthorized, default_exceptions

from playbook.db import db
from playbook.errors import Conflict, Invalid, NotAllowed, NotFound, PlaybookError, Problem
from playbook.web.access import anybody
from tests.world import Browser, World

Browse = Callable[[str], Browser]

REFUSALS: list[tuple[Exception, int, str]] = [
    (NotFound("There is no entry x."), 404, "not in the playbook"),
    (NotAllowed("Your role does not include this."), 403, "Your role does not include this."),
    (Conflict("Somebody was faster."), 409, "Somebody was faster."),
    (
        Invalid([Problem("title", "Title is <needed>."), Problem("b", "So is this.", 7)]),
        422,
        "Title is &lt;needed&gt;.",
    ),
    (Invalid([Problem("b", "So is this.", 7)]), 422, "Line 7."),
    (PlaybookError("Something else."), 500, "<h1>"),
    (OperationalError("SELECT secret", {}, Exception("database is locked")), 503, "<h1>"),
    (PoolTimeout(), 503, "<h1>"),
    (IntegrityError("INSERT secret", {}, Exception("UNIQUE")), 409, "at the same moment"),
    (RuntimeError("secret"), 500, "<h1>"),
    (KeyError("secret"), 500, "<h1>"),
    (RecursionError("secret"), 500, "<h1>"),
    (UnicodeDecodeError("utf-8", b"secret", 0, 1, "no"), 500, "<h1>"),
    (Unauthorized(), 401, "<h1>"),
]


def serving(app: Flask, fault: Callable[[], Exception]) -> str:
    """An address where this goes wrong."""

    def view() -> Any:
        raise fault()

    name = f"refuse-{len(app.view_functions)}"
    app.add_url_rule(f"/{name}", name, anybody(view), methods=["GET", "POST"])
    return f"/{name}"


def test_a_refusal_is_a_page_that_gives_back_what_was_typed(app: Flask, world: World, browse: Browse) -> None:
    addresses = [serving(app, lambda refusal=refusal: refusal) for refusal, _, _ in REFUSALS]  # type: ignore[misc]
    ana = browse("ana")
    typed = {
        "body": "Typed <b>",
        "tags": ["one", "two"],
        "password": "a password typed",
        "next": "/n",
        "empty": " ",
    }
    for address, (refusal, status, words) in zip(addresses, REFUSALS, strict=True):
        page, form = ana.get(address), ana.post(address, typed)
        for answer in (page, form):
            assert answer.status_code == status, refusal
            assert words in answer.text
            assert "secret" not in answer.text
            assert "Traceback" not in answer.text
            assert answer.text.count("<h1") == 1
        assert "Typed &lt;b&gt;" in form.text
        assert "one\ntwo" in form.text
        assert "a password typed" not in form.text
        assert form.headers.get("Retry-After") == ("5" if status == 503 else None)


def test_every_status_has_a_page(app: Flask, world: World, browse: Browse) -> None:
    faults = {code: fault for code, fault in default_exceptions.items() if code not in {401, 405}}
    addresses = {code: serving(app, fault) for code, fault in faults.items()}
    stranger = browse("")
    for code, address in addresses.items():
        answer = stranger.get(address)
        assert answer.status_code == code
        assert "<h1" in answer.text


def test_a_refusal_with_an_answer_of_its_own_is_left_alone(app: Flask, world: World, browse: Browse) -> None:
    address = serving(app, lambda: HTTPException(response=Response("As it is", 418)))
    answer = browse("").get(address)

    assert (answer.status_code, answer.text) == (418, "As it is")


def test_a_refused_page_does_not_ask_who_is_reading(app: Flask, world: World, browse: Browse) -> None:
    asked: list[str] = []
    ana = browse("ana")
    with world.context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    ana.get("/nope")

    assert asked == []


def test_a_page_that_is_not_there_does_not_repeat_the_address_as_markup(world: World, browse: Browse) -> None:
    ana = browse("ana")
    for path in (
        *(
            "/nope<svg onload=alert(1)>",
            "/nope/%22%3E%3Cscript%3E",
            "/personas/{{7*7}}",
            "/%E2%80%AE",
            "/" + "a" * 3000,
        ),
    ):
        answer = ana.get(
            path, headers={"Referer": "http://localhost/<svg onload=alert(2)>", "User-Agent": "<b>"}
        )
        assert answer.status_code == 404
        for markup in ("<svg onload", "<script>", "><script", "alert(2)", "<b>", ">49", '"49'):
            assert markup not in answer.text


def test_a_form_that_is_too_large_is_refused_with_words(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")

    answer = milo.post("/notes/price/edit", {"base": "1", "body": "a" * 1_100_000})

    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_a_form_that_cannot_be_read_is_refused_with_words(browse: Browse) -> None:
    milo = browse("milo")
    for body, content_type in (
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data"),
        (b"%" * 1000, "application/x-www-form-urlencoded"),
        (b"&" * 100_000, "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded; charset=utf-16"),
    ):
        assert milo.client.post("/preview", data=body, content_type=content_type).status_code in {400, 413}
