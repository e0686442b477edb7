"""No other way of asking goes round what an address allows: methods, spellings, hosts, slugs, tokens, exports."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from flask import Flask

from playbook.models import Permission, Scope, Token
from playbook.work import saving
from tests.routes import Route, routes
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]

HIDDEN: dict[str, Any] = {"audience": "restricted", "owner": "dana.okafor", "by": "dana"}
SECRET = "xylograph"


@pytest.fixture
def playbook(world: World) -> World:
    world.write("price", body="Words.\n")
    world.write("hidden", title=f"The {SECRET}", body=f"The {SECRET}.\n", **HIDDEN)
    return world


def reading(app: Flask) -> list[Route]:
    return [route for route in routes(app) if not route.writes]


@pytest.mark.parametrize("person", ["", "ana", "cleo", "ada"])
def test_t62_head_and_options_tell_no_more_than_the_page(
    app: Flask, playbook: World, browse: Browse, person: str
) -> None:
    client = browse(person).client
    for route in reading(app):
        for address in {route.address, route.address.replace("price", "hidden")}:
            page, head = client.get(address), client.head(address)
            assert (head.status_code, head.data) == (page.status_code, b""), (person, address)
            options = client.options(address)
            assert options.status_code in {200, 204, 400, 401, 403, 404, 405}, address
            assert SECRET not in options.text


def test_t62_a_method_that_an_address_has_not_is_refused_however_it_is_named(
    app: Flask, playbook: World, browse: Browse
) -> None:
    ada = browse("ada").client
    proof = browse("ada").token()
    for address in ("/notes/price", "/library", "/", "/search", "/you"):
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "LOCK"):
            assert ada.open(address, method=method).status_code in {400, 405}, (method, address)
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        for method in ("DELETE", "PUT", "POST"):
            answer = ada.get("/notes/price?_method=DELETE", headers={header: method, "X-CSRFToken": proof})
            assert answer.status_code == 200
    assert ada.get("/notes/price").status_code == 200


SPELLINGS = (
    "/notes/hidden/ //notes/hidden /notes//hidden /Notes/hidden /notes/HIDDEN /notes/hidden;a=b /notes/hidden.json "
    "/notes/hidden.html /notes/hidden%2f /notes%2fhidden /notes/./hidden /notes/x/../hidden /notes/hidden%00 "
    "/notes/hidden%20 /notes/hidden/.. /notes/hidden/edit/ /notes/hidden?format=json /notes/hidden?raw=1 "
    "/notes/hidden?print /notes/hidden.md?raw /api/v1/entries/hidden /api/v1/entries/hidden/ "
    "/api/v1/entries/hidden.md /api/v1/entries/hidden?as_of=2030-01-01 "
    "/api/v1/entries//hidden /API/v1/entries/hidden /api/v1/entries/hidden?version=1 "
    "/api/v1/entries/hidden/versions /api/v1/entries/hidden/versions/1 /api/v1/entries/hidden/diff?from=1&to=1 "
    "/personas/hidden /to/hidden /notes/hidden/diff?from=1&to=1 /drafts/hidden /static/../notes/hidden"
).split()


@pytest.mark.parametrize("person", ["ana", "cleo", "milo"])
def test_t48_t62_no_spelling_of_an_address_shows_what_is_hidden(
    playbook: World, browse: Browse, person: str
) -> None:
    client = browse(person).client
    for address in SPELLINGS:
        for headers in (
            {},
            {"Accept": "text/markdown"},
            {"Accept": "application/json"},
            {"HX-Request": "true"},
        ):
            answer = client.get(address, headers=headers, follow_redirects=True)
            assert answer.status_code in {403, 404, 405, 422}, (address, answer.status)
            assert SECRET not in answer.text, address


def test_t65_only_what_is_meant_for_anybody_answers_somebody_who_is_not_signed_in(
    app: Flask, playbook: World
) -> None:
    client = app.test_client()
    for route in routes(app):
        answer = client.open(route.address, method=route.method)
        if route.allows is None:
            continue
        if route.is_for_programs:
            assert answer.status_code == 401, route.name
        elif route.writes:
            assert answer.status_code in {400, 401}, route.name
        else:
            assert (answer.status_code, (answer.location or "")[:14]) == (303, "/sign-in?next="), route.name
        assert SECRET not in answer.text


def test_t61_what_only_administrators_do_is_done_by_no_token_of_less(app: Flask, playbook: World) -> None:
    beyond = {
        Scope.READ: {Permission.REVISE, Permission.CURATE, Permission.PEOPLE, Permission.ADMINISTER},
        Scope.WRITE: {Permission.PEOPLE, Permission.ADMINISTER},
    }
    for person, scope in (
        ("ada", Scope.READ),
        ("ada", Scope.WRITE),
        ("cleo", Scope.ADMIN),
        ("ana", Scope.ADMIN),
    ):
        with playbook.context(), saving():
            owner = playbook.person(person)
            _, secret = Token.make(owner, name="tests", scope=scope, by=owner)
            may_not = {each for each in Permission if not owner.can(each)} | beyond.get(scope, set())
        client = app.test_client()
        headers = {"Authorization": f"Bearer {secret}", "If-Match": '"x"'}
        for route in routes(app):
            if route.is_for_programs and route.allows in may_not:
                answer = client.open(route.address, method=route.method, headers=headers, json={})
                assert answer.status_code == 403, (person, scope, route.name, answer.status)
            elif not route.is_for_programs and route.allows is not None:
                # A token opens calls of programs, and no page.
                answer = client.open(route.address, method=route.method, headers=headers)
                assert answer.status_code in {303, 400, 401}, (person, route.name, answer.status)
                assert route.writes or answer.status_code != 303 or "/sign-in" in (answer.location or "")


TAKEN_OR_RESERVED = (
    "price", "hidden", "..", ".", ".well-known", "a/b", "a b", "a.md", "-a", "a-", "a--b", "Ä", "ａ", "%2e%2e",
    "a\x00b", "a" * 200, "1'", "<x>", "A", "a\n",
)  # fmt: skip


@pytest.mark.parametrize("slug", TAKEN_OR_RESERVED)
def test_t56_a_slug_that_is_taken_or_means_something_else_is_refused(
    playbook: World, browse: Browse, slug: str
) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/new/notes"), "/new/notes")

    answer = form.send(milo, title="Words", body="Words.\n", slug=slug)

    if answer.status_code == 303:  # spaces around are no part of what is typed
        assert answer.location == f"/notes/{slug.strip()}"
        assert slug != slug.strip()
        return
    assert answer.status_code == 422
    assert SECRET not in answer.text
    sent = milo.client.post(
        "/api/v1/entries",
        json={"kind": "note", "slug": slug, "fields": {"title": "Words"}, "body": "Words."},
        headers={"X-CSRFToken": milo.token()},
    )
    assert sent.status_code == 422, sent.text
    assert SECRET not in sent.text


@pytest.mark.parametrize("slug", ["1", "admin", "new", "edit", "versions", "api", "search", "sign-in", "2"])
def test_t56_a_slug_like_an_address_or_an_id_leads_to_its_entry_and_covers_nothing(
    playbook: World, browse: Browse, slug: str
) -> None:
    playbook.write(slug, title="Odd address", body="Words.\n")
    ana = browse("ana")

    assert "Odd address" in ana.get(f"/notes/{slug}").text
    assert ana.get(f"/to/{slug}").location == f"/notes/{slug}"
    assert "Odd address" not in ana.get("/e/1", follow_redirects=True).text
    for address in ("/", "/search", "/library", "/you", "/notes/price/versions"):
        assert ana.get(address).status_code == 200


ELSEWHERE = (
    "//evil.example/%2e%2e",
    "/\\evil.example/",
    "//evil.example",
    "/%5cevil.example/",
    "/%2f%2fevil.example/notes/",
    "/notes//evil.example/..",
)


@pytest.mark.parametrize("path", ELSEWHERE)
def test_t70_no_address_sends_a_browser_to_another_site(playbook: World, browse: Browse, path: str) -> None:
    for person in ("", "ana"):
        answer = browse(person).client.get(path, headers={"Host": "localhost"})
        location = answer.location or ""
        assert not location.startswith(("//", "/\\", "http")) or location.startswith("http://localhost/"), (
            location
        )
        if location:
            assert location.startswith(
                ("/sign-in?next=%2F", "/sign-in?next=/", "http://localhost/", "/notes")
            ), location
            assert "next=//" not in location


def test_t49_an_export_holds_what_its_reader_may_know_of(playbook: World, browse: Browse) -> None:
    for person in ("milo", "dana", "ada"):
        browser = browse(person)
        file = browser.get("/reports/unused.csv")
        listed = browser.get("/api/v1/entries?per_page=100")
        assert next(csv.reader(StringIO(file.text)))
        assert SECRET not in file.text  # the report leaves out whatever is restricted
        assert (SECRET in listed.text) == (person != "milo"), person
        assert listed.json is not None
        assert listed.json["total"] == len(listed.json["items"]) == (1 if person == "milo" else 2)
    held = browse("milo").get("/you/held.json")
    assert SECRET not in json.dumps(held.json)
