from __future__ import annotations

import json

import pyotp
import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.models import AuditRecord, OneTimeLink, Role, SecondFactor, Team, User
from playbook.models.password import recognise
from playbook.work import saving
from tests.cli.conftest import Playbook, told
from tests.world import World

PASSWORD = "copper orchard by the tram"


def test_somebody_invited_gets_a_link_to_set_a_password(world: World, playbook: Playbook) -> None:
    result = playbook("user", "add", "Noor@Example.com", "--name", "Noor  Haddad", "--role", "contributor")

    [line] = result.stdout.splitlines()
    site, secret = line.rsplit("/first/", 1)
    assert site == "http://127.0.0.1:8000"
    with world.context():
        person = OneTimeLink.of(secret).user
        assert (person.email, person.name, person.handle) == (
            "noor@example.com",
            "Noor Haddad",
            "noor.haddad",
        )
        assert (person.role, person.team, person.password_hash) == (Role.CONTRIBUTOR, Team.OTHER, None)


def test_a_password_can_be_given_through_standard_input(world: World, playbook: Playbook) -> None:
    result = playbook(
        *("user", "add", "noor@example.com", "--name", "Noor Haddad", "--role", "rep", "--team", "sales"),
        "--password-stdin",
        typed=f"{PASSWORD}\n",
    )

    assert (result.exit_code, result.stdout) == (0, "noor@example.com can sign in.\n")
    with world.context():
        person = recognise("noor@example.com", PASSWORD)
        assert person is not None
        assert person.team is Team.SALES


@pytest.mark.parametrize(
    ("arguments", "typed", "complaint"),
    [
        (("add", "noor", "--name", "Noor", "--role", "rep"), "", "email: This is not an e-mail address."),
        (
            ("add", "ana@example.com", "--name", "Ana", "--role", "rep"),
            "",
            "email: Somebody has this address already.",
        ),
        (("add", "noor@example.com", "--name", " ", "--role", "rep"), "", "name: A name is needed."),
        (
            ("add", "noor@example.com", "--name", "Noor", "--role", "rep", "--password-stdin"),
            "short\n",
            "password: Between 15 and 128 characters",
        ),
        (("add", "noor@example.com", "--name", "Noor", "--role", "king"), "", "'king' is not one of"),
        (("set", "nobody@example.com", "--name", "N"), "", "Nobody here has the address nobody@example.com."),
        (("set", "ana@example.com", "--email", "milo@example.com"), "", "Somebody has this address already."),
        (("set", "ana@example.com"), "", "Say what to change"),
        (("disable", "nobody@example.com"), "", "Nobody here has the address"),
        (("enable", "nobody@example.com"), "", "Nobody here has the address"),
        (("link", "nobody@example.com"), "", "Nobody here has the address"),
        (("erase", "nobody@example.com", "--yes"), "", "Nobody here has the address"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    world: World, playbook: Playbook, arguments: tuple[str, ...], typed: str, complaint: str
) -> None:
    result = playbook("user", *arguments, typed=typed)

    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 5


def test_everybody_is_listed(world: World, playbook: Playbook) -> None:
    playbook("user", "disable", "ana@example.com")

    assert "ana@example.com\tAna Ruiz\trep\tsales\tdisabled, no password" in playbook("user", "list").stdout
    people = told(playbook("user", "list", "--json"))
    assert [person["email"].split("@")[0] for person in people] == ["ada", "ana", "cleo", "dana", "milo"]
    assert people[1] == {
        "email": "ana@example.com",
        "name": "Ana Ruiz",
        "handle": "ana.ruiz",
        "role": "rep",
        "team": "sales",
        "signs_for": None,
        "has_password": False,
        "disabled": True,
        "demonstration": False,
    }


def test_an_account_can_be_changed(world: World, playbook: Playbook) -> None:
    result = playbook(
        *("user", "set", "ANA@example.com", "--name", "Ana Ruiz-Vega", "--email", "vega@example.com"),
        *("--role", "marketer", "--team", "marketing", "--signs-for", "marketing"),
    )

    assert result.exit_code == 0
    with world.context():
        person = world.person("ana")
        assert (person.name, person.email) == ("Ana Ruiz-Vega", "vega@example.com")
        assert (person.role, person.team, person.signs_for) == (
            Role.MARKETER,
            Team.MARKETING,
            Team.MARKETING,
        )


def test_somebody_who_lost_the_telephone_signs_in_with_the_password_alone(
    world: World, playbook: Playbook
) -> None:
    with world.context(), saving():
        factor = SecondFactor.begin(world.person("ana"))
        assert factor.confirm(pyotp.TOTP(factor.secret).now()) is not None

    assert playbook("user", "set", "ana@example.com", "--no-second-factor").exit_code == 0

    with world.context():
        assert SecondFactor.of(world.person("ana")) is None


def test_the_last_administrator_stays_one(world: World, playbook: Playbook) -> None:
    for arguments in (("set", "ada@example.com", "--role", "rep"), ("disable", "ada@example.com")):
        result = playbook("user", *arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "make somebody else administrator first" in result.stderr


def test_a_new_password_ends_every_session(world: World, playbook: Playbook) -> None:
    with world.context():
        before = world.person("ana").auth_epoch

    playbook("user", "set", "ana@example.com", "--password-stdin", typed=PASSWORD)

    with world.context():
        assert world.person("ana").auth_epoch == before + 1
        assert recognise("ana@example.com", PASSWORD) is not None


def test_somebody_who_forgot_the_password_gets_a_link(world: World, playbook: Playbook) -> None:
    secret = playbook("user", "set", "ana@example.com", "--link").stdout.strip().rsplit("/", 1)[1]

    with world.context():
        assert OneTimeLink.of(secret).user.id == world.people["ana"]


def test_a_disabled_account_lets_nobody_in_until_it_is_enabled(world: World, playbook: Playbook) -> None:
    playbook("user", "set", "ana@example.com", "--password-stdin", typed=PASSWORD)
    playbook("user", "disable", "ana@example.com")
    with world.context():
        assert recognise("ana@example.com", PASSWORD) is None

    playbook("user", "set", "ana@example.com", "--enable")
    with world.context():
        assert recognise("ana@example.com", PASSWORD) is not None


def test_somebody_disabled_is_let_in_again_and_gets_a_link(world: World, playbook: Playbook) -> None:
    playbook("user", "disable", "ana@example.com")
    refused = playbook("user", "link", "ana@example.com")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "Let them in again first." in refused.stderr

    assert playbook("user", "enable", "ana@example.com").stdout == "ana@example.com can sign in again.\n"
    secret = playbook("user", "link", "ana@example.com").stdout.strip().rsplit("/", 1)[1]
    with world.context():
        assert OneTimeLink.of(secret).user.id == world.people["ana"]
        deeds = db.session.scalars(sa.select(AuditRecord.action).order_by(AuditRecord.id))
        assert list(deeds) == ["disable", "enable", "link"]


def test_somebody_erased_is_gone_and_what_names_them_is_listed(world: World, playbook: Playbook) -> None:
    world.write("price", body="Ask Ana Ruiz.\n")
    asked = playbook("user", "erase", "ana@example.com", typed="n\n")
    assert asked.exit_code == 1
    with world.context():
        assert world.person("ana").name == "Ana Ruiz"

    result = playbook("user", "erase", "ana@example.com", "--yes")

    assert result.stdout == "notes/price still names them.\nErased.\n"
    people = told(playbook("user", "list", "--json"))
    assert [each["email"].split("@")[0] for each in people] == ["ada", "cleo", "dana", "milo"]
    with world.context():
        gone = world.person("ana")
        assert gone.name == "Somebody who left"
        email = gone.email
    assert playbook("user", "enable", email).exit_code == 2
    assert playbook("user", "erase", "ada@example.com", "--yes").exit_code == 1


def test_what_is_done_to_accounts_is_recorded_without_secrets(world: World, playbook: Playbook) -> None:
    playbook("user", "add", "noor@example.com", "--name", "Noor Haddad", "--role", "rep")
    playbook("user", "set", "noor@example.com", "--role", "admin", "--password-stdin", typed=PASSWORD)
    playbook("user", "disable", "noor@example.com")

    with world.context():
        records = [
            (record.action, record.thing, record.detail)
            for record in db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id))
        ]
    assert records == [
        ("invite", "people/noor.haddad", {"role": "rep", "team": "other", "signs_for": None}),
        ("change", "people/noor.haddad", {"role": "admin"}),
        ("change", "people/noor.haddad", {"password": True}),
        ("disable", "people/noor.haddad", {}),
    ]
    assert PASSWORD not in json.dumps(records)


@pytest.mark.parametrize("role", ["rep", "analyst"])
def test_who_may_not_sign_is_made_signer_of_no_team(world: World, playbook: Playbook, role: str) -> None:
    for arguments in (
        ("add", "noor@example.com", "--name", "Noor Haddad", "--role", role, "--signs-for", "sales"),
        ("set", "dana@example.com", "--role", role),
        ("set", "ana@example.com", "--role", role, "--signs-for", "marketing"),
    ):
        result = playbook("user", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"signs_for: The role {role} does not sign." in result.stderr
    assert playbook("user", "set", "dana@example.com", "--role", role, "--signs-for", "nobody").exit_code == 0
    with world.context():
        assert world.person("dana").signs_for is None
