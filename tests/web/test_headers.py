from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import html5lib
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from config import Settings
from playbook.app import create_app
from playbook.web.headers import POLICY
from tests.routes import routes
from tests.web.forms import form_of
from tests.world import Browser, World, close, copy_of

Browse = Callable[[str], Browser]


def answers(browser: Browser) -> dict[str, TestResponse]:
    """One answer of every sort."""
    return {
        "page": browser.get("/notes/price"),
        "piece": browser.get("/search?q=price", headers={"HX-Request": "true"}),
        "form": browser.get("/notes/price/edit"),
        "redirect": browser.get("/to/price"),
        "moved": browser.get("/notes"),
        "missing": browser.get("/nope"),
        "hidden": browser.get("/notes/nothing"),
        "wrong method": browser.get("/preview"),
        "no token": browser.client.post("/preview"),
        "too large": browser.client.post("/preview", data={"body": "a" * 1_100_000}),
        "refused": browser.post("/notes/price/address", {"slug": "No Slug"}),
        "conflict": browser.post("/notes/price/edit", {"base": "1", "title": "T", "body": "Other"}),
        "csv": browser.get("/reports/unused.csv"),
        "markdown": browser.get("/notes/price.md"),
        "nothing": browser.post("/notes/price/uses", {"type": "copy", "what": "body"}),
        "health": browser.get("/healthz"),
        "sign-in": browser.client.get("/sign-in"),
    }


def test_every_answer_says_what_a_browser_may_do_with_it(world: World, browse: Browse) -> None:
    world.write("price", body="One.\n")
    world.revise("price", body="Two.\n")

    for sort, answer in answers(browse("ada")).items():
        for name, value in {
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }.items():
            assert answer.headers.getlist(name) == [value], (sort, name)
        assert "camera=()" in answer.headers["Permissions-Policy"], sort
        assert "Cookie" in answer.headers["Vary"], sort
        assert "Strict-Transport-Security" not in answer.headers, sort
        assert "Server" not in answer.headers or "/" not in answer.headers["Server"], sort
        assert answer.headers["Cache-Control"] == "no-store", sort
        if answer.data and "text/" in (answer.content_type or ""):
            assert answer.content_type.endswith("charset=utf-8"), sort


def test_each_sort_of_answer_is_of_the_type_it_says(world: World, browse: Browse) -> None:
    world.write("price")
    told = answers(browse("ada"))

    assert told["markdown"].mimetype == "text/markdown"
    assert told["csv"].mimetype == "text/csv"
    assert "attachment" in told["csv"].headers["Content-Disposition"]
    assert told["health"].mimetype == "text/plain"
    assert told["page"].mimetype == told["missing"].mimetype == "text/html"
    assert "HX-Request" in told["piece"].headers["Vary"]
    assert [
        told[sort].status_code for sort in ("missing", "hidden", "wrong method", "no token", "too large")
    ] == [*(404, 404, 405, 400, 413)]


def test_the_policy_trusts_nothing_but_this_site() -> None:
    directives = dict(part.partition(" ")[::2] for part in POLICY.split("; "))

    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == directives["base-uri"] == directives["object-src"] == "'none'"
    assert directives["form-action"] == directives["script-src"] == directives["style-src"] == "'self'"
    assert not re.search(r"unsafe|\*|https?:|data:|blob:", POLICY)


def test_static_files_are_kept_for_ever_and_taken_for_what_they_are(browse: Browse) -> None:
    browser = browse("")
    page = browser.get("/sign-in").text
    for address in re.findall(r'(?:href|src)="(/static/[^"#]+)', page):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        answer.close()
    assert browser.get("/static/0000000000000000/css/base.css").status_code == 404
    assert browser.get("/static/../config.py").status_code == 404


def test_no_page_holds_a_script_or_a_style_of_its_own(app: Flask, world: World, browse: Browse) -> None:
    world.write("price", body="Words.\n")
    world.revise("price", body="Other words.\n")
    ada = browse("ada")
    seen = 0
    # Signing out comes last, because afterwards this browser is nobody's.
    for route in sorted(routes(app), key=lambda route: route.endpoint == "sign_in.destroy"):
        answer = ada.get(route.address) if not route.writes else ada.post(route.address, {"base": "1"})
        if answer.mimetype != "text/html":
            continue
        seen += 1
        for element in html5lib.parse(answer.text, namespaceHTMLElements=False).iter():
            assert element.tag not in {"style", "iframe", "object", "embed", "base"}, route.name
            assert element.tag != "script" or (
                element.get("src", "").startswith("/static/") and not element.text
            )
            assert not any(name == "style" or name.startswith("on") for name in element.attrib), route.name
            for name in ("src", "href", "action"):
                assert not re.match(r"//|https?:|javascript:", element.get(name, "")), (
                    route.name,
                    element.attrib,
                )
    assert seen > 20


@pytest.fixture
def secure(tmp_path: Path, made_once: Path) -> Iterator[Flask]:
    copy_of(made_once, tmp_path / "secure")
    app = create_app(
        Settings(instance=tmp_path / "secure", public_url="https://playbook.example:8443", threads=4)
    )
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    close(app)


def test_over_https_browsers_are_told_to_stay_there(secure: Flask) -> None:
    client = secure.test_client()

    for path in ("/sign-in", "/nope", "/healthz", "/"):
        answer = client.get(path, base_url="https://playbook.example:8443")
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "playbook.example.evil.example",
        "xplaybook.example",
        "playbook.example@evil.example",
        "",
        "a b",
    ],
)
def test_a_request_for_another_host_is_refused(secure: Flask, host: str) -> None:
    client = secure.test_client()

    for path in ("/sign-in", "/nope", "/healthz"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not answer.location


@pytest.mark.parametrize(
    "host",
    ["playbook.example", "playbook.example:8443", "localhost", "127.0.0.1:8000"],
)
def test_a_request_for_the_public_host_or_this_machine_is_served(secure: Flask, host: str) -> None:
    assert secure.test_client().get("/healthz", headers={"Host": host}).status_code == 200


def test_without_a_public_address_any_host_is_served_and_none_is_sent_elsewhere(
    app: Flask, world: World
) -> None:
    answer = app.test_client().get(
        "/notes/", headers={"Host": "192.0.2.7:8000", "X-Forwarded-Host": "evil.example"}
    )

    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/notes/")


def test_what_a_proxy_says_is_believed_only_where_there_is_one(tmp_path: Path, made_once: Path) -> None:
    for proxies, expected in ((0, "http://inside"), (1, "https://playbook.example")):
        copy_of(made_once, tmp_path / f"behind-{proxies}")
        app = create_app(
            Settings(instance=tmp_path / f"behind-{proxies}", trusted_proxies=proxies, threads=2)
        )
        answer = app.test_client().get(
            "/notes",
            headers={"Host": "inside", "X-Forwarded-Host": "playbook.example", "X-Forwarded-Proto": "https"},
        )
        assert (answer.location or "").startswith(("/", expected))
        close(app)


def test_a_form_goes_to_this_site_only(world: World, browse: Browse) -> None:
    world.write("price")

    assert form_of(browse("milo").get("/notes/price/edit"), "/edit").action == "/notes/price/edit"


def test_a_form_that_does_not_say_how_long_it_is_is_refused_whole(world: World, browse: Browse) -> None:
    world.write("price", body="One.\n")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit"), "/edit")

    answer = milo.client.post(
        form.action,
        input_stream=BytesIO(urlencode({**form.values, "body": "Other words"}).encode()),
        content_type="application/x-www-form-urlencoded",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert answer.status_code == 400
    with world.context():
        assert world.entry("price").newest.document.body == "One.\n"
