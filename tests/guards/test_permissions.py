"""What the documentation says about who may do what is what happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from playbook.db import db
from playbook.models import AuditRecord
from playbook.models.permission import GRANTS
from tests.guards.permission_table import ACTORS, PAGE, allowed, page
from tests.routes import Route, routes
from tests.world import PEOPLE, Browser, World

Browse = Callable[[str], Browser]

PERSON = {role.value: name for name, (_, role, _) in reversed(PEOPLE.items())} | {"nobody": ""}
TYPED = {"base": "1", "title": "Price", "body": "Typed.\n", "slug": "another", "type": "copy", "what": "body"}


@pytest.fixture
def token(app: Flask) -> Callable[[Browser], str]:
    """The token of a browser, signed in or not."""
    from tests.web.forms import form_of

    def of(browser: Browser) -> str:
        answer = browser.get("/", follow_redirects=True)
        return form_of(answer, "/sign-out" if browser.client.get_cookie("playbook") else "/sign-in").values[
            "csrf_token"
        ]

    return of


def test_the_page_about_permissions_is_up_to_date(app: Flask) -> None:
    assert PAGE.read_text() == page(app), (
        "Make it anew: python -m tests.guards.permission_table > docs/permissions.md"
    )


def test_every_address_lets_in_whom_the_page_says(
    app: Flask, world: World, browse: Browse, token: Callable[[Browser], str]
) -> None:
    says = allowed(PAGE.read_text())
    assert len(says) == len(routes(app)) * len(ACTORS)
    for actor in ACTORS:
        world.write(f"price-for-{actor}", released=True)
        browser = browse(PERSON[actor])
        proof = token(browser)
        # Signing out comes last, because afterwards this browser is nobody's.
        for route in sorted(routes(app), key=lambda route: route.endpoint == "sign_in.destroy"):
            answer = ask(browser, route, proof, address=route.address.replace("price", f"price-for-{actor}"))
            assert got_in(answer) == says[route.name, actor], (
                f"{actor}: {route.name} answered {answer.status}"
            )
            if not got_in(answer):
                assert_refused(answer, actor=actor, route=route)


def ask(browser: Browser, route: Route, proof: str, *, address: str) -> TestResponse:
    if route.writes:
        return browser.client.open(address, method=route.method, data={**TYPED, "csrf_token": proof})
    return browser.client.get(address)


def got_in(answer: TestResponse) -> bool:
    return answer.status_code not in {401, 403} and not (answer.location or "").startswith("/sign-in?")


def assert_refused(answer: TestResponse, *, actor: str, route: Route) -> None:
    if actor != "nobody":
        assert answer.status_code == 403
        assert "Your role does not include this." in answer.text
    elif route.writes:
        assert answer.status_code == 401
    else:
        assert answer.status_code == 303


# Who may know of an entry, by what became of it. Restricted ones are Dana's, but for those of one's own.
KNOWN = {
    "released": {"ana", "cleo", "milo", "ada"},
    "draft": {"cleo", "milo", "ada"},
    "waiting": {"ana", "cleo", "milo", "ada"},
    "restricted": {"ada"},
    "restricted-draft": {"ada"},
    "of-ana": {"ana", "ada"},
    "of-cleo": {"cleo", "ada"},
    "draft-of-ana": {"ada"},
    "erased": set(),
}


@pytest.fixture
def entries(world: World) -> World:
    from playbook.work import saving

    world.write("released", body="The text.\n", by="dana")
    world.write("draft", released=False, body="The text.\n", by="dana")
    world.write("waiting", body="The text.\n", by="dana")
    world.revise("waiting", released=False, body="The waiting text.\n", by="dana")
    for name, owner in (("restricted", "dana.okafor"), ("of-ana", "ana.ruiz"), ("of-cleo", "cleo.marsh")):
        world.write(name, audience="restricted", owner=owner, body="The text.\n", by="dana")
    for name, owner in (("restricted-draft", "dana.okafor"), ("draft-of-ana", "ana.ruiz")):
        world.write(name, audience="restricted", owner=owner, released=False, body="The text.\n", by="dana")
    world.write("erased", body="The text.\n", by="dana")
    with world.context(), saving():
        world.entry("erased").erase(by=world.person("ada"))
    return world


def test_every_address_of_an_entry_answers_those_who_may_know_of_it(
    app: Flask, entries: World, browse: Browse
) -> None:
    of_entries = [route for route in routes(app) if "<slug:slug>" in route.rule and not route.writes]
    assert len(of_entries) >= 5
    for person in ("ana", "cleo", "milo", "ada"):
        browser = browse(person)
        for route in of_entries:
            for slug, known in KNOWN.items():
                address = route.address.replace("price", slug)
                answer = browser.client.get(
                    f"{address}?from=1&to=1" if address.endswith("/diff") else address
                )
                expected = 403 if not may(person, route) else 404 if person not in known else 200
                shown = 200 if answer.status_code in {301, 302} else answer.status_code
                assert shown == expected, (person, address)
                if expected != 200:
                    assert "The text" not in answer.text
                    assert "The waiting text" not in answer.text


def test_nothing_is_done_to_an_entry_by_somebody_who_may_not_know_of_it(
    app: Flask, entries: World, browse: Browse, token: Callable[[Browser], str]
) -> None:
    before = kept(entries)
    for person in ("ana", "cleo", "milo"):
        browser = browse(person)
        proof = token(browser)
        for route in routes(app):
            if not route.writes or "<slug:slug>" not in route.rule or not may(person, route):
                continue
            for slug, known in KNOWN.items():
                if person not in known:
                    answer = ask(browser, route, proof, address=route.address.replace("price", slug))
                    assert answer.status_code == 404, (person, route.name, slug)
                    assert "The text" not in answer.text
    assert kept(entries) == before


def kept(world: World) -> tuple[int, int]:
    with world.context():
        last = db.session.scalar(sa.select(sa.func.max(AuditRecord.id))) or 0
        uses = db.session.scalar(sa.text("SELECT count(*) FROM usage_event WHERE type = 'copy'")) or 0
        return last, uses


def may(person: str, route: Route) -> bool:
    return route.allows is None or route.allows in GRANTS[PEOPLE[person][1]]


def test_lists_hold_what_their_reader_may_know_of(app: Flask, entries: World, browse: Browse) -> None:
    lists = [
        route for route in routes(app) if not route.writes and "<slug" not in route.rule and route.allows
    ]
    for person in ("ana", "cleo", "milo"):
        browser = browse(person)
        for route in lists:
            if not may(person, route):
                continue
            for query in ("", "?q=text", "?kind=note"):
                told = browser.client.get(route.address + query, follow_redirects=True).text
                for slug, known in KNOWN.items():
                    if person not in known:
                        assert f"/notes/{slug}" not in told.replace(f"/notes/{slug}-", ""), (
                            person,
                            route.name,
                            slug,
                        )
