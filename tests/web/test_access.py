from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from playbook.db import db
from playbook.models import AuditRecord
from playbook.models.audit import DENIED
from tests.routes import routes
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]
TYPED = {
    "body": "Typed for an <hour>",
    "base": "1",
    "title": "Typed",
    "slug": "typed",
    "document": "",
    "password": "a password",
}


def everything(world: World) -> dict[str, list[object]]:
    """What the database holds, but for signs of life, what pages count, and what is on record as refused."""
    counted = {"usage_event", "search_query", "user_session", "attempts", "setting", "audit_record"}
    with world.context(), db.engine.connect() as connection:
        kept: dict[str, list[object]] = {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in db.metadata.sorted_tables
            if table.name not in counted
        }
        done = sa.select(AuditRecord.id, AuditRecord.action).where(AuditRecord.action != DENIED)
        return {**kept, "done": [tuple(row) for row in connection.execute(done)]}


def test_nothing_is_changed_by_a_form_without_its_token(app: Flask, world: World, browse: Browse) -> None:
    world.write("price")
    ada, milo = browse("ada"), browse("milo")
    of_another = milo.token()
    before = everything(world)
    for route in routes(app):
        if not route.writes:
            continue
        for typed, headers in (
            (TYPED, {}),
            ({**TYPED, "csrf_token": ""}, {}),
            ({**TYPED, "csrf_token": "made-up"}, {}),
            ({**TYPED, "csrf_token": of_another}, {}),
            (TYPED, {"X-CSRFToken": of_another}),
            (TYPED, {"HX-Request": "true"}),
            (TYPED, {"X-HTTP-Method-Override": "GET"}),
        ):
            answer = ada.client.open(route.address, method=route.method, data=typed, headers=headers)
            assert answer.status_code == 400, (route.name, typed)
            if not route.is_for_programs:
                assert "Typed for an &lt;hour&gt;" in answer.text, route.name
            assert "a password" not in answer.text, route.name
    assert everything(world) == before


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""]
)
def test_no_other_way_of_sending_goes_round_the_token(
    app: Flask, world: World, browse: Browse, content_type: str
) -> None:
    world.write("price")
    ada = browse("ada")
    before = everything(world)
    for route in routes(app):
        if route.writes:
            answer = ada.client.open(
                route.address, method=route.method, data=b'{"body":"x"}', content_type=content_type
            )
            assert answer.status_code == 400, route.name
    assert everything(world) == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_is_refused_even_with_the_token(
    app: Flask, world: World, browse: Browse, site: str
) -> None:
    world.write("price")
    ada = browse("ada")
    token = ada.token()
    before = everything(world)
    for route in routes(app):
        if route.writes:
            answer = ada.client.open(
                route.address,
                method=route.method,
                data={**TYPED, "csrf_token": token},
                headers={"Sec-Fetch-Site": site},
            )
            assert answer.status_code == 400, route.name
            if not route.is_for_programs:
                assert "Typed for an &lt;hour&gt;" in answer.text
    assert everything(world) == before


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_form_of_this_site_is_taken(world: World, browse: Browse, site: str) -> None:
    world.write("price")
    milo = browse("milo")

    answer = milo.post("/preview", {"body": "Words"}, headers={"Sec-Fetch-Site": site})

    assert answer.status_code == 200


def test_the_token_may_come_in_a_header_as_htmx_sends_it(browse: Browse) -> None:
    milo = browse("milo")

    answer = milo.client.post("/preview", data={"body": "Words"}, headers={"X-CSRFToken": milo.token()})

    assert answer.status_code == 200


def test_what_changes_things_cannot_be_asked_for_by_a_link(app: Flask, world: World, browse: Browse) -> None:
    world.write("price")
    ada = browse("ada")
    reading = {route.rule for route in routes(app) if not route.writes}
    for route in routes(app):
        if route.rule in reading:
            continue
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"):
            answer = ada.client.open(route.address, method=method)
            # What stands under a shelf may be read as the address of an entry, and there is none.
            no_entry = (
                {404} if route.rule.startswith("/<folder:kind>/") and route.rule.count("/") == 2 else set()
            )
            assert answer.status_code in {400, 405, *no_entry}, (method, route.rule)
            if answer.status_code == 405:
                assert "POST" in answer.headers["Allow"]


def test_asking_for_the_head_of_a_page_takes_the_same_rights(
    app: Flask, world: World, browse: Browse
) -> None:
    world.write("price")
    world.write("hidden", released=False)
    for person in ("", "ana", "cleo", "milo", "ada"):
        browser = browse(person)
        for route in routes(app):
            if route.writes:
                continue
            for address in {route.address, route.address.replace("price", "hidden")}:
                page = browser.client.get(address)
                head = browser.client.head(address)
                assert head.status_code == page.status_code, (person, address)
                assert head.location == page.location
                assert head.data == b""


HIDDEN = (
    "/notes/hidden /notes/hidden/ //notes/hidden /notes//hidden /Notes/hidden /notes/HIDDEN /notes/hidden;a=b "
    "/notes/hidden.json /notes/hidden%2f /notes%2fhidden /notes/./hidden /notes/x/../hidden /notes/hidden%00 "
    "/notes/hidden?version=1 /notes/hidden.md /notes/hidden.md?version=1 /notes/hidden/edit /notes/hidden/versions "
    "/notes/hidden/diff?from=1&to=1 /to/hidden /e/1 /notes/hidden?_method=PUT /notes/hidden?as=document"
).split()


def test_no_way_of_writing_an_address_shows_what_is_hidden(world: World, browse: Browse) -> None:
    number = world.write("hidden", released=False, body="The secret.\n", title="Secret title")
    ana = browse("ana")
    for address in HIDDEN:
        answer = ana.get(address.replace("/e/1", f"/e/{number}"), follow_redirects=True)
        assert answer.status_code in {403, 404, 405}, address
        assert "secret" not in answer.text.lower(), address


def test_who_is_not_signed_in_is_sent_to_sign_in_or_refused(app: Flask, world: World) -> None:
    world.write("price")
    client = app.test_client()
    token = form_of(client.get("/sign-in"), "/sign-in").values["csrf_token"]
    for route in routes(app):
        if route.allows is None:
            continue
        if route.writes:
            answer = client.open(route.address, method=route.method, data={"csrf_token": token})
            assert answer.status_code == 401, route.name
        else:
            answer = client.get(route.address)
            if route.is_for_programs:
                assert answer.status_code == 401, route.name
                continue
            assert answer.status_code == 303, route.name
            assert (answer.location or "").startswith("/sign-in?next=/"), route.name
            piece = client.get(route.address, headers={"HX-Request": "true"})
            assert piece.status_code == 401, "htmx must not put the sign-in page into a part of another"


def test_each_browser_is_whom_its_cookie_says(browse: Browse) -> None:
    pages = {name: browse(name) for name in ("ana", "milo", "ada")}

    for _ in range(2):
        for name, browser in pages.items():
            assert f">{name.capitalize()} " in browser.get("/").text


def test_a_role_that_changes_counts_from_the_next_request(world: World, browse: Browse) -> None:
    from playbook.models import Role
    from playbook.work import saving

    cleo = browse("cleo")
    assert cleo.get("/new").status_code == 200
    with world.context(), saving():
        world.person("cleo").role = Role.REP
    assert cleo.get("/new").status_code == 403
    with world.context(), saving():
        world.person("cleo").disable()
    assert cleo.get("/notes/").status_code == 303
