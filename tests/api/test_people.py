from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.models import AuditRecord, KeptAnswer, OneTimeLink, Role, Team, User
from playbook.work import saving
from tests.api.programs import ROOT, Program, refused
from tests.coming_in import give_passwords
from tests.world import Browser, World

Programs = Callable[..., Program]
Browse = Callable[[str], Browser]

NOOR: dict[str, Any] = {"name": "Noor Haddad", "email": "noor@example.com", "role": "contributor"}
TOLD = {"id", "name", "email", "handle", "role", "team", "signs_for", "state", "created_at"}


@pytest.fixture
def ada(program: Programs) -> Program:
    """A program of the administrator that may do all."""
    return program("ada", scope="admin")


def patch(asking: Program, id: int, **changes: Any) -> Any:
    return asking.ask("PATCH", f"/people/{id}", json=changes)


def people(world: World) -> list[tuple[Any, ...]]:
    with world.context():
        return [
            (each.name, each.email, each.role, each.team, each.signs_for, each.disabled_at)
            for each in db.session.scalars(sa.select(User).order_by(User.id))
        ]


def test_a_program_learns_whom_it_works_for_and_what_it_may_do(
    world: World, browse: Browse, program: Programs
) -> None:
    told = program("milo", scope="read").get("/people/me").json
    assert told["person"]["email"] == "milo@example.com"
    assert told["permissions"] == ["read", "reports"]
    assert (told["token"]["name"], told["token"]["scope"]) == ("tests", "read")
    assert "playbook_pat_" not in str(told)
    assert program("ana", scope="admin").get("/people/me").json["permissions"] == ["read"]
    by_session = browse("milo").client.get(f"{ROOT}/people/me").json
    assert by_session["token"] is None
    assert by_session["permissions"] == ["read", "revise", "sign", "curate", "reports"]


def test_t53_people_are_told_of_to_nobody_but_who_looks_after_them(world: World, program: Programs) -> None:
    for asking in (
        *(program(person, scope="admin") for person in ("ana", "cleo", "milo", "dana")),
        *(program("ada", scope=scope) for scope in ("read", "write")),
    ):
        for id in (1, 5, 6, 500):
            assert "example.com" not in asking.get(f"/people/{id}").text
            refused(asking.get(f"/people/{id}"), 403)
            refused(patch(asking, id, role="admin"), 403)
            refused(asking.post(f"/people/{id}/link"), 403)
        refused(asking.get("/people"), 403)
        refused(asking.get("/people?q=ada"), 403)
        refused(asking.post("/people", NOOR), 403)
    assert len(people(world)) == 5


def test_t53_only_these_things_are_told_of_a_person(world: World, ada: Program) -> None:
    give_passwords(world, "ana")
    listed = ada.get("/people").json

    assert {frozenset(each) for each in listed["items"]} == {frozenset(TOLD)}
    assert set(ada.get("/people/1").json) == TOLD
    assert "argon2" not in str(listed)
    assert listed["items"][1]["state"] == "active"


def test_people_are_narrowed_by_role_team_and_how_they_stand(world: World, ada: Program) -> None:
    give_passwords(world, "ana", "ada", "dana")
    with world.context(), saving():
        world.person("dana").disable()

    def found(query: str) -> list[str]:
        return [each["name"].split()[0] for each in ada.get(f"/people?{query}").json["items"]]

    assert found("role=marketer") == ["Dana", "Milo"]
    assert found("team=sales&role=rep") == ["Ana"]
    assert found("state=active") == ["Ada", "Ana"]
    assert found("state=invited") == ["Cleo", "Milo"]
    assert found("state=disabled&q=kafo") == ["Dana"]
    assert found("state=erased") == []
    for query, field in (("role=king", "role"), ("team=", "team"), ("state=gone", "state")):
        refused(ada.get(f"/people?{query}"), 422, field)


def test_t53_pages_of_people_are_bounded_and_wildcards_are_none(world: World, ada: Program) -> None:
    with world.context(), saving():
        for number in range(110):
            User.invite(email=f"p{number}@example.com", name=f"Person {number:03}", role=Role.REP)
    assert len(ada.get("/people?per_page=100000").json["items"]) == 100
    second = ada.get("/people?page=2&per_page=60")
    assert (len(second.json["items"]), second.json["total"]) == (55, 115)
    assert 'rel="prev"' in second.headers["Link"]
    for words in ("%", "_", "%%", "a%a", "\\", "[a-z]", "*", "' OR ''='"):
        assert ada.get("/people", query_string={"q": words}).json["total"] == 0, words
    assert [each["email"] for each in ada.get("/people?q=MILO").json["items"]] == ["milo@example.com"]


@pytest.mark.parametrize(
    "query",
    [
        *("filter[password_hash]=a%25", "password_hash=a", "sort=token_hash", "fields=password_hash"),
        *(
            "order=id",
            "roles=admin",
            "q=a&q=b",
            "page=0",
            "per_page=-1",
            "page=1e3",
            "include=tokens",
            "q=%00",
        ),
    ],
)
def test_t54_nothing_that_is_kept_of_people_is_asked_for(world: World, ada: Program, query: str) -> None:
    refused(ada.get(f"/people?{query}"), 422, query.partition("=")[0])


@pytest.mark.parametrize("id", ["0", "-1", "1e3", "0x1", "01", "٣", "a", "1" * 30, "me/link", "1;", "500"])
def test_t63_what_is_no_number_of_a_person_is_nobody(world: World, ada: Program, id: str) -> None:
    refused(ada.get(f"/people/{id}"), 404)


def test_somebody_invited_comes_in_by_a_link_that_is_told_once(world: World, ada: Program) -> None:
    key = {"Idempotency-Key": "k-1"}
    sent = {**NOOR, "team": "sales", "signs_for": "sales"}
    answer = ada.post("/people", sent, headers=key)

    assert answer.status_code == 201
    told = answer.json
    assert answer.headers["Location"] == f"{ROOT}/people/{told['id']}"
    assert (told["handle"], told["state"], told["signs_for"]) == ("noor.haddad", "invited", "sales")
    site, _, secret = told["link"].rpartition("/first/")
    assert site == "http://localhost"
    with world.context():
        assert OneTimeLink.of(secret).user.id == told["id"]
        assert secret not in str(db.session.scalars(sa.select(KeptAnswer.body)).all())
    again = ada.post("/people", sent, headers=key)
    assert again.json == {**told, "link": None}
    assert again.headers["Idempotent-Replayed"] == "true"
    another = ada.post(f"/people/{told['id']}/link")
    assert another.status_code == 201
    with world.context():
        assert OneTimeLink.of(another.json["link"].rpartition("/")[2]).user.id == told["id"]
        assert len(people(world)) == 6
        deeds = db.session.execute(
            sa.select(AuditRecord.action, AuditRecord.user_id).where(
                AuditRecord.thing == "people/noor.haddad"
            )
        )
        assert [tuple(deed) for deed in deeds] == [
            ("invite", world.people["ada"]),
            ("link", world.people["ada"]),
        ]


def test_t71_no_link_has_the_host_that_a_request_named(world: World, ada: Program) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for answer in (
        ada.post("/people", NOOR, headers=headers),
        ada.post("/people/1/link", headers=headers),
    ):
        assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "noor"}, "email"),
        ({"email": "ana@example.com"}, "email"),
        ({"email": "ANA@example.com"}, "email"),
        ({"email": "left.1@erased.invalid"}, "email"),
        ({"email": None}, "email"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"role": "king"}, "role"),
        ({"role": ["admin"]}, "role"),
        ({"team": "everybody"}, "team"),
        ({"signs_for": "other"}, "signs_for"),
        ({"signs_for": "all"}, "signs_for"),
        ({"signs_for": "sales", "role": "rep"}, "signs_for"),
        ({"signs_for": "marketing", "role": "analyst"}, "signs_for"),
        ({"password_hash": "x"}, "password_hash"),
        ({"disabled": False}, "disabled"),
        ({"id": 1}, "id"),
        ({"auth_epoch": 0}, "auth_epoch"),
    ],
)
def test_an_invitation_that_does_not_fit_makes_nobody(
    world: World, ada: Program, wrong: dict[str, Any], field: str
) -> None:
    before = people(world)
    refused(ada.post("/people", {**NOOR, **wrong}), 422, field)
    assert people(world) == before


def test_what_a_person_is_here_is_changed_and_what_is_left_out_stays(
    world: World, browse: Browse, ada: Program
) -> None:
    ana = browse("ana")
    id = world.people["ana"]
    assert ana.get("/library").status_code == 200

    told = patch(ada, id, role="contributor", signs_for="sales").json
    assert (told["role"], told["team"], told["signs_for"], told["name"]) == (
        "contributor",
        "sales",
        "sales",
        "Ana Ruiz",
    )
    assert ana.get("/library").status_code == 303, "another role signs out everywhere"
    assert patch(ada, id, name="Ana Ruiz-Vega", email="Vega@example.com").json["email"] == "vega@example.com"
    assert patch(ada, id, signs_for=None).json["signs_for"] is None
    assert patch(ada, id).status_code == 200
    with world.context():
        changes = db.session.scalars(sa.select(AuditRecord.detail).where(AuditRecord.action == "change"))
        assert list(changes) == [
            {"role": "contributor", "signs_for": "sales"},
            {"name": "Ana Ruiz-Vega", "email": "vega@example.com"},
            {"signs_for": None},
        ]


def test_somebody_disabled_has_no_programs_either_until_they_are_let_in(
    world: World, ada: Program, program: Programs
) -> None:
    milo = program("milo")
    assert patch(ada, world.people["milo"], disabled=True).json["state"] == "disabled"
    refused(milo.get("/people/me"), 401)
    refused(ada.post(f"/people/{world.people['milo']}/link"), 409)
    assert patch(ada, world.people["milo"], disabled=False).json["state"] == "invited"
    assert milo.get("/people/me").status_code == 200


def test_t60_nobody_raises_themselves_and_the_last_administrator_stays(
    world: World, ada: Program, program: Programs
) -> None:
    own = world.people["ada"]
    refused(patch(ada, own, role="rep"), 403)
    refused(patch(ada, own, disabled=True), 409)
    assert patch(ada, world.people["dana"], role="admin").status_code == 200
    dana = program("dana", scope="admin")
    assert patch(dana, own, role="rep").status_code == 200
    refused(patch(ada, world.people["ana"], role="admin"), 403)
    refused(patch(dana, world.people["dana"], role="contributor"), 403)
    with world.context():
        assert (world.person("ada").role, world.person("dana").role) == (Role.REP, Role.ADMIN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": None}, "role"),
        ({"name": None}, "name"),
        ({"disabled": None}, "disabled"),
        ({"disabled": "true"}, "disabled"),
        ({"disabled": 1}, "disabled"),
        ({"email": "milo@example.com"}, "email"),
        ({"team": Team.OTHER, "signs_for": "other"}, "signs_for"),
        ({"handle": "ada.field"}, "handle"),
        ({"permissions": ["administer"]}, "permissions"),
        ({"role": "admin", "demonstration": False}, "demonstration"),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(
    world: World, ada: Program, changes: dict[str, Any], field: str
) -> None:
    before = people(world)
    refused(patch(ada, world.people["ana"], **changes), 422, field)
    assert people(world) == before


def test_t47_nobody_is_changed_who_is_not_there(world: World, ada: Program) -> None:
    for id in (6, 500, 999_999_999):
        refused(ada.get(f"/people/{id}"), 404)
        refused(patch(ada, id, role="rep"), 404)
        refused(ada.post(f"/people/{id}/link"), 404)
