from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from playbook.errors import Invalid, NotFound
from playbook.models import OneTimeLink, Role, Team, User, UserSession
from playbook.models.password import HASHER, hash_password, recognise
from playbook.work import saving
from tests.world import World

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
PASSWORD = "four plain words here"


def invite(world: World, **given: str) -> User:
    with world.context(), saving():
        return User.invite(**{"email": "tomas@example.com", "name": "Tomas Reyes", "role": Role.REP, **given})  # type: ignore[arg-type]


def test_a_person_is_named_in_documents_by_a_handle(world: World) -> None:
    names = ["Tomas Reyes", "Tomás  Reyes", "Tomas Reyes", "李雷", "Æsop O’Brien"]

    handles = [invite(world, email=f"p{n}@example.com", name=name).handle for n, name in enumerate(names)]

    assert handles == ["tomas.reyes", "tomas.reyes.2", "tomas.reyes.3", "li.lei", "aesop.obrien"]


def test_a_person_is_introduced_by_name_and_address(world: World) -> None:
    user = invite(world, email="  Tomas.Reyes@Example.COM ", name="  Tomas   Reyes ")

    assert (user.email, user.name, user.initials, user.first_name) == (
        "tomas.reyes@example.com",
        "Tomas Reyes",
        "TR",
        "Tomas",
    )
    assert (user.team, user.password_hash, user.auth_epoch) == (Team.OTHER, None, 0)


def test_an_introduction_names_everything_that_is_wrong_with_it(world: World) -> None:
    wrong = {
        ("", ""): ["email", "name"],
        ("nobody", "Nobody"): ["email"],
        ("a@b c", "A"): ["email"],
        ("a@" + "b" * 200, "A"): ["email"],
        ("a@b\n", ""): ["name"],
        ("a\x00@b", "A"): ["email"],
        ("a@b", "A" * 121): ["name"],
        ("a@b", "Null\x00"): ["name"],
        ("a@b", "Half \ud800"): ["name"],
        ("ANA@example.com", "Another Ana"): ["email"],
    }
    for (email, name), fields in wrong.items():
        with pytest.raises(Invalid) as refusal:
            invite(world, email=email, name=name)
        assert [problem.field for problem in refusal.value.problems] == fields, (email, name)


def test_names_of_the_world_are_names(world: World) -> None:
    for number, name in enumerate(["Zoë", "محمد", "می‌خواهم", "O'Neil-Ünal", "Ng"]):
        assert invite(world, email=f"w{number}@example.com", name=name).name == name


def test_the_handle_of_an_unused_account_follows_its_name(world: World) -> None:
    user = invite(world)
    with world.context(), saving() as session:
        person = session.get_one(User, user.id)
        person.introduce(name="Inés Calder", email="ines@example.com")
        assert (person.handle, person.email) == ("ines.calder", "ines@example.com")
        person.set_password(HASHER.hash("x"))
        person.introduce(name="Inés Calder-Moss", email="ines@example.com")
        assert (person.handle, person.name) == ("ines.calder", "Inés Calder-Moss")
        with pytest.raises(Invalid):
            person.introduce(name="Inés", email="milo@example.com")


def test_a_password_has_between_15_and_128_characters_of_any_sort(world: World) -> None:
    for password in ("", "a" * 14, "a" * 129, "a" * 1_000_000, "half of one: \ud800 and more"):
        with pytest.raises(Invalid) as refusal:
            hash_password(password)
        assert [problem.field for problem in refusal.value.problems] == ["password"]
    for password in (
        "fifteen letters"[:15],
        "many words" * 12 + "in a row",
        " leading and trailing ",
        "nul\x00 in the middle",
        "пароль из слов 🔑🔑",
        "tab\tand tab and tab",
    ):
        assert HASHER.verify(hash_password(password), password)


def test_a_person_is_recognised_by_address_and_password(world: World) -> None:
    with world.context():
        hashed = hash_password(PASSWORD)
        with saving():
            world.person("ana").set_password(hashed)

        for email, password, who in [
            ("ana@example.com", PASSWORD, "ana"),
            (" ANA@Example.com ", PASSWORD, "ana"),
            ("ana@example.com", PASSWORD + " ", None),
            ("ana@example.com", PASSWORD.upper(), None),
            ("ana@example.com", "", None),
            ("ana@example.com", PASSWORD + "x" * 1_000_000, None),
            ("ana@example.com", "half \ud800", None),
            ("nobody@example.com", PASSWORD, None),
            ("milo@example.com", PASSWORD, None),
            ("ana\x00@example.com", PASSWORD, None),
            ("ana@example.com\ud800", PASSWORD, None),
            ("%", PASSWORD, None),
            ("", "", None),
        ]:
            found = recognise(email, password)
            assert (found.id if found else None) == (world.people[who] if who else None), (
                email,
                password[:40],
            )

        with saving():
            world.person("ana").disable()
        assert recognise("ana@example.com", PASSWORD) is None


def lives(world: World, secret: str, *, idle_hours: int = 12) -> bool:
    with world.context():
        return UserSession.of(secret, idle_hours=idle_hours) is not None


def begin(world: World, first_name: str = "ana") -> str:
    with world.context(), saving():
        return UserSession.begin(world.person(first_name), days=14)[1]


def test_a_session_lives_until_it_idles_or_is_two_weeks_old(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        secret = begin(world)
    for later, expected in [
        (timedelta(0), True),
        (timedelta(seconds=-5), True),
        (timedelta(hours=11, minutes=59), True),
        (timedelta(hours=12, seconds=1), False),
    ]:
        with time_machine.travel(NOON + later, tick=False):
            assert lives(world, secret) is expected, later
    with time_machine.travel(NOON + timedelta(days=13, hours=23), tick=False):
        assert lives(world, secret, idle_hours=10_000)
    with time_machine.travel(NOON + timedelta(days=14, seconds=1), tick=False):
        assert not lives(world, secret, idle_hours=10_000)


ENDINGS: dict[str, Callable[[User], None]] = {
    "a new password": lambda user: user.set_password("hash"),
    "leaving": lambda user: user.disable(),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_session_of_a_person_ends_with(world: World, ending: str) -> None:
    secrets = [begin(world), begin(world)]
    of_another = begin(world, "milo")
    with world.context(), saving():
        ENDINGS[ending](world.person("ana"))

    assert [lives(world, secret) for secret in secrets] == [False, False]
    assert lives(world, of_another)


def test_signing_out_ends_one_session(world: World) -> None:
    here, there = begin(world), begin(world)
    with world.context(), saving():
        session = UserSession.of(here, idle_hours=12)
        assert session is not None
        session.end()

    assert not lives(world, here)
    assert lives(world, there)
    assert here != there


def test_the_secret_of_a_session_is_not_kept(world: World) -> None:
    secret = begin(world)
    with world.context():
        session = UserSession.of(secret, idle_hours=12)
        assert session is not None
        assert secret not in {session.id, *map(str, vars(session).values())}
        assert len(secret) >= 43


def link(world: World, first_name: str = "ana", hours: int = 72) -> str:
    with world.context(), saving():
        return OneTimeLink.make(world.person(first_name), hours=hours)


def test_a_link_lets_one_person_in_once(world: World) -> None:
    secret = link(world)
    with world.context(), saving():
        assert OneTimeLink.of(secret).use().id == world.people["ana"]
    with world.context(), pytest.raises(NotFound):
        OneTimeLink.of(secret)


def test_two_who_hold_the_same_link_do_not_both_get_in(world: World) -> None:
    secret = link(world)
    with world.context():
        held = OneTimeLink.of(secret)
        with world.context(), saving():
            OneTimeLink.of(secret).use()
        with pytest.raises(NotFound), saving():
            held.use()


def test_a_link_is_worth_nothing_once_it_is_old_replaced_or_the_person_has_left(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        first, second = link(world), link(world)
        for_milo = link(world, "milo")
        with world.context():
            with pytest.raises(NotFound):
                OneTimeLink.of(first)
            assert OneTimeLink.of(second).user.id == world.people["ana"]
            for nothing in ("", "x", second[:-1], second + "x"):
                with pytest.raises(NotFound):
                    OneTimeLink.of(nothing)
        with world.context(), saving():
            world.person("milo").disable()
        with world.context(), pytest.raises(NotFound):
            OneTimeLink.of(for_milo)
    with (
        time_machine.travel(NOON + timedelta(hours=72), tick=False),
        world.context(),
        pytest.raises(NotFound),
    ):
        OneTimeLink.of(second)
