from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from playbook.db import db
from playbook.models import AuditRecord, SearchQuery, SecondFactor, User
from playbook.web.browsers import in_words
from playbook.work import saving
from tests.coming_in import NOON, PASSWORD, give_passwords, is_in, recovery_codes, set_up, sign_in
from tests.web.forms import form_of
from tests.web.reading import FIREFOX, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]
NEW = "another four plain words"
STEP = timedelta(seconds=30)


@pytest.fixture
def ana(app: Flask, world: World) -> Browser:
    """Ana, signed in with her password."""
    give_passwords(world, "ana", "ada")
    client = app.test_client()
    sign_in(client)
    return Browser(client)


def test_the_page_says_who_one_is_here(ana: Browser) -> None:
    said = words(ana.get("/you").text)

    for fact in ("Role Rep", "Team Sales", "Signs for Nobody", "In documents ana.ruiz", "Second factor Off"):
        assert fact in said


def test_a_name_is_changed_as_one_likes_and_an_address_with_the_password(world: World, ana: Browser) -> None:
    form = form_of(ana.get("/you"), "/you")
    assert form.send(ana, name="Ana Ruiz-Vega").status_code == 303
    for password in ("", "four wrong words here"):
        answer = form.send(ana, name="Ana", email="vega@example.com", password=password)
        assert answer.status_code == 422
        assert "This is not your password." in answer.text
        assert form_of(answer, "/you").values["email"] == "vega@example.com"
    taken = form.send(ana, name="Ana", email="milo@example.com", password=PASSWORD)
    assert "Somebody has this address already." in taken.text
    with world.context():
        assert (world.person("ana").name, world.person("ana").email) == ("Ana Ruiz-Vega", "ana@example.com")
    assert form.send(ana, name="Ana", email="vega@example.com", password=PASSWORD).status_code == 303
    with world.context():
        assert world.person("ana").email == "vega@example.com"


def test_a_password_is_changed_with_the_old_one(app: Flask, ana: Browser) -> None:
    form = form_of(ana.get("/you/password"), "/password")
    for old, new, field in (
        ("", NEW, "password"),
        ("four wrong words here", NEW, "password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "x" * 129, "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
        (PASSWORD, "", "new_password"),
    ):
        answer = form.send(ana, password=old, new_password=new)
        assert answer.status_code == 422
        assert set(re.findall(r'<a href="#(\w+)">', answer.text)) - {"main"} == {field}, (old, new)
        assert not (old and old in answer.text)

    assert form.send(ana, password=PASSWORD, new_password=NEW).location == "/you"

    assert is_in(ana.client)
    assert sign_in(app.test_client()).status_code == 422
    assert sign_in(app.test_client(), password=NEW).status_code == 303


def test_browsers_are_named_in_plain_words_and_ended(app: Flask, ana: Browser) -> None:
    other = app.test_client()
    form = form_of(other.get("/sign-in"), "/sign-in")
    other.post(
        "/sign-in",
        data={**form.values, "email": "ana@example.com", "password": PASSWORD},
        headers=FIREFOX,
        environ_overrides={"REMOTE_ADDR": "192.0.2.9"},
    )
    page = ana.get("/you/sessions")
    said = words(page.text)
    assert said.index("this one") < said.index("Firefox on Linux From 192.0.2.9, since")

    answer = form_of(page, "/end").send(ana)

    assert answer.location == "/you/sessions"
    assert "Firefox on Linux is signed out." in ana.get("/you/sessions").text
    assert not is_in(other)
    assert is_in(ana.client)


@pytest.mark.parametrize(
    ("calls_itself", "said"),
    [
        (FIREFOX["User-Agent"], "Firefox on Linux"),
        ("(Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("(Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("(iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/130.0 Safari/604.1", "Chrome on an iPhone"),
        ("(Linux; Android 15; Pixel) Chrome/142.0 Safari/537.36", "Chrome on Android"),
        ("something (Windows)", "A browser on Windows"),
        ("curl/8", "A browser"),
        ("", "A browser"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)
def test_what_a_browser_calls_itself_in_words(calls_itself: str, said: str) -> None:
    assert in_words(calls_itself) == said


def test_a_second_factor_is_set_up_renewed_and_turned_off(app: Flask, world: World) -> None:
    give_passwords(world, "ana")
    ana = Browser(app.test_client())
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(ana.client)
        picture = ana.get("/you/second-factor/picture.svg")
        assert picture.status_code == 404, "nothing is being set up"
        telephone = set_up(ana, at=NOON)
        assert ana.get("/you/second-factor/picture.svg").status_code == 404, "nor is the secret shown again"
        assert telephone.secret not in ana.get("/you/second-factor").text

        clock.shift(2 * STEP)
        renew = form_of(ana.get("/you/second-factor"), "/recovery-codes")
        assert renew.send(ana, code="000000").status_code == 422
        new = recovery_codes(renew.send(ana, code=telephone.code(NOON + 2 * STEP)))
        assert len(new) == 10
        assert not set(new) & set(telephone.codes)

        off = form_of(ana.get("/you/second-factor"), "/second-factor/end")
        for password, code in (
            ("", new[0]),
            (PASSWORD, ""),
            (PASSWORD, telephone.codes[0]),
            ("wrong", new[0]),
        ):
            assert off.send(ana, password=password, code=code).status_code == 422
        assert off.send(ana, password=PASSWORD, code=new[0]).status_code == 303
        assert sign_in(app.test_client()).location == "/"
    with world.context():
        done = sa.select(AuditRecord.action).where(AuditRecord.action != "denied")
        acts = list(db.session.scalars(done.order_by(AuditRecord.id)))
    assert acts == ["second factor on", "recovery codes", "second factor off"]


def test_the_picture_is_an_image_and_runs_nothing(world: World, ana: Browser) -> None:
    form_of(ana.get("/you/second-factor"), "/second-factor").send(ana, password=PASSWORD)
    answer = ana.get("/you/second-factor/picture.svg")

    assert answer.content_type == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("<svg ")
    assert "style" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_setting_up_takes_the_password_and_the_right_code(world: World, ana: Browser) -> None:
    begin = form_of(ana.get("/you/second-factor"), "/second-factor")
    assert begin.send(ana, password="four wrong words here").status_code == 422
    assert ana.post("/you/second-factor/confirm", {"code": "123456"}).status_code == 409
    assert ana.post("/you/second-factor/recovery-codes", {"code": "123456"}).status_code == 409
    begin.send(ana, password=PASSWORD)
    answer = form_of(ana.get("/you/second-factor"), "/confirm").send(ana, code="12345")
    assert answer.status_code == 422
    assert "This code is wrong" in answer.text
    with world.context():
        assert SecondFactor.of(world.person("ana")) is None


def test_what_is_held_about_somebody_is_shown_to_them(world: World, ana: Browser, browse: Browse) -> None:
    world.write("price", title="Prices")
    world.write("plan", title="The secret plan")
    ana.get("/search?q=prices", headers=FIREFOX)
    ana.get("/notes/price", headers=FIREFOX)
    ana.get("/notes/plan", headers=FIREFOX)
    world.revise("plan", audience="restricted", owner="dana.okafor")

    page, file = ana.get("/you/held"), ana.get("/you/held.json")

    assert "Entries you opened 2" in words(page.text)
    assert 'href="/notes/price"' in page.text
    assert "prices" in words(page.text)
    assert file.headers["Content-Disposition"].startswith('attachment; filename="playbook-about-me-')
    held = json.loads(file.text)
    assert held["person"]["email"] == "ana@example.com"
    assert [search["words"] for search in held["searches"]] == ["prices"]
    opened = [deed["entry"] for deed in held["use"] if deed["what"] == "view"]
    assert opened == ["an entry that you can no longer see", "notes/price"]
    for text in (page.text, file.text):
        assert "secret plan" not in text
        assert "notes/plan" not in text
    for first_name in ("ada", "milo"):
        for path in ("/you/held", "/you/held.json"):
            assert "prices" not in browse(first_name).get(path).text, "nobody sees what another person did"


def test_nobody_asks_for_what_is_held_about_another(world: World, ana: Browser, browse: Browse) -> None:
    ana.get("/search?q=discount", headers=FIREFOX)
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchQuery)) == 1
    ada = browse("ada")
    for path in ("/you/held?id=1", "/you/held.json?user=1&person=ana.ruiz", "/people/1/held", "/people/1"):
        assert "discount" not in ada.get(path).text


def test_somebody_leaves_with_the_password(app: Flask, world: World, ana: Browser) -> None:
    form = form_of(ana.get("/you/leave"), "/leave")
    assert form.send(ana, password="four wrong words here").status_code == 422
    assert is_in(ana.client)

    assert form.send(ana, password=PASSWORD).location == "/sign-in"

    assert not is_in(ana.client)
    assert sign_in(app.test_client()).status_code == 422
    with world.context():
        person = world.person("ana")
        assert (person.name, person.disabled_at is None) == ("Ana Ruiz", False)


def test_a_name_is_text_wherever_it_stands(world: World, ana: Browser) -> None:
    hostile = "\"><img src=x onerror=alert(1)> O'Neil"
    form_of(ana.get("/you"), "/you").send(ana, name=hostile)
    with world.context(), saving():
        ada: User = world.person("ada")
        ada.name = hostile
    for path in ("/", "/you", "/you/sessions"):
        assert "<img src=x" not in ana.get(path).text
