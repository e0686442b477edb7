"""People and their roles: who may see them, who may change them, and by what links they come in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from config import Settings
from playbook.app import create_app
from playbook.db import db
from playbook.models import AuditRecord, OneTimeLink, Role, Team, User, UserSession
from playbook.work import saving
from tests.coming_in import NOON, PASSWORD, cookie, give_passwords, is_in, link, sign_in
from tests.routes import routes
from tests.web.forms import form_of
from tests.world import Browser, World, close, copy_of

Browse = Callable[[str], Browser]

NOOR = {"name": "Noor Haddad", "email": "noor@example.com", "role": "rep", "team": "sales", "signs_for": ""}


def test_t53_only_administrators_learn_who_there_is(app: Flask, world: World, browse: Browse) -> None:
    for first_name in ("ana", "cleo", "milo", "dana"):
        browser = browse(first_name)
        answers = {browser.get(f"/people/{id}").status_code for id in range(1, 60)}
        assert answers == {403}, "those who are and those who are not, alike"
        for path in ("/people", "/people?q=ada", "/people/new", "/people/1/erase"):
            answer = browser.get(path)
            assert answer.status_code == 403
            assert "example.com" not in answer.text
    ada = browse("ada")
    assert [ada.get(f"/people/{id}").status_code for id in (1, 5, 6, 500, 10**9 - 1)] == [
        200,
        200,
        404,
        404,
        404,
    ]
    for odd in ("0", "-1", "1e3", "0x1", "01", "٣", "1;", "a", "1" * 30):
        assert ada.get(f"/people/{odd}").status_code == 404, odd


@pytest.mark.parametrize("words", ["%", "_", "%%", "a%a", "\\", "%25", "' OR ''='", "[a-z]", "*"])
def test_t53_a_search_for_people_has_no_wildcards(browse: Browse, words: str) -> None:
    answer = browse("ada").get("/people", query_string={"q": words})

    assert answer.status_code == 200
    assert "Nobody is called so" in answer.text


def test_t53_pages_of_people_are_bounded(app: Flask, world: World, browse: Browse) -> None:
    with world.context(), saving():
        for number in range(60):
            User.invite(email=f"p{number}@example.com", name=f"Person {number:03}", role=Role.REP)
    ada = browse("ada")
    for page, rows in {
        "1": 50,
        "2": 15,
        "999999": 15,
        "-1": 50,
        "0": 50,
        "x": 50,
        "1e3": 50,
        "1" * 30: 50,
    }.items():
        answer = ada.get("/people", query_string={"page": page, "per_page": "100000", "limit": "1000"})
        assert answer.text.count('<th scope="row">') == rows, page


def test_t53_nothing_that_is_kept_of_people_is_searched_or_shown(world: World, browse: Browse) -> None:
    give_passwords(world, "ana")
    ada = browse("ada")
    with world.context():
        kept = world.person("ana").password_hash or ""
    for path in (
        f"/people?q={kept[:9]}",
        "/people?sort=password_hash",
        "/people?filter[password_hash]=a",
        "/people/1",
    ):
        assert "argon2" not in ada.get(path).text.replace(f'value="{kept[:9]}"', "")


@pytest.mark.parametrize(
    "role", ["All", "admin ", "ADMIN", "Known", "administrator", "", "rep,admin", "owner", "\x00"]
)
@pytest.mark.parametrize("path", ["/people", "/people/1"])
def test_t57_there_are_no_roles_but_those_there_are(
    world: World, browse: Browse, path: str, role: str
) -> None:
    answer = browse("ada").post(path, {**NOOR, "role": role})

    assert answer.status_code == 422
    assert "Choose one of the roles." in answer.text
    assert form_of(answer, path).values["email"] == "noor@example.com", "what was typed comes back"
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 5
        assert world.person("ana").role is Role.REP


@pytest.mark.parametrize(
    ("field", "value"), [("team", "all"), ("team", ""), ("signs_for", "other"), ("signs_for", "x")]
)
def test_t57_there_are_no_teams_but_those_there_are(
    world: World, browse: Browse, field: str, value: str
) -> None:
    answer = browse("ada").post("/people/1", {**NOOR, field: value})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def test_t57_a_team_or_a_person_called_admin_gives_nothing(world: World, browse: Browse) -> None:
    ada = browse("ada")
    ada.post("/people", {**NOOR, "name": "admin", "email": "admin@example.com"})
    with world.context():
        admin = db.session.scalars(sa.select(User).where(User.email == "admin@example.com")).one()
        assert (admin.role, admin.handle) == (Role.REP, "admin")


def test_t60_nobody_gives_themselves_a_role(world: World, browse: Browse) -> None:
    ada = browse("ada")
    with world.context(), saving():
        world.person("milo").take_role(Role.ADMIN, by=world.person("ada"))
        of_ada, of_ana = world.people["ada"], world.people["ana"]
    kept = form_of(ada.get(f"/people/{of_ada}"), f"/people/{of_ada}").values

    assert ada.post(f"/people/{of_ada}", {**kept, "role": "marketer"}).status_code == 403
    for more in ({"groups": "1"}, {"permissions": "administer"}, {"auth_epoch": "9"}, {"password_hash": "x"}):
        assert browse("milo").post(f"/people/{of_ana}", {**NOOR, **more}).status_code == 303
    with world.context():
        assert world.person("ada").role is Role.ADMIN
        assert (world.person("ana").role, world.person("ana").password_hash) == (Role.REP, None)
    for first_name in ("ana", "cleo", "dana"):
        browser = browse(first_name)
        assert browser.post("/people/1", {**NOOR, "role": "admin"}).status_code == 403
        assert browser.post("/people", {**NOOR, "role": "admin"}).status_code == 403
        for field in ("role", "team", "signs_for", "auth_epoch", "id"):
            browser.post(
                "/you", {"name": "Somebody Else", "email": f"{first_name}@example.com", field: "admin"}
            )
    with world.context():
        told = [(world.person(name).role, world.person(name).team) for name in ("ana", "cleo", "dana")]
    assert told == [(Role.REP, Team.SALES), (Role.CONTRIBUTOR, Team.SALES), (Role.MARKETER, Team.SALES)]


def test_t60_the_last_administrator_stays_one(world: World, browse: Browse) -> None:
    give_passwords(world, "ada")
    ada, of_ada = browse("ada"), world.people["ada"]
    assert ada.post(f"/people/{of_ada}/disable").status_code == 409
    assert ada.post("/you/leave", {"password": PASSWORD}).status_code == 409
    assert ada.post(f"/people/{of_ada}/erase", {"email": "ada@example.com"}).status_code == 403
    with world.context():
        assert world.person("ada").disabled_at is None


def test_t67_nothing_is_changed_by_asking_for_a_page(app: Flask, world: World, browse: Browse) -> None:
    ada = browse("ada")
    reading = {route.rule for route in routes(app) if not route.writes}
    mine = {"people", "accounts", "you", "password", "sessions", "second_factor", "sign_in", "second_step"}
    for route in routes(app):
        if route.writes and route.endpoint.split(".")[0] in mine and route.rule not in reading:
            for method in ("GET", "HEAD"):
                assert ada.client.open(route.address, method=method).status_code == 405, route.name
    assert is_in(ada.client), "nor is anybody signed out by an image"


@pytest.fixture
def public(tmp_path: Path, made_once: Path) -> Iterator[tuple[Flask, World]]:
    """The company with an address that people type."""
    copy_of(made_once, tmp_path / "public")
    app = create_app(
        Settings(
            instance=tmp_path / "public", public_url="http://playbook.example/", trusted_proxies=1, threads=4
        )
    )
    yield app, World(app)
    close(app)


def administrator(app: Flask, world: World) -> Browser:
    client = app.test_client()
    with world.context(), saving():
        secret = UserSession.begin(world.person("ada"), days=1)[1]
    client.set_cookie("playbook", secret, domain="playbook.example")
    return Browser(client)


FORGED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "Forwarded": "host=evil.example",
}


def test_t71_links_lead_to_the_public_address_whatever_a_request_says(public: tuple[Flask, World]) -> None:
    app, world = public
    ada = administrator(app, world)
    site = {"base_url": "http://playbook.example"}
    page = ada.client.get("/people/new", **site)
    typed = {**form_of(page, "/people").values, **NOOR}

    answer = ada.client.post("/people", data=typed, headers={"X-Original-Host": "evil.example"}, **site)

    assert re.findall(r'value="(http[^"]+)"', answer.text)[0].startswith("http://playbook.example/first/")
    for headers in ({"Host": "evil.example"}, FORGED):
        answer = ada.client.post("/people", data={**typed, "email": "b@example.com"}, headers=headers, **site)
        assert answer.status_code == 400
        assert "evil.example" not in answer.text
    again = ada.client.post("/people/1/link", data={"csrf_token": typed["csrf_token"]}, **site)
    assert "http://playbook.example/first/" in again.text


def test_t71_where_nobody_said_what_people_type_links_lead_to_what_is_served(
    app: Flask, world: World, browse: Browse
) -> None:
    ada = browse("ada")
    token = ada.token()
    cookies = "; ".join(f"{name}={cookie(ada.client, name)}" for name in ("playbook", "playbook_form"))
    answer = app.test_client(use_cookies=False).post(
        "/people",
        data={**NOOR, "csrf_token": token},
        headers={**FORGED, "Host": "evil.example", "Cookie": cookies},
        environ_overrides={"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8123"},
    )

    assert re.findall(r'value="(http[^"]+)"', answer.text)[0].startswith("http://127.0.0.1:8123/first/")
    assert "evil.example" not in answer.text
    assert "This link holds the address of this machine." in answer.text


def test_t73_of_many_links_one_works(app: Flask, world: World, browse: Browse) -> None:
    ada = browse("ada")
    links = [
        re.findall(r'value="http://localhost(/first/[^"]+)"', ada.post("/people/2/link").text)[0]
        for _ in range(6)
    ]

    client = app.test_client()
    assert [client.get(path).status_code for path in links] == [404] * 5 + [200]


def test_t78_who_is_disabled_comes_in_by_no_link(app: Flask, world: World, browse: Browse) -> None:
    give_passwords(world, "cleo")
    ada, of_cleo = browse("ada"), world.people["cleo"]
    with time_machine.travel(NOON, tick=False):
        address = link(world)
        browser = Browser(app.test_client())
        form = form_of(browser.get(address), address)
        ada = browse("ada")
        ada.post(f"/people/{of_cleo}/disable")

        assert form.send(browser, password=PASSWORD).status_code == 404
        assert browser.get(address).status_code == 404
        assert sign_in(app.test_client(), "cleo@example.com").status_code == 422
        answer = ada.post(f"/people/{of_cleo}/link")
        assert answer.status_code == 409
        assert "/first/" not in answer.text
        assert not cookie(browser.client)
        with world.context():
            living = db.session.scalars(sa.select(OneTimeLink).where(OneTimeLink.used_at.is_(None))).all()
            assert len(living) == 1, "none was made"


def test_a_link_for_somebody_who_has_come_in_changes_the_password_alone(app: Flask, world: World) -> None:
    give_passwords(world, "cleo")
    address, browser = link(world), Browser(app.test_client())
    page = browser.get(address)
    assert 'name="email"' not in page.text

    form_of(page, address).send(browser, password=PASSWORD, name="Mallory", email="mallory@example.com")

    with world.context():
        assert (world.person("cleo").name, world.person("cleo").email) == ("Cleo Marsh", "cleo@example.com")


def test_every_act_on_people_is_on_record_and_no_secret_is(app: Flask, world: World, browse: Browse) -> None:
    ada = browse("ada")
    answer = ada.post("/people", NOOR)
    secret = re.findall(r"/first/([\w-]+)", answer.text)[0]
    with world.context():
        id = db.session.scalars(sa.select(User.id).where(User.email == NOOR["email"])).one()
    for path, typed in (
        ("", {**NOOR, "role": "marketer", "signs_for": "sales"}),
        ("/link", {}),
        ("/sign-out", {}),
        ("/disable", {}),
        ("/enable", {}),
        ("/erase", {"email": NOOR["email"]}),
    ):
        assert ada.post(f"/people/{id}{path}", typed).status_code in {200, 303}, path

    with world.context():
        told = [
            (record.action, record.thing, record.user_id, record.detail)
            for record in db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.at, AuditRecord.id))
        ]
    assert {action for action, *_ in told} == {
        *("invite", "change", "link", "end sessions", "disable", "enable", "erase person"),
    }
    assert {(thing, by) for _, thing, by, _ in told} == {(f"people/left.{id}", world.people["ada"])}
    [changed] = [detail for action, _, _, detail in told if action == "change"]
    assert changed == {"role": "marketer", "signs_for": "sales"}
    assert secret not in str(told)
    assert "noor" not in str(told).lower()
