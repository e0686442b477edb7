from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from playbook.app import create_app
from playbook.db import db
from playbook.models import UserSession
from playbook.models.password import hash_password
from playbook.web.addresses import safe_next
from playbook.work import saving
from tests.coming_in import NOON, PASSWORD, cookie, give_passwords, is_in, link, sign_in
from tests.web.forms import form_of
from tests.world import Browser, World, close, copy_of

Browse = Callable[[str], Browser]

WRONG = "This address and this password do not belong together."


@pytest.fixture
def passwords(world: World) -> World:
    """Ana and Milo have chosen theirs; Milo has left."""
    give_passwords(world, "ana", "milo")
    with world.context(), saving():
        world.person("milo").disable()
    return world


def test_the_right_password_lets_a_person_in(app: Flask, passwords: World) -> None:
    client = app.test_client()
    answer = sign_in(client)

    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)
    assert "Ana Ruiz" in client.get("/").text


def test_wrong_unknown_and_left_are_told_the_same(app: Flask, passwords: World) -> None:
    told = {}
    for email, password in [
        ("ana@example.com", "four wrong words here"),
        ("ana@example.com", ""),
        ("ana@example.com", PASSWORD + "a" * 200),
        ("ana@example.com", PASSWORD + "\x00"),
        ("ana@example.com", PASSWORD.replace(" ", "\u00a0")),
        ("ana@example.com", PASSWORD + "🔑" * 30),
        ("nobody@example.com", PASSWORD),
        ("milo@example.com", PASSWORD),
        ("dana@example.com", PASSWORD),
        ("ana\x00@example.com", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("a" * 5000, PASSWORD),
        ("", ""),
    ]:
        client = app.test_client()
        answer = sign_in(client, email, password)
        assert answer.status_code == 422, email
        assert not cookie(client)
        told[email] = re.sub(r'value="[^"]*"', "", answer.text)
        if password:
            assert password not in html.unescape(answer.text)

    assert len(set(told.values())) == 1
    assert WRONG in told["ana@example.com"]


def test_a_password_of_a_megabyte_is_answered_and_forgotten(app: Flask, passwords: World) -> None:
    client = app.test_client()

    assert sign_in(client, password="a" * 900_000).status_code == 422
    assert sign_in(client, password="a" * 1_100_000).status_code == 413
    half = client.post(
        "/sign-in", data=b"email=ana%40example.com&password=%ED%A0%80", content_type=URLENCODED
    )
    assert half.status_code == 400, "there is no token either"


URLENCODED = "application/x-www-form-urlencoded"


def test_bytes_that_are_no_text_are_a_wrong_password(app: Flask, passwords: World) -> None:
    client = app.test_client()
    token = form_of(client.get("/sign-in"), "/sign-in").values["csrf_token"]
    for password in (b"%ED%A0%80", b"%FF%FE", b"%00" * 20, b"%C0%AF"):
        body = b"csrf_token=" + token.encode() + b"&email=ana%40example.com&password=" + password
        assert client.post("/sign-in", data=body, content_type=URLENCODED).status_code == 422


def test_the_address_comes_back_and_the_password_does_not(app: Flask, passwords: World) -> None:
    answer = sign_in(app.test_client(), '"><b>ana@example.com', "wrong password, typed")

    assert form_of(answer, "/sign-in").values["email"] == '"><b>ana@example.com'
    assert "<b>ana" not in answer.text
    assert "wrong password, typed" not in answer.text


OFF_SITE = (
    *(
        "https://evil.example",
        "http://evil.example/",
        "//evil.example",
        "///evil.example/x",
        "////evil.example",
    ),
    *("/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\\/evil.example", "//\\evil.example"),
    *("/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example"),
    *(
        "/ /evil.example",
        "\x00//evil.example",
        "/\x7f/evil.example",
        "/\u2028/evil.example",
        "/\u00a0/evil.example",
    ),
    *(
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@evil.example",
    ),
    *(
        "https:evil.example",
        "https:/evil.example",
        "ftp://evil.example",
        "//evil.example@localhost",
        "//[::1]",
    ),
    *(
        "http://[",
        "evil.example",
        "../evil",
        "./evil",
        "?next=//evil.example",
        "#//evil.example",
        "@evil.example",
    ),
    *("/prix/é", "/x\r\nSet-Cookie: a=b", "", "/" + "a" * 3000),
)
ON_SITE = (
    "/",
    "/library?kind=story#top",
    "/notes/price",
    "/search?q=a%20b",
    "/a//b",
    "/x?next=/y",
    "/e/%E2%9C%93",
)


@pytest.mark.parametrize("target", OFF_SITE)
def test_nobody_is_sent_to_another_site(target: str) -> None:
    assert safe_next(target) == "/"


@pytest.mark.parametrize("target", ON_SITE)
def test_a_person_goes_on_to_where_they_wanted_to_be(target: str) -> None:
    assert safe_next(target) == target


def test_signing_in_leads_on_within_the_site_only(app: Flask, passwords: World, browse: Browse) -> None:
    client, ana = app.test_client(), browse("ana")
    token = form_of(client.get("/sign-in"), "/sign-in").values["csrf_token"]
    typed = {"csrf_token": token, "email": "ana@example.com", "password": PASSWORD}
    for target in (*OFF_SITE[:12], *ON_SITE):
        page = client.get("/sign-in", query_string={"next": target})
        wanted = target if target in ON_SITE else "/"
        assert form_of(page, "/sign-in").values["next"] == wanted
        assert ana.get("/sign-in", query_string={"next": target}).location == wanted
    for target in (OFF_SITE[0], OFF_SITE[10], ON_SITE[1]):
        answer = app.test_client()
        answer.set_cookie("playbook_form", cookie(client, "playbook_form"))
        wanted = target if target in ON_SITE else "/"
        assert answer.post("/sign-in", data={**typed, "next": target}).location == wanted


def test_a_stranger_is_sent_to_sign_in_and_back(app: Flask, passwords: World) -> None:
    client = app.test_client()
    sent = client.get("/search?q=price&kind=story")

    assert (sent.status_code, sent.location) == (303, "/sign-in?next=/search?q%3Dprice%26kind%3Dstory")
    there = form_of(client.get(sent.location), "/sign-in").send(
        Browser(client), email="ana@example.com", password=PASSWORD
    )
    assert there.location == "/search?q=price&kind=story"


@pytest.mark.parametrize(
    "path", ["//evil.example/..", "/\\evil.example", "///evil.example", "//evil.example//", "//"]
)
def test_a_hostile_path_leads_to_no_other_site(app: Flask, world: World, path: str) -> None:
    answer = app.test_client().get(
        "/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path, "RAW_URI": path}
    )

    assert re.match(r"(http://localhost)?/(?![/\\])", answer.location or "/x"), answer.location


def test_a_session_is_new_each_time_and_the_one_before_is_over(app: Flask, passwords: World) -> None:
    client = app.test_client()
    client.set_cookie("playbook", "chosen-by-somebody-else-in-advance")
    sign_in(client)
    first = cookie(client)
    client.post("/sign-in", data=dict(form_values(client), email="ana@example.com", password=PASSWORD))
    second = cookie(client)

    assert len({first, second, "chosen-by-somebody-else-in-advance", ""}) == 4
    assert is_in(client)
    client.set_cookie("playbook", first)
    assert not is_in(client)


def form_values(client: FlaskClient) -> dict[str, str]:
    return {"csrf_token": Browser(client).token()}


def test_signing_out_makes_a_copied_cookie_worthless(app: Flask, passwords: World) -> None:
    client, thief = app.test_client(), app.test_client()
    sign_in(client)
    thief.set_cookie("playbook", cookie(client))
    assert is_in(thief)

    answer = form_of(client.get("/"), "/sign-out").send(Browser(client))

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not cookie(client)
    assert not is_in(thief)
    assert client.get("/sign-out").status_code == 405


def test_a_person_is_signed_out_by_nothing_that_only_looks(browse: Browse) -> None:
    ana = browse("ana")

    assert ana.get("/sign-out").status_code == 405
    assert ana.client.head("/sign-out").status_code == 405
    assert ana.client.post("/sign-out").status_code == 400
    assert is_in(ana.client)


def test_a_session_that_idles_ends_and_one_in_use_goes_on(app: Flask, passwords: World) -> None:
    idle, busy = app.test_client(), app.test_client()
    with time_machine.travel(NOON, tick=False):
        sign_in(idle)
        sign_in(busy)
    for hours in (10, 20, 30):
        with time_machine.travel(NOON + timedelta(hours=hours), tick=False):
            assert is_in(busy)
    with time_machine.travel(NOON + timedelta(hours=13), tick=False):
        assert not is_in(idle)
    with time_machine.travel(NOON + timedelta(hours=42, minutes=1), tick=False):
        assert not is_in(busy)


def test_a_session_ends_after_two_weeks_however_busy(app: Flask, passwords: World) -> None:
    client = app.test_client()
    with time_machine.travel(NOON, tick=False):
        sign_in(client)
        secret = cookie(client)
    for hours in range(11, 14 * 24, 11):
        with time_machine.travel(NOON + timedelta(hours=hours), tick=False):
            client.set_cookie("playbook", secret)
            assert is_in(client)
    with time_machine.travel(NOON + timedelta(days=14, seconds=1), tick=False):
        client.set_cookie("playbook", secret)
        assert not is_in(client)


def test_a_clock_put_back_signs_nobody_out_and_refuses_no_form(app: Flask, passwords: World) -> None:
    client = app.test_client()
    with time_machine.travel(NOON, tick=False):
        sign_in(client)
        form = form_of(client.get("/"), "/sign-out")
    with time_machine.travel(NOON - timedelta(seconds=5), tick=False):
        assert is_in(client)
        assert form.send(Browser(client)).status_code == 303


def test_a_form_that_was_open_for_weeks_can_still_be_sent(app: Flask, passwords: World) -> None:
    client = app.test_client()
    with time_machine.travel(NOON, tick=False):
        form = form_of(client.get("/sign-in"), "/sign-in")
    with time_machine.travel(NOON + timedelta(days=60), tick=False):
        assert form.send(Browser(client), email="ana@example.com", password=PASSWORD).status_code == 303


def test_a_new_password_ends_every_session(app: Flask, passwords: World) -> None:
    clients = [app.test_client(), app.test_client()]
    for client in clients:
        sign_in(client)
    with passwords.context():
        hashed = hash_password(PASSWORD + ", another")
        with saving():
            passwords.person("ana").set_password(hashed)

    assert [is_in(client) for client in clients] == [False, False]


@pytest.mark.parametrize(
    "cookies", ["playbook=", "=bad", "playbook=" + "a" * 8000, "playbook=é", "playbook=\x01", "a=b; a=c;;"]
)
def test_a_cookie_that_is_none_lets_nobody_in(app: Flask, world: World, cookies: str) -> None:
    answer = app.test_client().get("/notes/", headers={"Cookie": cookies})

    assert answer.status_code in {303, 400}


def test_a_link_lets_a_person_choose_a_password_once(app: Flask, world: World) -> None:
    client, address = app.test_client(), link(world)
    form = form_of(client.get(address), address)
    assert (form.values["name"], form.values["email"]) == ("Cleo Marsh", "cleo@example.com")

    answer = form.send(
        Browser(client), name="Cleo Marsh-Lee", email="cleo.lee@example.com", password=PASSWORD
    )

    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)
    assert [client.get(address).status_code, form.send(Browser(client), password="x" * 20).status_code] == [
        404,
        404,
    ]
    again = app.test_client()
    assert sign_in(again, "cleo.lee@example.com").status_code == 303


def test_a_link_refuses_a_password_and_keeps_what_else_was_typed(app: Flask, world: World) -> None:
    client, address = app.test_client(), link(world)
    form = form_of(client.get(address), address)
    for password, name, email, at_fault in [
        ("too short", 'Cleo "The" <b>', "c@example.com", {"password"}),
        ("a" * 129, "Cleo", "c@example.com", {"password"}),
        (PASSWORD, "", "no address", {"name", "email"}),
        (PASSWORD, "Cleo\x00", "c@example.com", {"name"}),
        (PASSWORD, "Cleo", "ana@example.com", {"email"}),
    ]:
        answer = form.send(Browser(client), name=name, email=email, password=password)
        assert answer.status_code == 422
        assert set(re.findall(r'<a href="#(\w+)">', answer.text)) - {"main"} == at_fault
        again = form_of(answer, address).values
        assert again["email"] == email
        assert again["name"] == name
        assert password not in answer.text
        assert "<b>" not in answer.text
        assert not cookie(client)
    assert (
        form.send(Browser(client), name="Cleo", email="c@example.com", password=PASSWORD).status_code == 303
    )


def test_a_link_is_worth_nothing_once_it_is_old_or_the_person_has_left(app: Flask, world: World) -> None:
    client = app.test_client()
    with time_machine.travel(NOON, tick=False):
        old, replaced, left = link(world, "ana"), link(world), link(world, "dana")
        newest = link(world)
        with world.context(), saving():
            world.person("dana").disable()
        assert [client.get(path).status_code for path in (newest, replaced, left)] == [200, 404, 404]
    with time_machine.travel(NOON + timedelta(hours=73), tick=False):
        assert client.get(old).status_code == 404
    assert client.get("/first/nothing").status_code == 404


def test_the_fewest_secrets_are_kept(app: Flask, passwords: World) -> None:
    client, address = app.test_client(), link(passwords)
    sign_in(client)
    with passwords.context():
        kept = " ".join(
            str(value)
            for table in ("user_session", "one_time_link", "person")
            for row in db.session.execute(db.text(f"SELECT * FROM {table}"))
            for value in row
        )

    assert cookie(client) not in kept
    assert address.rpartition("/")[2] not in kept
    assert PASSWORD not in kept
    assert "$argon2id$v=19$m=47104,t=1,p=1$" in kept


@pytest.fixture
def secure(tmp_path: Path, made_once: Path) -> Iterator[Flask]:
    """The same company, reached over https."""
    copy_of(made_once, tmp_path / "secure")
    app = create_app(Settings(instance=tmp_path / "secure", public_url="https://playbook.example", threads=4))
    yield app
    close(app)


SITE = "https://playbook.example"


def test_cookies_over_https_are_for_this_host_alone(secure: Flask) -> None:
    world = World(secure)
    with world.context():
        hashed = hash_password(PASSWORD)
        with saving():
            world.person("ana").set_password(hashed)
    client = secure.test_client()
    page = client.get("/sign-in", base_url=SITE)
    typed = {**form_of(page, "/sign-in").values, "email": "ana@example.com", "password": PASSWORD}

    without = client.post("/sign-in", base_url=SITE, data=typed)
    elsewhere = client.post(
        "/sign-in", base_url=SITE, data=typed, headers={"Referer": "https://evil.example/"}
    )
    answer = client.post("/sign-in", base_url=SITE, data=typed, headers={"Referer": f"{SITE}/sign-in"})

    assert (without.status_code, elsewhere.status_code, answer.status_code) == (400, 400, 303)
    [kept] = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("__Host-playbook=")]
    assert attributes(kept) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=1209600"}
    [form] = [value for value in page.headers.getlist("Set-Cookie") if value.startswith("playbook_form=")]
    assert attributes(form) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert client.get("/notes/", base_url=SITE).status_code == 200
    stale = secure.test_client()
    stale.set_cookie("playbook", kept.partition("=")[2].partition(";")[0])
    assert stale.get("/notes/").status_code == 303, "the name without its prefix is worth nothing"


def test_cookies_over_http_are_out_of_reach_of_scripts(app: Flask, passwords: World) -> None:
    client = app.test_client()
    page = client.get("/sign-in")
    answer = form_of(page, "/sign-in").send(Browser(client), email="ana@example.com", password=PASSWORD)

    [kept] = answer.headers.getlist("Set-Cookie")
    assert kept.startswith("playbook=")
    assert attributes(kept) == {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=1209600"}
    [form] = page.headers.getlist("Set-Cookie")
    assert attributes(form) == {"HttpOnly", "Path=/", "SameSite=Lax"}


def attributes(set_cookie: str) -> set[str]:
    return {part for part in set_cookie.split("; ")[1:] if not part.startswith("Expires=")}


def test_only_a_fingerprint_finds_a_session(world: World, browse: Browse) -> None:
    browse("ana")
    with world.context():
        [session] = db.session.query(UserSession).all()
    thief = world.app.test_client()
    thief.set_cookie("playbook", session.id)

    assert not is_in(thief)
