from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from playbook import clock
from playbook.db import Moment, db
from playbook.errors import Conflict, Invalid, NotAllowed, NotFound
from playbook.models import (
    AuditRecord,
    Draft,
    EventType,
    OneTimeLink,
    RecoveryCode,
    Role,
    Scope,
    SearchQuery,
    SecondFactor,
    Surface,
    Team,
    Token,
    UsageEvent,
    User,
    UserSession,
)
from playbook.models.leaving import erase, leave, named_in
from playbook.models.people import ON_A_PAGE, People
from playbook.models.user import Standing
from playbook.work import saving
from tests.world import World

OWN = (UserSession, OneTimeLink, Token, SecondFactor, RecoveryCode, Draft)


def fill(world: World) -> None:
    """Give Ana one of everything that a person can have."""
    entry_id = world.write("price", by="ana", owner="ana.ruiz", body="Ask Ana Ruiz.\n")
    moment = clock.now()
    with world.context(), saving() as session:
        ana = world.person("ana")
        ana.password_hash = "hash"
        UserSession.begin(ana, days=1, browser="Firefox", address="192.0.2.7")
        OneTimeLink.make(ana)
        session.add(token_of(ana))
        SecondFactor.begin(ana).new_recovery_codes()
        session.execute(sa.insert(Draft).values(anything(Draft.__table__, user_id=ana.id, entry_id=entry_id)))
        session.add(SearchQuery(id="s" * 32, at=moment, user_id=ana.id, words="price", facets={}, total=1))
        session.add(
            UsageEvent(
                at=moment,
                type=EventType.VIEW,
                surface=Surface.ENTRY,
                user_id=ana.id,
                entry_id=entry_id,
                version_id=world.entry("price").agreed_id,
            )
        )
        AuditRecord.note(
            "change", "people/ana.ruiz", by=ana, name="Ana Ruiz", email="ana@example.com", role="rep"
        )


def anything(table: sa.Table, **given: object) -> dict[str, object]:
    """A row that the table takes, whatever its columns are."""
    sorts = {sa.String: "x", sa.Integer: 1, sa.Boolean: False, Moment: clock.now(), sa.JSON: {}}
    needed = [column for column in table.c if not column.nullable and column.name not in given]
    values = {
        column.name: value
        for column in needed
        for sort, value in sorts.items()
        if isinstance(column.type, sort)
    }
    return {**values, **given}


def token_of(person: User) -> Token:
    moment = clock.now()
    return Token(
        user_id=person.id,
        name="script",
        shown="kb_pat_x",
        hash="h" * 64,
        scope=Scope.READ,
        created_at=moment,
        expires_at=moment + timedelta(days=1),
    )


def erase_ana(world: World) -> None:
    with world.context():
        remaining = named_in(world.person("ana"))
        with saving():
            erase(world.person("ana"), by=world.person("ada"), remaining=len(remaining))


def test_an_erased_person_is_nowhere_but_in_documents(world: World) -> None:
    fill(world)

    erase_ana(world)

    with world.context():
        person = world.person("ana")
        assert (person.name, person.standing) == ("Somebody who left", Standing.ERASED)
        assert (person.handle, person.email) == (f"left.{person.id}", f"left.{person.id}@erased.invalid")
        assert (person.password_hash, person.team, person.signs_for) == (None, Team.OTHER, None)
        for table in OWN:
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0, table
        for facts in (UsageEvent, SearchQuery):
            assert db.session.scalars(sa.select(facts.user_id)).all() == [None], "it is anybody's"
        for table in db.metadata.sorted_tables:
            if table.name in {"version", "entry", "version_reader"}:
                continue  # what documents say
            kept = str(db.session.execute(sa.select(table)).all()).lower()
            for trace in ("ana ruiz", "ana.ruiz", "'ana@example.com", "firefox", "192.0.2.7"):
                assert trace not in kept, (table.name, trace)
        version = world.entry("price").newest
        assert version.author is not None
        assert version.author.name == "Somebody who left"
        assert "Ask Ana Ruiz." in version.text, "a text is never rewritten"


def test_what_was_done_to_an_erased_person_stays_on_record_and_names_nobody(world: World) -> None:
    fill(world)
    erase_ana(world)

    with world.context():
        records = db.session.scalars(sa.select(AuditRecord).where(AuditRecord.thing.startswith("people/")))
        told = {record.action: (record.thing, record.user_id, record.detail) for record in records}
        thing = f"people/left.{world.people['ana']}"
        assert told["change"] == (thing, world.people["ana"], {"role": "rep"})
        by, detail = told["erase person"][1:]
        assert (told["erase person"][0], by, detail["remaining"]) == (thing, world.people["ada"], 1)


def test_the_entries_that_go_on_naming_a_person_are_found(world: World) -> None:
    world.write("owned", owner="ana.ruiz")
    world.write("spoken", body="Call ANA RUIZ.\n")
    world.write("before", body="By ana.ruiz\n")
    world.revise("before", body="By nobody\n")
    for slug, body in [
        ("other", "Ana Ruizova"),
        ("longer", "ana.ruiz.2 and xana.ruiz"),
        ("none", "Ana, Ruiz"),
    ]:
        world.write(slug, body=f"{body}\n")

    with world.context():
        assert {entry.slug for entry in named_in(world.person("ana"))} == {"owned", "spoken", "before"}


def test_nobody_steps_into_the_place_of_an_erased_person(world: World) -> None:
    world.write("plan", audience="restricted", owner="ana.ruiz")
    erase_ana(world)
    with world.context(), saving():
        another = User.invite(email="ana@example.com", name="Ana Ruiz", role=Role.REP)
        assert another.handle == "ana.ruiz.2"
    with world.context(), saving(), pytest.raises(Invalid):
        User.invite(email="x@erased.invalid", name="Nobody", role=Role.REP)


def test_nobody_erases_themselves_and_the_last_administrator_stays(world: World) -> None:
    with world.context():
        with pytest.raises(NotAllowed), saving():
            erase(world.person("ada"), by=world.person("ada"), remaining=0)
        with pytest.raises(Conflict), saving():
            erase(world.person("ada"), by=world.person("milo"), remaining=0)


LAST: dict[str, object] = {
    "disabled": lambda user, by: user.disable(),
    "demoted": lambda user, by: user.take_role(Role.REP, by=by),
    "gone": lambda user, by: leave(user),
}


@pytest.mark.parametrize("way", LAST)
def test_the_last_administrator_is_not(world: World, way: str) -> None:
    act = LAST[way]
    with world.context():
        with pytest.raises(Conflict, match="administrator"), saving():
            act(world.person("ada"), world.person("milo"))  # type: ignore[operator]
        with saving():
            world.person("milo").take_role(Role.ADMIN, by=world.person("ada"))
        with saving():
            act(world.person("ada"), world.person("milo"))  # type: ignore[operator]


def test_two_administrators_who_dismiss_each_other_do_not_both_succeed(app: Flask, world: World) -> None:
    with world.context(), saving():
        world.person("milo").take_role(Role.ADMIN, by=world.person("ada"))

    def dismiss(first_name: str) -> str:
        with world.context():
            try:
                with saving():
                    world.person(first_name).disable()
            except Conflict:
                return "refused"
            return "dismissed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(dismiss, ["ada", "milo"])) == ["dismissed", "refused"]


def test_nobody_takes_another_role_by_themselves(world: World) -> None:
    with world.context():
        for first_name in ("ada", "ana"):
            with pytest.raises(NotAllowed), saving():
                world.person(first_name).take_role(Role.MARKETER, by=world.person(first_name))
        with saving():
            world.person("ada").take_role(Role.ADMIN, by=world.person("ada"))  # the same is no change


def test_a_new_role_ends_sessions_and_the_same_one_does_not(world: World) -> None:
    with world.context():
        before = world.person("ana").auth_epoch
        with saving():
            world.person("ana").take_role(Role.REP, by=world.person("ada"))
        assert world.person("ana").auth_epoch == before
        with saving():
            world.person("ana").take_role(Role.CONTRIBUTOR, by=world.person("ada"))
        assert world.person("ana").auth_epoch == before + 1


def test_who_leaves_keeps_the_name_and_loses_every_way_in(world: World) -> None:
    fill(world)
    with world.context(), saving():
        leave(world.person("ana"))

    with world.context():
        person = world.person("ana")
        assert (person.name, person.standing) == ("Ana Ruiz", Standing.DISABLED)
        assert db.session.scalars(sa.select(Token.revoked_at)).one() is not None
        assert UserSession.living(person, idle_hours=12) == []


def test_how_a_person_stands(world: World) -> None:
    with world.context():
        assert world.person("ana").standing is Standing.INVITED
        with saving():
            world.person("ana").set_password("hash")
        assert world.person("ana").standing is Standing.ACTIVE
        with saving():
            world.person("ana").disable()
        assert world.person("ana").standing is Standing.DISABLED
    erase_ana(world)
    with world.context():
        with pytest.raises(NotFound):
            User.with_id(world.people["ana"])
        with pytest.raises(NotFound):
            User.with_id(10**8)
        assert "left" not in str([person.handle for person in People.like("", page=1).found])


def test_people_are_found_by_what_they_are_called_and_every_sign_means_itself(world: World) -> None:
    with world.context(), saving():
        for number, name in enumerate(["Per Cent%", "Under_Score", "Back\\Slash", "Zoë Quill"]):
            User.invite(email=f"p{number}@example.com", name=name, role=Role.REP)
    with world.context():
        for words, found in {
            "%": ["Per Cent%"],
            "_": ["Under_Score"],
            "\\": ["Back\\Slash"],
            "zoë": ["Zoë Quill"],
            "QUILL": ["Zoë Quill"],
            "cleo@": ["Cleo Marsh"],
            "milo.brandt": ["Milo Brandt"],
            "' OR 1=1 --": [],
            "nobody": [],
        }.items():
            assert [person.name for person in People.like(words, page=1).found] == found, words


def test_the_list_of_people_comes_in_pages(world: World) -> None:
    with world.context(), saving():
        for number in range(ON_A_PAGE):
            User.invite(email=f"p{number}@example.com", name=f"Person {number:03}", role=Role.REP)
    with world.context():
        first, second, beyond = (People.like("", page=number) for number in (1, 2, 99))
        assert (first.total, first.pages, len(first.found), len(second.found)) == (
            ON_A_PAGE + 5,
            2,
            ON_A_PAGE,
            5,
        )
        assert beyond.found == second.found
        assert People.like("", page=-3).number == 1
