"""What was refused is on record: who tried, what, and from where; and nobody fills the disk by trying."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from playbook import clock
from playbook.content import auditing
from playbook.db import db
from playbook.models import AuditRecord, Scope, Token
from playbook.models.audit import DENIED, origin
from playbook.models.denial import OF_ONE, OF_STRANGERS, deny
from playbook.work import saving
from tests.coming_in import NOON, give_passwords, set_up, sign_in
from tests.web.forms import form_of
from tests.world import Browser, World, close

Browse = Callable[[str], Browser]


def denials(world: World) -> list[AuditRecord]:
    with world.context():
        assert auditing.verify().faults == []
        kept = sa.select(AuditRecord).where(AuditRecord.action == DENIED).order_by(AuditRecord.id)
        return list(db.session.scalars(kept))


def only(world: World) -> AuditRecord:
    [record] = denials(world)
    return record


def test_what_a_role_does_not_include_is_on_record(world: World, browse: Browse) -> None:
    assert browse("ana").get("/people?q=milo").status_code == 403

    record = only(world)
    assert (record.user_id, record.thing) == (world.people["ana"], "people")
    assert record.detail == {"why": "Your role does not include this.", "permission": "people"}
    assert record.origin == "web 127.0.0.1"


def test_what_a_program_may_not_is_on_record(world: World, app: Flask) -> None:
    with world.context(), saving():
        token, secret = Token.make(world.person("milo"), name="ci", scope=Scope.READ, by=None)
        shown = token.shown
    world.write("price")
    answer = app.test_client().post(
        "/api/v1/entries/price/propose", json={}, headers={"Authorization": f"Bearer {secret}"}
    )

    assert answer.status_code == 403
    record = only(world)
    assert (record.user_id, record.thing) == (world.people["milo"], "api/v1/entries/price/propose")
    assert record.detail["why"] == "The scope of this token does not include this."
    assert record.origin == f"api 127.0.0.1, token {shown}"
    assert secret not in json.dumps(record.detail)


@pytest.mark.parametrize("ended", ["revoked", "expired", "disabled"])
def test_a_token_that_has_ended_is_on_record(world: World, app: Flask, ended: str) -> None:
    with world.context(), saving():
        token, secret = Token.make(world.person("milo"), name="ci", scope=Scope.READ, by=None, days=1)
        shown = token.shown
        db.session.flush()
        if ended == "revoked":
            token.revoke(by=None)
        if ended == "disabled":
            world.person("milo").disable()
    with time_machine.travel(clock.now() + timedelta(days=2 if ended == "expired" else 0)):
        answer = app.test_client().get("/api/v1/entries", headers={"Authorization": f"Bearer {secret}"})

        assert answer.status_code == 401
    record = only(world)
    assert (record.user_id, record.thing, record.detail["token"]) == (None, "people/milo.brandt", shown)


@pytest.mark.parametrize("header", ["Bearer playbook_pat_nonsense", "Basic bWlsbzpwYXNz", "Bearer", "ü"])
def test_a_token_that_never_was_is_on_record_and_not_kept(world: World, app: Flask, header: str) -> None:
    assert app.test_client().get("/api/v1/entries", headers={"Authorization": header}).status_code == 401

    record = only(world)
    assert (record.user_id, record.thing) == (None, "api/v1/entries")
    assert record.detail == {"why": "There is no such token."}


def test_strangers_who_are_sent_to_sign_in_are_not_denied_anything(
    world: World, browse: Browse, app: Flask
) -> None:
    browse("").get("/notes/")
    browse("").client.post("/notes/price/edit")
    app.test_client().get("/api/v1/entries")

    assert denials(world) == []


def test_a_wrong_password_is_on_record_under_the_account_it_was_for(world: World, app: Flask) -> None:
    give_passwords(world, "ana")
    sign_in(app.test_client(), password="not this one at all")

    record = only(world)
    assert (record.user_id, record.thing) == (None, "people/ana.ruiz")
    assert record.detail == {"why": "The address and the password do not belong together."}


def test_what_was_typed_for_an_account_of_nobody_is_kept_as_what_nobody_can_read(
    world: World, app: Flask
) -> None:
    typed = "correct horse battery staple"  # people type passwords into the wrong field
    for email in (typed, typed, "nobody@example.com"):
        app.test_client().post("/sign-in")  # without its proof: refused before it is looked at
        sign_in(app.test_client(), email=email)

    one, same, other = denials(world)
    assert {record.thing for record in (one, same, other)} == {"sign-in"}
    assert one.detail == same.detail != other.detail
    assert "horse" not in json.dumps(one.detail)
    assert "nobody" not in json.dumps(other.detail)


def test_a_wrong_code_is_on_record(world: World, app: Flask) -> None:
    give_passwords(world, "ana")
    with time_machine.travel(NOON, tick=False):
        client = app.test_client()
        sign_in(client)
        set_up(Browser(client), at=NOON)
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        client = app.test_client()
        assert sign_in(client).location.startswith("/sign-in/code")
        page = client.get("/sign-in/code")
        form_of(page, "/sign-in/code").send(Browser(client), code="000000")

    record = only(world)
    assert (record.thing, record.detail["why"]) == ("people/ana.ruiz", "The code was wrong.")


def test_a_wrong_password_of_somebody_who_is_signed_in_is_on_record(world: World, app: Flask) -> None:
    give_passwords(world, "ana")
    client = app.test_client()
    sign_in(client)
    form_of(client.get("/you/second-factor"), "/second-factor").send(
        Browser(client), password="a guess of mine"
    )

    record = only(world)
    assert (record.user_id, record.thing) == (world.people["ana"], "you/second-factor")


def test_a_form_without_proof_is_on_record_where_somebody_is_signed_in(world: World, browse: Browse) -> None:
    assert browse("milo").client.post("/notes/price/retire").status_code == 400
    assert browse("").client.post("/notes/price/retire").status_code == 400
    assert browse("milo").client.post("/api/v1/entries", json={}).status_code == 400

    sent = browse("milo").post("/notes/price/retire", headers={"Sec-Fetch-Site": "same-site"})
    assert sent.status_code == 400

    page, call, elsewhere = denials(world)
    assert elsewhere.detail == {"why": "The form was sent from another site."}
    assert (page.user_id, page.thing) == (world.people["milo"], "notes/price/retire")
    assert (call.user_id, call.thing) == (world.people["milo"], "api/v1/entries")


def test_a_signature_that_the_rule_of_two_forbids_is_on_record(world: World, browse: Browse) -> None:
    world.write("price", by="milo", owner="milo.brandt", released=False)
    world.propose("price", by="milo")
    with world.context():
        newest = world.entry("price").newest.hash

    answer = browse("milo").post("/notes/price/signatures", {"team": "owner", "hash": newest})

    assert answer.status_code == 409
    record = only(world)
    assert (record.user_id, record.thing) == (world.people["milo"], "notes/price/signatures")
    assert record.detail["why"] == "You wrote this alone, so somebody else has to sign it."


def test_a_secret_in_an_address_is_not_on_record(world: World, browse: Browse) -> None:
    browse("milo").client.post("/first/a-secret-that-opens-an-account")

    assert only(world).thing == "first/…"


def test_what_is_hidden_is_refused_as_what_is_missing_and_neither_is_on_record(
    world: World, browse: Browse
) -> None:
    world.write("hidden", audience="restricted", owner="dana.okafor", by="dana")
    ana = browse("ana")

    assert ana.get("/notes/hidden").text == ana.get("/notes/missing").text.replace("missing", "hidden")
    assert denials(world) == []


def test_nobody_fills_the_disk_by_being_refused(world: World, browse: Browse) -> None:
    ana = browse("ana")
    for _ in range(OF_ONE.most + 5):
        assert ana.get("/people").status_code == 403

    kept = denials(world)
    assert len(kept) == OF_ONE.most
    assert [record.detail.get("last", False) for record in kept] == [False] * (OF_ONE.most - 1) + [True]
    browse("cleo").get("/people")
    assert len(denials(world)) == OF_ONE.most + 1, "others are still on record"
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        browse("ana").get("/people")
    assert len(denials(world)) == OF_ONE.most + 2


def test_nor_do_strangers_from_everywhere(world: World) -> None:
    with world.context():
        for number in range(OF_STRANGERS.most + 10):
            deny("/sign-in", by=None, address=f"192.0.{number // 250}.{number % 250}", why="No.")

    assert len(denials(world)) == OF_STRANGERS.most


@contextmanager
def somebody_writes(world: World) -> Iterator[None]:
    """The database is held by another for as long as the block lasts."""
    with (
        world.context(),
        db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as connection,
        connection.begin(),
    ):
        yield


def test_a_refusal_that_cannot_be_recorded_is_a_refusal_all_the_same(world: World, browse: Browse) -> None:
    ana = browse("ana")
    ana.get("/library")
    with somebody_writes(world):
        assert ana.get("/people").status_code == 403

    assert denials(world) == []


def test_nothing_of_one_request_is_said_of_the_next(world: World, browse: Browse, app: Flask) -> None:
    browse("ana").get("/library")
    assert origin.get() == ""
    with world.context(), saving():
        _, secret = Token.make(world.person("milo"), name="ci", scope=Scope.WRITE, by=None)
    app.test_client().get("/api/v1/entries", headers={"Authorization": f"Bearer {secret}"})
    assert origin.get() == ""
    world.write("price")
    browse("milo").post(
        "/notes/price/retire", {"reason": "Over."}, environ_overrides={"REMOTE_ADDR": "192.0.2.9"}
    )

    with world.context():
        said: dict[str, Any] = dict(
            tuple(row) for row in db.session.execute(sa.select(AuditRecord.action, AuditRecord.origin))
        )
    assert said == {"make token": "", "draft": "", "release": "", "retire": "web 192.0.2.9"}


@pytest.mark.parametrize(("proxies", "told"), [(0, "web 127.0.0.1"), (1, "web 203.0.113.8")])
def test_a_proxys_word_counts_where_the_settings_trust_it(
    app: Flask, world: World, browse: Browse, proxies: int, told: str
) -> None:
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies)  # type: ignore[method-assign]
    browse("ana").get("/people", headers={"X-Forwarded-For": "203.0.113.8"})

    assert only(world).origin == told
    close(app)


def test_a_command_says_that_it_is_one(world: World, app: Flask) -> None:
    world.write("price")
    result = app.test_cli_runner().invoke(args=["token", "create", "milo@example.com", "--scope", "read"])
    assert result.exit_code == 0, result.output

    with world.context():
        made = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.action == "make token")).one()
    assert made.origin == "command line"
    assert origin.get() == ""
