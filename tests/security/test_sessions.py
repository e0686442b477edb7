"""Sessions: when each is new, when it is over, and what ends with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import BadSetting, Settings
from playbook.app import create_app
from playbook.db import db
from playbook.models import Role, Scope, Token, UserSession
from playbook.work import saving
from tests.coming_in import NOON, PASSWORD, cookie, give_passwords, is_in, link, set_up, sign_in
from tests.web.forms import form_of
from tests.world import Browser, World, close

Browse = Callable[[str], Browser]
NEW = "another four plain words"


@pytest.fixture
def ana(world: World) -> World:
    give_passwords(world, "ana")
    return world


def works(app: Flask, secret: str) -> bool:
    """Whether somebody who has this cookie is in."""
    client = app.test_client()
    client.set_cookie("playbook", secret)
    return is_in(client)


def change_password(client: FlaskClient, **typed: Any) -> Any:
    form = form_of(client.get("/you/password"), "/password")
    return form.send(Browser(client), password=PASSWORD, new_password=NEW, **typed)


def test_t76_the_session_is_a_new_one_after_every_step(app: Flask, ana: World) -> None:
    step = timedelta(seconds=60)
    client = app.test_client()
    seen = ["chosen-by-somebody-else-in-advance"]
    client.set_cookie("playbook", seen[0])

    def is_new() -> None:
        now = cookie(client)
        assert now not in {*seen, ""}
        assert not any(works(app, before) for before in seen)
        seen.append(now)

    with time_machine.travel(NOON, tick=False):
        sign_in(client)
        is_new()
        telephone = set_up(Browser(client), at=NOON)
        is_new()
        assert is_in(client)
        change_password(client)
        is_new()
        assert is_in(client)
    with time_machine.travel(NOON + step, tick=False):
        form_of(client.get("/"), "/sign-out").send(Browser(client))
        sign_in(client, password=NEW)
        is_new()
        assert not is_in(client)
        form = form_of(client.get("/sign-in/code"), "/code")
        form.send(Browser(client), code=telephone.code(NOON + step))
        is_new()
        assert is_in(client)
        with ana.context(), saving():
            ana.person("ana").take_role(Role.CONTRIBUTOR, by=ana.person("ada"))
        assert not is_in(client)
        client.delete_cookie("playbook")
        form = form_of(sign_in_again(client), "/code")
        form.send(Browser(client), code=telephone.codes[0])
        is_new()


def sign_in_again(client: FlaskClient) -> Any:
    sign_in(client, password=NEW)
    return client.get("/sign-in/code")


def test_t77_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(app: Flask, ana: World) -> None:
    client = app.test_client()
    sign_in(client)
    copy = cookie(client)
    assert works(app, copy)

    answer = form_of(client.get("/"), "/sign-out").send(Browser(client))

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not works(app, copy)


ENDS: dict[str, Callable[[World, FlaskClient], Any]] = {
    "password": lambda world, client: change_password(client),
    "link": lambda world, client: form_of(client.get(address := link(world, "ana")), address).send(
        Browser(client), password=NEW
    ),
    "second factor": lambda world, client: set_up(Browser(client), at=NOON),
    "the others": lambda world, client: form_of(client.get("/you/sessions"), "/sessions/end").send(
        Browser(client)
    ),
}


@pytest.mark.parametrize("way", ENDS)
def test_t77_every_other_browser_is_signed_out_by_a_new(app: Flask, ana: World, way: str) -> None:
    with time_machine.travel(NOON, tick=False):
        here, there = app.test_client(), app.test_client()
        sign_in(here)
        sign_in(there)
        ENDS[way](ana, here)

        assert is_in(here)
        assert not is_in(there)


def give_token(world: World) -> None:
    moment = NOON
    with world.context(), saving() as session:
        session.add(
            Token(
                user_id=world.people["ana"],
                name="script",
                shown="x",
                hash="h" * 64,
                scope=Scope.READ,
                created_at=moment,
                expires_at=moment + timedelta(days=300),
            )
        )


def is_revoked(world: World) -> bool:
    with world.context():
        return db.session.scalars(sa.select(Token.revoked_at)).one() is not None


def test_t79_tokens_end_with_the_password_unless_somebody_says_not_to(app: Flask, ana: World) -> None:
    give_token(ana)
    client = app.test_client()
    sign_in(client)
    form = form_of(client.get("/you/password"), "/password")
    assert form.values["end_tokens"] == "yes", "the box is ticked at first"

    form.values.poplist("end_tokens")
    form.send(Browser(client), password=PASSWORD, new_password=NEW)
    assert not is_revoked(ana)

    form = form_of(client.get("/you/password"), "/password")
    assert form.send(Browser(client), password=NEW, new_password=PASSWORD).status_code == 303
    assert is_revoked(ana)


def test_t88_what_depends_on_who_asks_is_kept_by_nobody(app: Flask, ana: World) -> None:
    client = app.test_client()
    sign_in(client)
    for path in (
        "/",
        "/sign-in",
        "/you",
        "/you/sessions",
        "/you/held.json",
        "/you/second-factor",
        "/nowhere",
    ):
        for browser in (client, app.test_client()):
            answer = browser.get(path)
            assert answer.headers["Cache-Control"] == "no-store", path
            assert "Cookie" in answer.headers["Vary"], path


def test_t89_another_secret_key_signs_nobody_out_and_signs_what_is_new(
    ana: World, app: Flask, settings: Settings
) -> None:
    client = app.test_client()
    sign_in(client)
    old_form = form_of(client.get("/"), "/sign-out")
    rotated = create_app(
        Settings(instance=settings.instance, secret_key="another key, of 32 characters or more")
    )
    again = rotated.test_client()
    again.set_cookie("playbook", cookie(client))
    again.set_cookie("playbook_form", cookie(client, "playbook_form"))

    assert is_in(again), "sessions are rows, and no key is needed to know them"
    assert old_form.send(Browser(again)).status_code == 400, "what the old key signed is worth nothing"
    assert form_of(again.get("/"), "/sign-out").send(Browser(again)).status_code == 303
    close(rotated)


def test_a_secret_of_a_session_is_never_shown(app: Flask, ana: World) -> None:
    client = app.test_client()
    sign_in(client)
    for path in ("/you", "/you/sessions", "/you/held", "/you/held.json"):
        assert cookie(client) not in client.get(path).text


def test_nobody_ends_the_session_of_somebody_else(app: Flask, world: World, browse: Browse) -> None:
    milo, ana = browse("milo"), browse("ana")
    with world.context():
        ids = {session.user_id: session.id for session in db.session.scalars(sa.select(UserSession))}

    answers = [
        ana.post(f"/you/sessions/{id}/end").status_code
        for id in (ids[world.people["milo"]], "1", "x" * 64, "%20", ids[world.people["ana"]])
    ]

    assert answers == [404] * 5, "nor one's own here, which is what signing out is for"
    assert is_in(milo.client)
    assert is_in(ana.client)


def test_a_clock_put_back_ends_no_session(app: Flask, ana: World) -> None:
    client = app.test_client()
    with time_machine.travel(NOON, tick=False):
        sign_in(client)
    with time_machine.travel(NOON - timedelta(seconds=5), tick=False):
        assert is_in(client)


# What may happen in the life of two browsers of one person, in any order.
ACTS = (
    "sign in 0",
    "sign in 1",
    "sign out 0",
    "sign out 1",
    "password",
    "disable",
    "enable",
    "a day",
    "an hour",
)


@given(acts=st.lists(st.sampled_from(ACTS), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_browser_is_in_from_signing_in_until_the_first_thing_that_ends_it(
    world: World, acts: list[str]
) -> None:
    """The model: who was let in and not ended since, by signing out, a password, leaving, or twelve idle hours."""
    now, is_open = NOON, True
    secrets: dict[int, str] = {}
    held: dict[int, Any] = {}
    with time_machine.travel(now, tick=False) as traveller:
        world_enable(world)
        for act in acts:
            number = int(act[-1]) if act[-1].isdigit() else -1
            if act.startswith("sign in") and is_open:
                with world.context(), saving():
                    secrets[number] = UserSession.begin(world.person("ana"), days=14)[1]
                held[number] = now
            elif act.startswith("sign out") and number in secrets:
                with world.context(), saving():
                    session = UserSession.of(secrets[number], idle_hours=12)
                    if session is not None:
                        session.end()
                held.pop(number, None)
            elif act == "password":
                with world.context(), saving():
                    world.person("ana").set_password("hash")
                held.clear()
            elif act == "disable":
                with world.context(), saving():
                    world.person("ana").disable()
                is_open = False
                held.clear()
            elif act == "enable":
                world_enable(world)
                is_open = True
            else:
                now += timedelta(days=1) if act == "a day" else timedelta(hours=1)
                traveller.move_to(now)
            for browser, secret in secrets.items():
                lives = browser in held and now - held[browser] < timedelta(hours=12)
                with world.context():
                    assert (UserSession.of(secret, idle_hours=12) is not None) is lives, (act, browser)


def world_enable(world: World) -> None:
    with world.context(), saving():
        world.person("ana").enable()


def test_what_is_over_is_swept_when_somebody_signs_in(app: Flask, ana: World) -> None:
    with time_machine.travel(NOON - timedelta(days=20), tick=False):
        for _ in range(3):
            sign_in(app.test_client())
        link(ana, "milo")
    with time_machine.travel(NOON, tick=False):
        sign_in(app.test_client())
    with ana.context():
        assert len(db.session.scalars(sa.select(UserSession.id)).all()) == 1
        assert db.session.scalar(sa.text("SELECT count(*) FROM one_time_link")) == 0


def test_a_password_whose_cost_was_raised_is_hashed_anew_when_it_is_right(app: Flask, ana: World) -> None:
    cheaper = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with ana.context(), saving():
        ana.person("ana").password_hash = cheaper
    before = app.test_client()
    sign_in(app.test_client(), password="four wrong words here")
    with ana.context():
        assert ana.person("ana").password_hash == cheaper
    sign_in(before)
    with ana.context():
        assert (ana.person("ana").password_hash or "").startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert is_in(before)
    assert sign_in(app.test_client()).status_code == 303


def test_sign_in_settings_have_an_upper_end(tmp_path: Path) -> None:
    for name, most in (("login_idle_hours", 720), ("login_days", 90)):
        Settings(instance=tmp_path, **{name: most})
        with pytest.raises(BadSetting, match=f"PLAYBOOK_{name.upper()}"):
            Settings(instance=tmp_path, **{name: most + 1})
