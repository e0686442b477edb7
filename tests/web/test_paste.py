"""Pasted HTML is answered with Markdown, and with nothing else."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.test import TestResponse

from tests.world import Browser, World

Browse = Callable[[str], Browser]


def pasted(browser: Browser, html: str | bytes, *, token: str | None = None) -> TestResponse:
    headers = {"X-CSRFToken": browser.token() if token is None else token}
    return browser.client.post("/paste", data=html, content_type="text/html; charset=utf-8", headers=headers)


def test_what_is_pasted_comes_back_as_markdown(world: World, browse: Browse) -> None:
    answer = pasted(browse("cleo"), "<p>Caf\u00e9 <b>noir</b></p><ul><li>One</ul>")

    assert answer.status_code == 200
    assert answer.content_type == "text/markdown; charset=utf-8"
    assert answer.text == "Caf\u00e9 **noir**\n\n- One"


def test_script_does_not_come_back(world: World, browse: Browse) -> None:
    answer = pasted(
        browse("milo"),
        "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>go</a>",
    )

    assert answer.text == "go"


def test_what_cannot_be_read_is_refused(world: World, browse: Browse) -> None:
    milo = browse("milo")

    assert pasted(milo, "<b>" * 5_000 + "x").status_code == 422
    assert pasted(milo, "x" * 1_100_000).status_code == 413
    assert pasted(milo, b"\xff\xfe<b>x</b>").status_code == 200
    assert pasted(milo, "").text == ""


def test_pasting_is_for_those_who_write(world: World, browse: Browse) -> None:
    milo, ana, stranger = browse("milo"), browse("ana"), browse("")

    assert pasted(ana, "<b>x</b>").status_code == 403
    assert pasted(milo, "<b>x</b>", token="").status_code == 400
    assert pasted(stranger, "<b>x</b>", token=stranger.token("/sign-in")).status_code in {400, 401}
    assert milo.get("/paste").status_code == 405
