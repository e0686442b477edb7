"""Coming in: who is let in, who is told what, and how often somebody may try."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config import Settings
from playbook.app import create_app
from playbook.models.throttle import (
    CODE_HERE,
    CODE_ONCE,
    LINK,
    PASSWORD_AGAIN,
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    SIGN_IN_HERE,
)
from playbook.work import saving
from tests.coming_in import (
    NOON,
    PASSWORD,
    Telephone,
    cookie,
    give_passwords,
    guess,
    is_in,
    link,
    set_up,
    sign_in,
)
from tests.soak import SOAKING, soak
from tests.web.forms import form_of
from tests.web.reading import counting
from tests.world import Browser, World, close, copy_of

STEP = timedelta(seconds=30)

# Where nobody is to be sent: other sites, however they are written, and what is no address of a page.
ELSEWHERE = (
    *("https://evil.example", "HTTPS://evil.example/", "http:evil.example", "https:/evil.example"),
    *("//evil.example", "///evil.example", "////evil.example//..", "//evil.example@localhost", "//[::1]/"),
    *("/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "//\\evil.example"),
    *(
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "/\r\nLocation: //e.example",
    ),
    *("/\x00/evil.example", "/\x7f/evil.example", "/\u2028/evil.example", "/\uff0fevil.example", "/。evil"),
    *(
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@evil.example",
    ),
    *("evil.example", "../x", "./x", "?x", "#x", "@evil.example", "http://[", "", "/" + "a" * 3000),
)


@pytest.fixture
def ana(app: Flask, world: World) -> World:
    """Ana has a password; so has Milo, who has left."""
    give_passwords(world, "ana", "milo")
    with world.context(), saving():
        world.person("milo").disable()
    return world


@pytest.fixture
def telephone(app: Flask, ana: World) -> Telephone:
    """Ana's second factor, set up two steps before noon."""
    browser = Browser(app.test_client())
    with time_machine.travel(NOON - 2 * STEP, tick=False):
        sign_in(browser.client)
        return set_up(browser, at=NOON - 2 * STEP)


@contextmanager
def at(moment: object) -> Iterator[None]:
    with time_machine.travel(moment, tick=False):  # type: ignore[arg-type]
        yield


def asked_for_code(app: Flask) -> FlaskClient:
    """A browser in which Ana's password was right."""
    client = app.test_client()
    answer = sign_in(client)
    assert answer.location == "/sign-in/code?next=/"
    return client


def send_code(client: FlaskClient, code: str) -> TestResponse:
    return form_of(client.get("/sign-in/code"), "/sign-in/code").send(Browser(client), code=code)


def test_t66_a_sign_in_form_of_another_site_is_refused(app: Flask, ana: World) -> None:
    typed = {"email": "ana@example.com", "password": PASSWORD}
    client = app.test_client()
    assert client.post("/sign-in", data=typed).status_code == 400
    page = client.get("/sign-in")
    token = form_of(page, "/sign-in").values["csrf_token"]
    for site in ("cross-site", "same-site"):
        answer = client.post(
            "/sign-in", data={**typed, "csrf_token": token}, headers={"Sec-Fetch-Site": site}
        )
        assert answer.status_code == 400
        assert not cookie(client)


def test_t69_nobody_is_led_to_another_site_before_or_after_the_code(app: Flask, telephone: Telephone) -> None:
    for number, target in enumerate(ELSEWHERE):
        moment = NOON + number * 2 * STEP
        with at(moment):
            client = app.test_client()
            page = client.get("/sign-in", query_string={"next": target})
            assert form_of(page, "/sign-in").values["next"] == "/"
            answer = sign_in(client, next=target)
            assert answer.location == "/sign-in/code?next=/", target
            page = client.get("/sign-in/code", query_string={"next": target})
            form = form_of(page, "/sign-in/code")
            assert form.values["next"] == "/", target
            answer = form.send(Browser(client), code=telephone.code(moment), next=target)
            assert (answer.status_code, answer.location) == (303, "/"), target
            assert client.get("/sign-in", query_string={"next": target}).location == "/", target


def test_t69_where_somebody_wanted_to_go_is_kept_over_the_code(app: Flask, telephone: Telephone) -> None:
    with at(NOON):
        client = app.test_client()
        answer = sign_in(client, next="/search?q=price&kind=story")
        form = form_of(client.get(answer.location or ""), "/sign-in/code")
        there = form.send(Browser(client), code=telephone.code(NOON))
    assert there.location == "/search?q=price&kind=story"


def test_t72_known_unknown_invited_and_left_are_answered_alike(app: Flask, ana: World) -> None:
    told: dict[str, tuple[int, int, str, int]] = {}
    people = {"known": "ana1@", "unknown": "none@", "left": "milo@", "invited": "dana@"}
    with ana.context(), saving():
        ana.person("ana").email = "ana1@example.com"
    for who, name in people.items():
        client = app.test_client()
        form = form_of(client.get("/sign-in"), "/sign-in")
        with counting(app) as asked:
            answer = form.send(Browser(client), email=f"{name}example.com", password="four wrong words here")
        text = re.sub(r'value="[^"]*"', "", answer.text)
        told[who] = (answer.status_code, len(text), text, len(asked))
        assert [value for value in answer.headers.getlist("Set-Cookie") if "playbook=" in value] == []
    assert len(set(told.values())) == 1, {
        who: (status, size, asked) for who, (status, size, _, asked) in told.items()
    }

    if SOAKING:  # how long each takes is looked at by people: a loaded machine is no fault of the code
        for who, name in people.items():
            print(who, median(seconds(app, name, number) for number in range(soak(1, 50))))


def seconds(app: Flask, name: str, number: int) -> float:
    client = app.test_client()
    form = form_of(client.get("/sign-in"), "/sign-in")
    begun = time.perf_counter()
    client.post(
        "/sign-in",
        data={**form.values, "email": f"{name}example.com", "password": "four wrong words here"},
        environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"},
    )
    return time.perf_counter() - begun


def test_t72_a_link_that_never_was_and_one_that_is_spent_look_alike(app: Flask, world: World) -> None:
    client, address = app.test_client(), link(world)
    form_of(client.get(address), address).send(Browser(client), password=PASSWORD)
    other = app.test_client()
    spent, never = other.get(address), other.get("/first/" + "x" * 43)

    assert (spent.status_code, never.status_code) == (404, 404)
    assert re.sub(r'value="[^"]*"', "", spent.text) == re.sub(r'value="[^"]*"', "", never.text)


def test_t74_somebody_who_guesses_is_stopped_and_the_owner_comes_in_from_elsewhere(
    app: Flask, ana: World
) -> None:
    with at(NOON):
        statuses = [guess(app.test_client(), address="192.0.2.66").status_code for _ in range(30)]
        assert statuses == [422] * SIGN_IN_HERE.most + [429] * (30 - SIGN_IN_HERE.most)
        assert sign_in_from(app, "192.0.2.66").status_code == 429, "not even the right one"
        assert sign_in_from(app, "198.51.100.7").status_code == 303
    with at(NOON + SIGN_IN_HERE.within):
        assert sign_in_from(app, "192.0.2.66").status_code == 303, "nor is anybody for good"


def sign_in_from(app: Flask, address: str, email: str = "ana@example.com") -> TestResponse:
    client = app.test_client()
    form = form_of(client.get("/sign-in"), "/sign-in")
    return client.post(
        "/sign-in",
        data={**form.values, "email": email, "password": PASSWORD},
        environ_overrides={"REMOTE_ADDR": address},
    )


def test_t74_guesses_from_many_places_are_stopped_and_do_not_shut_the_owner_out(
    app: Flask, ana: World
) -> None:
    with at(NOON):
        assert sign_in_from(app, "198.51.100.7").status_code == 303
        for number in range(SIGN_IN_ACCOUNT.most):
            assert guess(app.test_client(), address=f"10.0.{number}.1").status_code == 422
        assert guess(app.test_client(), address="10.9.9.9").status_code == 429
        assert sign_in_from(app, "203.0.113.50").status_code == 429, "a place nobody knows"
        assert sign_in_from(app, "198.51.100.7").status_code == 303, "where the owner comes from"
    with at(NOON + SIGN_IN_ACCOUNT.within):
        assert sign_in_from(app, "203.0.113.50").status_code == 303


def test_t74_one_place_does_not_try_many_accounts(app: Flask, ana: World) -> None:
    with at(NOON):
        client = app.test_client()
        form = form_of(client.get("/sign-in"), "/sign-in")
        statuses = [
            client.post(
                "/sign-in", data={**form.values, "email": f"p{number}@example.com", "password": ""}
            ).status_code
            for number in range(SIGN_IN_ADDRESS.most + 3)
        ]
    assert statuses == [422] * SIGN_IN_ADDRESS.most + [429] * 3


def test_t74_being_told_to_wait_says_how_long_and_gives_the_address_back(app: Flask, ana: World) -> None:
    with at(NOON):
        client = app.test_client()
        for _ in range(SIGN_IN_HERE.most):
            guess(client)
        answer = guess(client)
    assert answer.headers["Retry-After"] == "900"
    assert "Try again in 15 minutes, at 12:15 (UTC)." in answer.text
    assert form_of(answer, "/sign-in").values["email"] == "ana@example.com"
    assert "four wrong words" not in answer.text


def test_t74_right_passwords_are_no_guesses(app: Flask, ana: World) -> None:
    with at(NOON):
        for _ in range(SIGN_IN_HERE.most + 5):
            assert sign_in_from(app, "192.0.2.1").status_code == 303


def test_t74_codes_are_not_guessed(app: Flask, telephone: Telephone) -> None:
    with at(NOON):
        client = asked_for_code(app)
        wrong = "000000" if telephone.code(NOON) != "000000" else "000001"
        for _ in range(CODE_ONCE.most - 1):
            answer = send_code(client, wrong)
            assert (answer.status_code, "This code is wrong" in answer.text) == (422, True)
        answer = send_code(client, wrong)
        assert "Five codes were wrong. Begin again with your password." in answer.text
        assert form_of(answer, "/sign-in"), "the password is asked for again"
        assert client.get("/sign-in/code").location == "/sign-in"
        client = asked_for_code(app)
        assert send_code(client, telephone.code(NOON)).status_code == 303
        assert is_in(client)


def test_t74_codes_of_an_account_are_counted_over_every_sign_in(app: Flask, telephone: Telephone) -> None:
    statuses = []
    with at(NOON):
        for _ in range(CODE_HERE.most // CODE_ONCE.most):
            client = asked_for_code(app)
            statuses += [send_code(client, "111111").status_code for _ in range(CODE_ONCE.most)]
        statuses.append(send_code(asked_for_code(app), "111111").status_code)
    assert statuses == [422] * CODE_HERE.most + [429]


def test_t74_a_thief_of_an_open_browser_does_not_guess_the_password(app: Flask, ana: World) -> None:
    client = app.test_client()
    with at(NOON):
        sign_in(client)
        form = form_of(client.get("/you/password"), "/password")
        statuses = [
            form.send(Browser(client), password=f"guess number {n}", new_password="x" * 20).status_code
            for n in range(PASSWORD_AGAIN.most + 2)
        ]
        answer = form.send(Browser(client), password=PASSWORD, new_password="secret of a thief")
    assert statuses == [422] * PASSWORD_AGAIN.most + [429] * 2
    assert answer.status_code == 429
    assert PASSWORD not in answer.text
    assert "secret of a thief" not in answer.text


def test_t74_links_are_not_guessed(app: Flask, world: World) -> None:
    client, address = app.test_client(), link(world)
    with at(NOON):
        address = link(world)
        for _ in range(LINK.most + 5):
            assert client.get(address).status_code == 200, "opening a real one is no guess"
        statuses = [client.get(f"/first/guess-{number}").status_code for number in range(LINK.most + 2)]
        assert statuses == [404] * LINK.most + [429] * 2
        assert client.get(address).status_code == 429
    with at(NOON + LINK.within):
        assert client.get(address).status_code == 200


FORGED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "CF-Connecting-IP", "True-Client-IP")


def test_t75_nobody_is_somewhere_else_by_saying_so(app: Flask, ana: World) -> None:
    statuses = []
    with at(NOON):
        for number in range(SIGN_IN_HERE.most + 3):
            said = f"203.0.113.{number}"
            headers = {name: f"for={said}" if name == "Forwarded" else said for name in FORGED}
            statuses.append(guess(app.test_client(), address="192.0.2.66", **headers).status_code)
    assert statuses == [422] * SIGN_IN_HERE.most + [429] * 3


def test_t75_a_trusted_proxy_is_believed_and_nothing_before_it(tmp_path: Path, made_once: Path) -> None:
    copy_of(made_once, tmp_path / "behind")
    app = create_app(Settings(instance=tmp_path / "behind", trusted_proxies=1, threads=4))
    give_passwords(World(app), "ana")
    with at(NOON):
        for number in range(SIGN_IN_HERE.most):
            forwarded = f"203.0.113.{number}, 192.0.2.66"  # the first is what the guesser wrote
            assert (
                guess(app.test_client(), address="10.0.0.1", **{"X-Forwarded-For": forwarded}).status_code
                == 422
            )
        assert (
            guess(app.test_client(), address="10.0.0.1", **{"X-Forwarded-For": "192.0.2.66"}).status_code
            == 429
        )
        assert (
            guess(app.test_client(), address="10.0.0.1", **{"X-Forwarded-For": "192.0.2.67"}).status_code
            == 422
        )
    close(app)


def test_t82_what_is_left_out_counts_as_wrong(app: Flask, telephone: Telephone) -> None:
    with at(NOON):
        client = asked_for_code(app)
        token = form_of(client.get("/sign-in/code"), "/sign-in/code").values["csrf_token"]
        for typed in (
            {},
            {"code": ""},
            {"code": " "},
            {"Code": telephone.code(NOON)},
            {"code[]": telephone.code(NOON)},
        ):
            client = asked_for_code(app)
            token = form_of(client.get("/sign-in/code"), "/sign-in/code").values["csrf_token"]
            answer = client.post("/sign-in/code", data={"csrf_token": token, **typed})
            assert answer.status_code == 422, typed
            assert not is_in(client)
        assert client.post("/sign-in/code", data={"code": telephone.code(NOON)}).status_code == 400, (
            "the token"
        )
        for typed in ({"email": "ana@example.com"}, {"password": PASSWORD}, {}):
            assert app_post(app, typed).status_code == 422


def app_post(app: Flask, typed: dict[str, str]) -> TestResponse:
    client = app.test_client()
    token = form_of(client.get("/sign-in"), "/sign-in").values["csrf_token"]
    return client.post("/sign-in", data={"csrf_token": token, **typed})


def test_t82_whoever_waits_for_a_code_is_nobody_yet(app: Flask, telephone: Telephone) -> None:
    with at(NOON):
        client = asked_for_code(app)
        assert not is_in(client)
        for path in ("/", "/you", "/people", "/you/second-factor", "/you/held.json"):
            assert client.get(path).status_code == 303, path
        assert client.get("/you/sessions").location == "/sign-in?next=/you/sessions"
    with at(NOON + timedelta(minutes=10, seconds=1)):
        assert client.get("/sign-in/code").location == "/sign-in", "ten minutes are enough"
        assert not is_in(client)


def test_t82_a_new_password_by_a_link_does_not_go_round_the_second_factor(
    app: Flask, ana: World, telephone: Telephone
) -> None:
    with at(NOON):
        client, address = app.test_client(), link(ana, "ana")
        answer = form_of(client.get(address), address).send(Browser(client), password=PASSWORD + ", new")
        assert answer.location == "/sign-in/code?next=/"
        assert not is_in(client)


def test_t83_every_character_of_a_password_counts_and_too_many_are_refused_at_once(
    app: Flask, world: World
) -> None:
    composed, decomposed = "Zoë und die Brücke", "Zoe\u0308 und die Bru\u0308cke"
    odd = {
        " a blank before and after ": ["a blank before and after", " a blank before and after"],
        "a nul \x00 in the middle": ["a nul ", "a nul  in the middle"],
        composed: [decomposed],
        decomposed: [composed],
        "Capitals And Small": ["capitals and small"],
    }
    for password, others in odd.items():
        client, address = app.test_client(), link(world)
        assert (
            form_of(client.get(address), address).send(Browser(client), password=password).status_code == 303
        )
        for other in others:
            assert sign_in(app.test_client(), "cleo@example.com", other).status_code == 422, (password, other)
        assert sign_in(app.test_client(), "cleo@example.com", password).status_code == 303, password
    client, address = app.test_client(), link(world)
    form = form_of(client.get(address), address)
    for password in ("", "x" * 129, "x" * 900_000):
        assert form.send(Browser(client), password=password).status_code == 422
        assert sign_in(app.test_client(), "cleo@example.com", password).status_code == 422


@pytest.mark.parametrize(
    "cookies",
    [
        "=__Host-playbook=bad",
        "=playbook=bad",
        "playbook=a; playbook=b",
        "playbook=" + "a" * 8000,
        "playbook=%00; playbook_form=%FF",
        'playbook="; ; =;',
        "playbook_form=.e; playbook_form=..",
        "playbook=\udc80",
        "; ".join(f"c{number}=x" for number in range(300)),
    ],
)
def test_t87_a_cookie_that_is_none_is_ignored_or_refused(app: Flask, ana: World, cookies: str) -> None:
    for path in ("/", "/sign-in", "/sign-in/code", "/you/sessions"):
        answer = app.test_client().get(path, headers={"Cookie": cookies})
        assert answer.status_code in {200, 303, 400}, path
        assert not (path == "/" and answer.status_code == 200)


def test_t90_debug_mode_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, made_once: Path
) -> None:
    copy_of(made_once, tmp_path / "debug")
    monkeypatch.setenv("FLASK_DEBUG", "1")

    with pytest.raises(RuntimeError, match="FLASK_DEBUG"):
        create_app(Settings(instance=tmp_path / "debug"))
