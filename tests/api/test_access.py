from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from playbook import clock
from playbook.db import db
from playbook.models import Token, Version
from playbook.work import saving
from tests.api.programs import ROOT, Program, refused
from tests.routes import Route, routes
from tests.world import Browser, World

Programs = Callable[..., Program]
Browse = Callable[[str], Browser]

NEW = {"kind": "note", "fields": {"title": "New"}, "body": ""}


def calls(app: Flask) -> list[Route]:
    """Every call but the description."""
    found = [route for route in routes(app) if route.rule.startswith(f"{ROOT}/") and route.allows is not None]
    assert len(found) >= 9
    return found


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Bearer undefined",
        "bearer 0",
        "Basic YWRhOmFkYQ==",
        "Token abc",
        "Digest x",
        "Bearer " + "x" * 5000,
        "Bearer \x00",
        "Bearer kb_pat_ü",
    ],
)
def test_t52_every_call_refuses_who_shows_no_living_token(
    app: Flask, world: World, header: str | None
) -> None:
    client = app.test_client()
    headers = {} if header is None else {"Authorization": header.encode().decode("latin-1")}
    for route in calls(app):
        answer = client.open(route.address, method=route.method, headers=headers)
        refused(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_t80_a_token_counts_only_in_its_header(app: Flask, world: World, program: Programs) -> None:
    secret = program("ada", scope="admin").token
    client = app.test_client()
    for name in ("token", "access_token", "api_key", "authorization"):
        client.set_cookie(name, secret)
        refused(client.get(f"{ROOT}/entries?{name}={secret}"), 401)
    client.set_cookie("playbook", secret)
    refused(client.get(f"{ROOT}/entries"), 401)
    refused(client.get(f"{ROOT}/entries", headers={"X-API-Key": secret}), 401)
    refused(client.post(f"{ROOT}/entries", data={"access_token": secret}), 401)


def test_t80_a_token_that_ended_lets_nobody_in(app: Flask, world: World, program: Programs) -> None:
    def is_in(asking: Program) -> bool:
        answer = asking.get("/entries")
        if answer.status_code != 200:
            refused(answer, 401)
        return answer.status_code == 200

    asking = program("milo"), program("dana"), program("cleo")
    assert all(is_in(each) for each in asking)
    with world.context(), saving():
        of = {token.user_id: token for token in db.session.scalars(sa.select(Token))}
        of[world.people["milo"]].expires_at = clock.now() - timedelta(seconds=1)
        of[world.people["dana"]].revoked_at = clock.now()
        world.person("cleo").disable()
    assert not any(is_in(each) for each in asking)


def test_a_token_decides_and_a_cookie_beside_it_counts_for_nothing(
    app: Flask, world: World, browse: Browse, program: Programs
) -> None:
    world.write("draft", released=False)
    ada = browse("ada").client

    of_ana = {"Authorization": f"Bearer {program('ana').token}"}
    refused(ada.get(f"{ROOT}/entries/draft", headers=of_ana), 404)
    refused(ada.post(f"{ROOT}/entries", json=NEW, headers=of_ana), 403)
    refused(ada.get(f"{ROOT}/entries/draft", headers={"Authorization": "Bearer null"}), 401)
    of_milo = {"Authorization": f"Bearer {program('milo').token}"}
    assert ada.post(f"{ROOT}/entries", json=NEW, headers=of_milo).status_code == 201


def test_t68_a_session_changes_nothing_without_proof(app: Flask, world: World, browse: Browse) -> None:
    world.write("price")
    ada = browse("ada")
    for route in calls(app):
        if route.writes:
            refused(ada.client.open(route.address, method=route.method, json={}), 400)
            wrong = {"X-CSRFToken": "nothing-that-was-given"}
            refused(ada.client.open(route.address, method=route.method, json={}, headers=wrong), 400)
            elsewhere = {"X-CSRFToken": ada.token(), "Sec-Fetch-Site": "cross-site"}
            refused(ada.client.open(route.address, method=route.method, json={}, headers=elsewhere), 400)
    assert ada.client.get(f"{ROOT}/entries").status_code == 200
    begun = ada.client.post(f"{ROOT}/entries", json=NEW, headers={"X-CSRFToken": ada.token()})
    assert begun.status_code == 201


KNOWN_TO_NOBODY_ELSE = ("hidden", "hidden-draft", "missing")


def test_t48_what_is_hidden_looks_in_every_form_like_what_is_missing(
    app: Flask, world: World, program: Programs
) -> None:
    world.write("hidden", audience="restricted", owner="dana.okafor", by="dana", body="Secret.\n")
    world.revise("hidden", by="dana", body="Secret too.\n")
    world.write(
        "hidden-draft",
        audience="restricted",
        owner="dana.okafor",
        by="dana",
        released=False,
        body="Secret.\n",
    )
    for who in ("ana", "cleo", "milo"):
        asking = program(who)
        for query in (
            "",
            "?version=1",
            "?as_of=2999-01-01",
            "/versions",
            "/versions/1",
            "/versions/2",
            "/diff?from=1&to=2",
            "/diff?from=1&to=1",
        ):
            answers = []
            for slug in KNOWN_TO_NOBODY_ELSE:
                for accept in ("application/json", "text/markdown"):
                    answer = asking.get(f"/entries/{slug}{query}", headers={"Accept": accept})
                    refused(answer, 404)
                    answers.append(answer.data)
            assert len(set(answers)) == 1
    assert program("ada").get("/entries/hidden").status_code == 200


def test_t47_nothing_is_done_to_what_is_hidden(world: World, program: Programs) -> None:
    world.write("hidden", audience="restricted", owner="dana.okafor", by="dana")
    etag = program("ada").get("/entries/hidden").headers["ETag"]
    for who in ("cleo", "milo"):
        asking = program(who)
        for slug in ("hidden", "missing"):
            refused(asking.put(f"/entries/{slug}", {"fields": {}, "body": "x"}, etag=etag), 404)
            refused(asking.put(f"/entries/{slug}", {"fields": {}, "body": "x"}), 404)
            refused(asking.post(f"/entries/{slug}/restore", {"version": 1}), 404)
    refused(program("milo").post("/entries/hidden/retire", {"reason": "x"}), 404)
    refused(program("milo").post("/entries/missing/retire", {"reason": "x"}), 404)
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count(Version.id))) == 1


def test_t48_a_version_that_was_never_released_is_hidden_from_readers(
    world: World, program: Programs
) -> None:
    world.write("price", body="First.\n")
    world.revise("price", body="Between.\n", released=False)
    world.revise("price", body="Third.\n")
    ana = program("ana")

    assert [item["number"] for item in ana.get("/entries/price/versions").json["items"]] == [3, 1]
    for query in ("?version=2", "/versions/2", "/diff?from=1&to=2"):
        answer = ana.get(f"/entries/price{query}")
        refused(answer, 404)
        assert "Between" not in answer.text
    compared = ana.get("/entries/price/diff?from=1&to=3").json
    assert "Between" not in str(compared)
