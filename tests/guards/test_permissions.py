"""What the documentation says about who may do and see what is what happens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from playbook.db import db
from playbook.models import AuditRecord, Permission, Role, Scope, Team, Token, User
from playbook.models.permission import GRANTS
from playbook.work import saving
from tests.guards.permission_table import (
    ACTORS,
    PAGE,
    SITUATIONS,
    TOKENS,
    Sees,
    allowed,
    may,
    page,
    seen,
    sees,
)
from tests.routes import Route, routes
from tests.world import Browser, World

Browse = Callable[[str], Browser]
Fields = dict[str, Any]

PERSON = {
    "nobody": "",
    Role.REP: "ana",
    Role.ANALYST: "nina",
    Role.CONTRIBUTOR: "cleo",
    Role.MARKETER: "milo",
    Role.ADMIN: "ada",
}
TYPED = {"base": "1", "title": "Price", "body": "Typed.\n", "slug": "another", "type": "copy", "what": "body"}


@pytest.fixture
def company(world: World) -> World:
    """The usual people, and somebody of the one role that they have not."""
    with world.context(), saving():
        nina = User.invite(email="nina@example.com", name="Nina Holt", role=Role.ANALYST, team=Team.MARKETING)
        world.people["nina"] = nina.id
    return world


def test_the_page_about_permissions_is_up_to_date(app: Flask) -> None:
    assert PAGE.read_text() == page(app), (
        "Make it anew: .venv/bin/python -m tests.guards.permission_table > docs/permissions.md"
    )


def test_the_page_has_a_row_for_every_address_and_a_cell_for_everybody(app: Flask) -> None:
    says = allowed(PAGE.read_text())

    for route in routes(app):
        for actor in (*ACTORS, *TOKENS) if route.is_for_programs else ACTORS:
            assert says.get((route.name, actor)) == may(route, actor), (
                f"docs/permissions.md says nothing, or something else, of {route.name} for {actor}. Type: "
                ".venv/bin/python -m tests.guards.permission_table > docs/permissions.md"
            )
    assert seen(PAGE.read_text()) == {
        (situation, role.value): sees(situation, role).words for situation in SITUATIONS for role in Role
    }


@pytest.mark.parametrize("actor", ACTORS)
def test_t46_every_address_lets_in_whom_the_page_says(
    app: Flask, company: World, browse: Browse, actor: str
) -> None:
    says = allowed(PAGE.read_text())
    for number, route in enumerate(routes(app)):
        slug = f"price-{number}"
        if "<slug:slug>" in route.rule:
            company.write(slug, released=True)
        # Each asks anew, because some of what is asked for ends sessions, or accounts.
        people = accounts(company) if route.writes else []
        answer = ask(browse(PERSON[actor]), route, address=route.address.replace("price", slug))
        if route.writes:
            give_back(company, people)
        assert answer.status_code < 500, (actor, route.name)
        assert got_in(answer) == says[route.name, actor], f"{actor}: {route.name} answered {answer.status}"
        if not got_in(answer):
            assert_refused(answer, actor=actor, route=route)


@pytest.mark.parametrize("scope", Scope)
def test_t46_every_call_of_a_program_is_taken_from_the_tokens_that_the_page_says(
    app: Flask, company: World, scope: Scope
) -> None:
    says = allowed(PAGE.read_text())
    with company.context(), saving():
        ada = company.person("ada")
        _, secret = Token.make(ada, name="tests", scope=scope, by=ada)
    headers = {"Authorization": f"Bearer {secret}", "If-Match": '"x"'}
    for number, route in enumerate(route for route in routes(app) if route.is_for_programs):
        slug = f"price-{number}"
        if "<slug:slug>" in route.rule:
            company.write(slug, released=True)
        body: dict[str, Any] | None = {} if route.writes else None
        address = route.address.replace("price", slug)
        people = accounts(company) if route.writes else []
        answer = app.test_client().open(address, method=route.method, headers=headers, json=body)
        if route.writes:
            give_back(company, people)
        assert answer.status_code < 500
        assert got_in(answer) == says[route.name, f"token: {scope}"], (route.name, answer.status)


def accounts(world: World) -> list[dict[str, Any]]:
    with world.context():
        return [dict(row) for row in db.session.execute(sa.select(User.__table__)).mappings()]


def give_back(world: World, people: list[dict[str, Any]]) -> None:
    """Make everybody again what they were, whatever was done to their accounts."""
    with world.context(), saving() as session:
        for person in people:
            session.execute(sa.update(User).where(User.id == person["id"]).values(**person))


def ask(browser: Browser, route: Route, *, address: str) -> TestResponse:
    """Ask as a browser does, or as a script of ours does where the answer is for programs."""
    if not route.writes:
        return browser.client.get(address)
    proof = proof_of(browser)
    if route.is_for_programs:
        return browser.client.open(
            address, method=route.method, json={}, headers={"X-CSRFToken": proof, "If-Match": '"x"'}
        )
    return browser.client.open(address, method=route.method, data={**TYPED, "csrf_token": proof})


def proof_of(browser: Browser) -> str:
    """The token of a browser's forms, signed in or not."""
    answer = browser.get("/library", follow_redirects=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found is not None
    return found.group(1)


def got_in(answer: TestResponse) -> bool:
    """Whether the answer is that of the view; a view that anybody may use may itself lead to signing in."""
    sent_away = (answer.location or "").startswith("/sign-in?next=") and "/sign-in" not in answer.request.path
    return answer.status_code not in {401, 403} and not sent_away


def assert_refused(answer: TestResponse, *, actor: str, route: Route) -> None:
    if actor != "nobody":
        assert answer.status_code == 403
        assert "Your role does not include this." in answer.text
    elif route.writes or route.is_for_programs:
        assert answer.status_code == 401
    else:
        assert answer.status_code == 303


SHOWN = "What is shown."
UNSHOWN = "What is not released."


def situated(world: World, situation: str, person: str) -> str:
    """Bring an entry about that is so for this person; its slug."""
    slug = f"s{list(SITUATIONS).index(situation):02}-of-{person}"
    with world.context():
        user = world.person(person)
        handle, team = user.handle, user.team.value
    others: Fields = {"audience": "restricted", "owner": "dana.okafor", "by": "dana"}
    to_them: Fields = {**others, "readers": {"people": [handle]}}
    begun: dict[str, Fields] = {
        "draft": {},
        "draft, proposed": {},
        "agreed": {},
        "agreed, with a newer draft": {},
        "agreed, with a change proposed": {},
        "review due": {"review_by": "2020-01-31"},
        "retired": {},
        "retired draft": {},
        "erased": {},
        "restricted, they wrote an earlier version": {**others, "by": person},
        "restricted, they own it": {**others, "owner": handle},
        "restricted, they own the draft": {**others, "owner": handle},
        "restricted, they own it second": {**others, "co_owner": handle},
        "restricted, it names them": to_them,
        "restricted, it names their team": {**others, "readers": {"teams": [team]}},
        "restricted, they wrote it": {**others, "by": person},
        "restricted, it names them, retired": to_them,
        "restricted, it names them and what waits does not": to_them,
        "open, what waits is restricted to others": {},
        "open, what waits is restricted and names them": {},
    }
    is_draft = "draft" in situation and "agreed" not in situation
    world.write(
        slug,
        body=f"{UNSHOWN if is_draft else SHOWN}\n",
        released=not is_draft,
        **{"by": "dana", **begun.get(situation, others)},
    )
    waits: dict[str, Fields] = {
        "agreed, with a newer draft": {},
        "agreed, with a change proposed": {},
        "restricted to others, proposed to all": {"audience": "internal"},
        "restricted, only what waits names them": {"readers": {"people": [handle], "teams": [team]}},
        "restricted, it names them and what waits does not": {"readers": {"people": []}},
        "open, what waits is restricted to others": {"audience": "restricted", "owner": "dana.okafor"},
        "open, what waits is restricted and names them": {
            "audience": "restricted",
            "readers": {"people": [handle]},
        },
    }
    if situation in waits:
        world.revise(slug, by="dana", body=f"{UNSHOWN}\n", released=False, **waits[situation])
    if "proposed" in situation:
        world.propose(slug, by="dana")
    if "earlier" in situation:
        world.revise(slug, by="dana", note="By somebody else", body=f"{SHOWN} Now.\n")
    with world.context(), saving():
        if "retired" in situation:
            world.entry(slug).retire(by=world.person("dana"), reason="Nobody sells it now.")
        if situation == "erased":
            world.entry(slug).erase()
    return slug


@pytest.mark.parametrize("role", Role)
def test_t46_everybody_sees_of_an_entry_what_the_page_says(
    app: Flask, company: World, browse: Browse, role: Role
) -> None:
    person = PERSON[role]
    browser = browse(person)
    of_entries = [route for route in routes(app) if "<slug:slug>" in route.rule and route.allows is not None]
    says = seen(PAGE.read_text())
    words = {each.words: each for three in SITUATIONS.values() for each in three}
    slugs = {situation: situated(company, situation, person) for situation in SITUATIONS}
    lists = everything_listed(app, browser, role)
    for situation, slug in slugs.items():
        expected = words[says[situation, role.value]]
        assert sees_of(browser, slug) == (expected.knows, expected.released, expected.unreleased), situation
        assert (slug in lists) == expected.listed, (situation, role)
        for route in of_entries:
            if route.writes or route.allows not in GRANTS[role]:
                continue
            answer = browser.client.get(numbered(route, slug))
            heard = answer.status_code not in {401, 403, 404}
            # What would change an entry may refuse whoever cannot read the newest version of it.
            if not (hides_what_waits(situation, expected) and route.allows is not Permission.READ):
                assert heard == expected.knows, (situation, route.name, answer.status)
            assert answer.status_code < 500
            if not expected.unreleased:
                assert UNSHOWN not in answer.text, (situation, route.name)
            if not expected.knows:
                assert SHOWN not in answer.text, (situation, route.name)


def sees_of(browser: Browser, slug: str) -> tuple[bool, bool, bool]:
    """Whether somebody knows of an entry; whether they can read what is released, and what is not."""
    answer = browser.get(f"/notes/{slug}")
    texts = "".join(browser.get(f"/notes/{slug}.md?version={number}").text for number in (1, 2))
    assert answer.status_code in {200, 404}
    if answer.status_code == 404:
        assert SHOWN not in texts
        assert UNSHOWN not in texts
    return answer.status_code == 200, SHOWN in texts, UNSHOWN in texts


def hides_what_waits(situation: str, expected: Sees) -> bool:
    """Whether a newer version waits that they may not read, and so cannot write over."""
    return "what waits" in situation and not expected.unreleased


def numbered(route: Route, slug: str) -> str:
    address = route.address.replace("price", slug)
    return f"{address}?from=1&to=1" if address.endswith("/diff") else address


def everything_listed(app: Flask, browser: Browser, role: Role) -> str:
    """What every list, count and search says in which an entry could stand; the audit log keeps what was done."""
    return "\n".join(
        browser.client.get(route.address + query).text
        for route in routes(app)
        if not route.writes and "<slug" not in route.rule and route.allows in GRANTS[role]
        if not route.rule.startswith("/audit")
        for query in ("", "?q=shown", "?q=released", "?kind=note", "?per_page=100")
    )


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_t47_nothing_is_done_to_an_entry_by_somebody_who_may_not_know_of_it(
    app: Flask, company: World, browse: Browse, role: Role
) -> None:
    person = PERSON[role]
    browser = browse(person)
    hidden = [situated(company, each, person) for each in SITUATIONS if not sees(each, role).knows]
    before = kept(company)
    for route in routes(app):
        if not route.writes or "<slug:slug>" not in route.rule or not may(route, role.value):
            continue
        missing = ask(browser, route, address=route.address.replace("price", "never-there"))
        assert missing.status_code in {400, 404, 422, 428}, route.name
        for slug in hidden:
            answer = ask(browser, route, address=route.address.replace("price", slug))
            assert answer.status_code == missing.status_code, (role, route.name, slug)
            assert steady(answer.text, slug) == steady(missing.text, "never-there"), (role, route.name, slug)
    assert kept(company) == before


def steady(text: str, slug: str) -> str:
    """An answer without the slug that was asked for and the proofs that are new in each."""
    text = re.sub(r'name="csrf[_-]token"[^>]*>|X-CSRFToken[^>]*>', "", text)
    return text.replace(slug, "…").replace(slug.replace("-", " "), "…")


def kept(world: World) -> tuple[int, int]:
    with world.context():
        last = db.session.scalar(sa.select(sa.func.max(AuditRecord.id))) or 0
        uses = db.session.scalar(sa.text("SELECT count(*) FROM usage_event WHERE type = 'copy'")) or 0
        return last, uses
