from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from playbook.db import db
from playbook.models import Role, SecondFactor, Team, User
from playbook.work import saving
from tests.coming_in import NOON, PASSWORD, give_passwords, is_in, set_up, sign_in
from tests.web.forms import form_of
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def test_somebody_is_invited_and_comes_in(app: Flask, world: World, browse: Browse) -> None:
    ada = browse("ada")
    answer = form_of(ada.get("/people/new"), "/people").send(
        ada, name=" Noor  Haddad ", email="Noor@Example.com", role="marketer", team="sales", signs_for="sales"
    )

    assert "A link for Noor Haddad" in answer.text
    path = re.findall(r'value="http://localhost(/first/[^"]+)"', answer.text)[0]
    noor = Browser(app.test_client())
    form = form_of(noor.get(path), path)
    assert (form.values["name"], form.values["email"]) == ("Noor Haddad", "noor@example.com")
    assert form.send(noor, password=PASSWORD).location == "/"
    with world.context():
        person = db.session.scalars(sa.select(User).where(User.email == "noor@example.com")).one()
        assert (person.role, person.team, person.signs_for) == (Role.MARKETER, Team.SALES, Team.SALES)
    assert "Noor Haddad" in words(noor.get("/you").text) or is_in(noor.client)


def test_what_is_wrong_with_an_invitation_is_named_and_what_was_typed_comes_back(browse: Browse) -> None:
    ada = browse("ada")
    form = form_of(ada.get("/people/new"), "/people")
    for typed, at_fault in (
        ({"name": "", "email": "nobody"}, {"name", "email"}),
        ({"name": "Ana", "email": "ana@example.com"}, {"email"}),
        ({"name": "<b>Noor</b>\x00", "email": "noor@example.com"}, {"name"}),
        ({"name": "Noor", "email": "x@erased.invalid"}, {"email"}),
        ({"name": "Noor", "email": "noor@example.com", "role": "king", "team": "x"}, {"role", "team"}),
    ):
        answer = form.send(ada, **{"role": "rep", "team": "sales", **typed})
        assert answer.status_code == 422
        assert set(re.findall(r'<a href="#(\w+)">', answer.text)) - {"main"} == at_fault
        assert form_of(answer, "/people").values["email"] == typed["email"]
        assert "<b>Noor" not in answer.text
        assert "/first/" not in answer.text


def test_the_list_says_how_everybody_stands(world: World, browse: Browse) -> None:
    give_passwords(world, "ana", "milo")
    with world.context(), saving():
        world.person("milo").disable()
        world.person("dana").signs_for = Team.SALES

    page = browse("ada").get("/people")

    rows = re.findall(r"<tr>.*?</tr>", page.text, re.DOTALL)[1:]
    told = {re.findall(r'">([^<]+)</a>', row)[0]: re.sub(r"<[^>]+>", " ", row).split() for row in rows}
    assert list(told) == ["Ada Field", "Ana Ruiz", "Cleo Marsh", "Dana Okafor", "Milo Brandt"]
    assert told["Ana Ruiz"][-4:] == ["Rep", "Sales", "–", "Active"]
    assert told["Cleo Marsh"][-1] == "Invited"
    assert told["Dana Okafor"][-4:] == ["Marketer", "Sales", "Sales", "Invited"]
    assert told["Milo Brandt"][-1] == "Disabled"


def test_a_person_is_changed(world: World, browse: Browse) -> None:
    ada = browse("ada")
    form = form_of(ada.get("/people/1"), "/people/1")
    assert (
        form.send(ada, name="Ana Ruiz-Vega", email="vega@example.com", team="other", signs_for="").status_code
        == 303
    )
    page = ada.get("/people/1")

    assert "Kept." in page.text
    with world.context():
        person = world.person("ana")
        assert (person.name, person.email, person.team) == ("Ana Ruiz-Vega", "vega@example.com", Team.OTHER)


def test_another_role_signs_a_person_out_and_the_same_does_not(world: World, browse: Browse) -> None:
    ada, ana = browse("ada"), browse("ana")
    form = form_of(ada.get("/people/1"), "/people/1")
    form.send(ada, name="Ana Ruiz-Vega")
    assert is_in(ana.client)
    form.send(ada, role="contributor")
    assert not is_in(ana.client)


@pytest.mark.parametrize("act", ["disable", "sign-out"])
def test_an_administrator_signs_somebody_out(world: World, browse: Browse, act: str) -> None:
    ada, ana = browse("ada"), browse("ana")

    assert form_of(ada.get("/people/1"), f"/people/1/{act}").send(ada).status_code == 303

    assert not is_in(ana.client)


def test_somebody_disabled_is_let_in_again(app: Flask, world: World, browse: Browse) -> None:
    give_passwords(world, "ana")
    ada = browse("ada")
    form_of(ada.get("/people/1"), "/disable").send(ada)
    assert sign_in(app.test_client()).status_code == 422
    form_of(ada.get("/people/1"), "/enable").send(ada)
    assert sign_in(app.test_client()).status_code == 303


def test_an_administrator_turns_off_a_second_factor_that_is_lost(
    app: Flask, world: World, browse: Browse
) -> None:
    give_passwords(world, "ana", "ada")
    client = app.test_client()
    with time_machine.travel(NOON, tick=False):
        sign_in(client)
        set_up(Browser(client), at=NOON)
        ada = browse("ada")
        form_of(ada.get("/people/1"), "/second-factor/end").send(ada)
        with world.context():
            assert SecondFactor.of(world.person("ana")) is None
        assert sign_in(app.test_client()).location == "/"
        own = ada.post(f"/people/{world.people['ada']}/second-factor/end")
        assert own.status_code == 409, "one's own takes a code, as everybody's"


def test_a_person_is_erased_when_the_address_is_typed(world: World, browse: Browse) -> None:
    world.write("price", owner="ana.ruiz")
    ada = browse("ada")
    page = ada.get("/people/1/erase")
    assert "1 entry names them" in words(page.text)
    assert 'href="/notes/price"' in page.text
    form = form_of(page, "/erase")
    for typed in ("", "yes", "milo@example.com"):
        answer = form.send(ada, email=typed)
        assert answer.status_code == 422
        assert "Type ana@example.com to erase this person." in answer.text

    assert form.send(ada, email=" ANA@example.com ").location == "/people"

    assert ada.get("/people/1").status_code == 404
    assert "Ana Ruiz" not in ada.get("/people").text
    assert ada.get("/notes/price").status_code == 200


def test_the_menu_leads_administrators_to_people_and_everybody_to_themselves(browse: Browse) -> None:
    for first_name in ("ana", "ada"):
        page = browse(first_name).get("/").text
        assert 'href="/you"' in page
        assert ('href="/people"' in page) is (first_name == "ada")


@pytest.mark.parametrize("role", ["rep", "analyst"])
def test_who_may_not_sign_is_made_signer_of_no_team(world: World, browse: Browse, role: str) -> None:
    ada = browse("ada")
    form = form_of(ada.get("/people/new"), "/people")

    answer = form.send(
        ada, name="Noor Haddad", email="noor@example.com", role=role, team="sales", signs_for="sales"
    )

    assert answer.status_code == 422
    assert 'id="signs_for-error"' in answer.text
    assert f"The role {role} does not sign." in answer.text
    assert form_of(answer, "/people").values["name"] == "Noor Haddad", "what was typed comes back"
    address = f"/people/{world.people['dana']}"
    assert form_of(ada.get(address), address).send(ada, role=role).status_code == 422
    with world.context():
        assert world.person("dana").signs_for is Team.SALES
