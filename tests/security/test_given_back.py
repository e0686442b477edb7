"""Whatever a form is refused for, what was typed into it comes back: every address that takes one, every refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from playbook.models import Permission
from tests.routes import Route, routes
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]

# Every text that any form takes, each with words that only it has.
TEXTS = (
    "title",
    "summary",
    "body",
    "document",
    "part_text",
    "note",
    "comment",
    "reason",
    "because",
    "answer_30s",
    "milestones.2.text",
)
TYPED = {name: f"The <b>{name}</b>\r\n“typed” & kept" for name in TEXTS}
HERE = {"Origin": "http://localhost"}
OPEN = {"sign_in.create", "sign_in.begin", "second_step.create", "quiet.update"}


@pytest.fixture
def forms(app: Flask) -> list[Route]:
    """Every address that takes a form of a page."""
    found = [route for route in routes(app) if route.writes and not route.rule.startswith("/api/")]
    assert len(found) > 30
    return found


def token_of(browser: Browser) -> str:
    found = re.search(r'csrf_token" value="([^"]+)', browser.get("/sign-in", follow_redirects=True).text)
    assert found
    return found.group(1)


def shown(answer: TestResponse) -> set[str]:
    """The names of the texts whose words stand on the page, escaped."""
    page = answer.text.replace("\r\n", "\n")
    return {name for name in TEXTS if f"The &lt;b&gt;{name}&lt;/b&gt;\n“typed” &amp; kept" in page}


def everything_is_there(answer: TestResponse, route: Route) -> None:
    assert shown(answer) == set(TEXTS), route.name
    assert "<b>title</b>" not in answer.text


def send(browser: Browser, route: Route, *, token: str = "", **given: Any) -> TestResponse:
    return browser.client.post(route.address, data={**TYPED, "csrf_token": token}, **given)


@contextmanager
def failing(app: Flask, fault: Exception) -> Iterator[None]:
    """While it is so, this goes wrong whatever is asked for."""

    def fail() -> None:
        raise fault

    before = app.before_request_funcs.setdefault(None, [])
    before.append(fail)
    try:
        yield
    finally:
        before.remove(fail)


def test_t82_a_form_without_its_token_is_refused_and_given_back_to_be_sent_again(
    world: World, browse: Browse, forms: list[Route]
) -> None:
    world.write("price")
    ada = browse("ada")
    ada.get("/library")
    for route in forms:
        for token in ("", "x", "None"):
            answer = send(ada, route, token=token, headers=HERE)
            assert answer.status_code == 400, route.name
            everything_is_there(answer, route)
        again = form_of(answer, route.address)
        assert {name: again.values[name] for name in TEXTS} == TYPED, route.name


def test_a_form_given_back_is_taken_with_its_fresh_token(world: World, browse: Browse) -> None:
    world.write("price", body="Before.\n")
    milo = browse("milo")
    typed = {"base": "1", "title": "Price", "body": "Typed & kept.\r\n", "tags": ["one", "two"], "empty": ""}
    answer = milo.client.post("/notes/price/edit", data=typed, headers=HERE)

    form = form_of(answer, "/notes/price/edit")

    assert form.values.getlist("tags") == ["one", "two"]
    assert form.values["empty"] == ""
    assert form.send(milo).status_code == 303
    with world.context():
        assert world.entry("price").newest.document.body == "Typed & kept.\n"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Origin": "http://localhost.example.com"},
        {"Origin": "http://[::1"},
        {"Referer": "https://example.com/http://localhost/"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_of_another_site_gets_no_fresh_token(
    world: World, browse: Browse, headers: dict[str, str]
) -> None:
    world.write("price")

    answer = browse("ada").client.post("/notes/price/edit", data={**TYPED, "base": "1"}, headers=headers)

    assert answer.status_code == 400
    assert shown(answer) == set(TEXTS), "the words are there to copy"
    assert "<form" not in answer.text
    assert "csrf_token" not in answer.text


def test_t82_whoever_is_signed_out_finds_the_words_and_sends_them_after_signing_in(
    world: World, browse: Browse, forms: list[Route]
) -> None:
    world.write("price")
    stranger = browse("")
    token = token_of(stranger)
    for route in forms:
        if route.endpoint in OPEN:
            continue
        answer = send(stranger, route, token=token, headers=HERE)
        assert answer.status_code == 401, route.name
        assert "You are signed out" in answer.text
        everything_is_there(answer, route)
        again = form_of(answer, route.address)
        assert {name: again.values[name] for name in TEXTS} == TYPED, route.name


def test_whoever_lost_the_role_meanwhile_finds_the_words(
    world: World, browse: Browse, forms: list[Route]
) -> None:
    world.write("price")
    ana = browse("ana")
    token = ana.token()
    for route in forms:
        if route.allows in {None, Permission.READ}:
            continue
        answer = send(ana, route, token=token, headers=HERE)
        assert answer.status_code == 403, route.name
        everything_is_there(answer, route)


def test_words_for_what_is_gone_come_back(world: World, browse: Browse, forms: list[Route]) -> None:
    ada = browse("ada")  # there is no entry at all
    token = ada.token()
    for route in forms:
        if "<slug:slug>" not in route.rule:
            continue
        data = {**TYPED, "csrf_token": token, "base": "1", "seen": "1"}
        answer = ada.client.post(route.address, data=data, headers=HERE)
        assert answer.status_code == 404, route.name
        everything_is_there(answer, route)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (OperationalError("SELECT 1", {}, Exception("database is locked")), 503),
        (TooManyRequests(), 429),
        (RuntimeError("a fault of ours"), 500),
    ],
    ids=["busy", "too many", "broken"],
)
def test_words_come_back_to_be_sent_again_when_the_playbook_cannot_now(
    app: Flask, world: World, browse: Browse, forms: list[Route], fault: Exception, status: int
) -> None:
    world.write("price")
    ada = browse("ada")
    token = ada.token()
    with failing(app, fault):
        for route in forms:
            answer = send(ada, route, token=token, headers=HERE)
            assert answer.status_code == status, route.name
            everything_is_there(answer, route)
            assert form_of(answer, route.address).values["body"] == TYPED["body"]
            assert ("Retry-After" in answer.headers) == (status == 503)


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("/new/triggers", {"title": "", "body": "B <i>", "note": "N <i>"}),
        (
            "/notes/price/edit",
            {"base": "1", "title": "T <i>", "body": "B <i>\n" + "word " * 50_000, "note": "N <i>"},
        ),
        ("/notes/price/edit", {"base": "1", "document": "---\ntitle: [\n---\nB <i>", "note": "N <i>"}),
        ("/notes/price/edit", {"base": "", "document": "B <i>", "note": "N <i>"}),
        ("/notes/price/edit", {"base": "9", "body": "B <i>", "note": "N <i>"}),
        ("/notes/price/edit/no-such-part", {"base": "1", "part_text": "B <i>", "note": "N <i>"}),
        (
            "/notes/price/settle",
            {"base": "1", "seen": "1", "document": "---\ntitle: [\n---\nB <i>", "note": "N <i>"},
        ),
        ("/notes/price/settle", {"base": "1", "document": "B <i>", "note": "N <i>"}),
    ],
)
def test_t82_a_form_with_a_fault_or_without_what_it_rests_on_comes_back(
    world: World, browse: Browse, address: str, typed: dict[str, str]
) -> None:
    world.write("price")

    answer = browse("milo").post(address, typed)

    assert answer.status_code in {400, 404, 422}
    for value in (value for name, value in typed.items() if name not in {"base", "seen"}):
        for line in value.splitlines():
            assert line.replace("<", "&lt;").replace(">", "&gt;") in answer.text, line
    with world.context():
        assert world.entry("price").newest.number == 1


def test_what_is_secret_never_comes_back_and_such_a_form_is_not_sent_again(
    world: World, browse: Browse, forms: list[Route]
) -> None:
    ada = browse("ada")
    secrets = {"password": "secret one", "new_password": "secret two", "code": "123123"}
    for route in forms:
        answer = ada.client.post(route.address, data={**TYPED, **secrets}, headers=HERE)
        assert answer.status_code == 400
        assert shown(answer) == set(TEXTS)
        for secret in secrets.values():
            assert secret not in answer.text, route.name
        assert "Send it again" not in answer.text


def test_a_form_that_cannot_be_read_says_where_the_words_are(world: World, browse: Browse) -> None:
    world.write("price")

    answer = browse("milo").post("/notes/price/edit", {"base": "1", "body": "a" * 1_100_000})

    assert answer.status_code == 413
    assert "which is 1.0 MB, so it was not read" in answer.text
    assert 'href="/drafts"' in answer.text
