from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from playbook.db import db
from playbook.errors import Conflict
from playbook.models import RecoveryCode, SecondFactor, User, UserSession
from playbook.models.second_factor import TO_CONFIRM
from playbook.work import saving
from tests.coming_in import NOON
from tests.world import World

STEP = timedelta(seconds=30)


def begin(world: World, first_name: str = "ana") -> str:
    with world.context(), saving():
        return SecondFactor.begin(world.person(first_name)).secret


def turn_on(world: World, first_name: str = "ana") -> tuple[str, list[str]]:
    """The secret and the recovery codes; the first code was that of two steps ago."""
    with time_machine.travel(NOON - 2 * STEP, tick=False):
        secret = begin(world, first_name)
        with world.context(), saving():
            factor = SecondFactor.begun(world.person(first_name))
            assert factor is not None
            codes = factor.confirm(code(secret, NOON - 2 * STEP))
    assert codes is not None
    return secret, codes


def code(secret: str, moment: datetime) -> str:
    return pyotp.TOTP(secret).at(moment)


def accepts(world: World, typed: str, first_name: str = "ana", moment: datetime = NOON) -> bool:
    with time_machine.travel(moment, tick=False), world.context(), saving():
        factor = SecondFactor.of(world.person(first_name))
        assert factor is not None
        return factor.accept(typed)


def test_a_second_factor_counts_once_a_code_has_confirmed_it(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        secret = begin(world)
        with world.context(), saving():
            person = world.person("ana")
            waiting = SecondFactor.begun(person)
            assert waiting is not None
            assert SecondFactor.of(person) is None
            assert waiting.confirm("000000" if code(secret, NOON) != "000000" else "000001") is None
            assert SecondFactor.of(person) is None
            codes = waiting.confirm(code(secret, NOON))
        with world.context():
            assert SecondFactor.of(world.person("ana")) is not None
            assert SecondFactor.begun(world.person("ana")) is None
            assert RecoveryCode.left(world.person("ana")) == 10
    assert codes is not None
    assert len(set(codes)) == 10


def test_a_secret_that_waits_too_long_is_made_anew(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        first = begin(world)
        assert begin(world) != first
    with time_machine.travel(NOON + TO_CONFIRM + timedelta(seconds=1), tick=False), world.context():
        assert SecondFactor.begun(world.person("ana")) is None


def test_a_second_factor_that_counts_is_not_set_up_over(world: World) -> None:
    turn_on(world)
    with pytest.raises(Conflict):
        begin(world)


def test_turning_it_on_ends_the_sessions_that_were_begun_without_it(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        with world.context(), saving():
            secret = UserSession.begin(world.person("ana"), days=1)[1]
        turn_on(world)
        with world.context():
            assert UserSession.of(secret, idle_hours=12) is None


@pytest.mark.parametrize(("steps", "is_good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_good_half_a_minute_around_its_time(world: World, steps: int, is_good: bool) -> None:
    secret, _ = turn_on(world)

    assert accepts(world, code(secret, NOON + steps * STEP)) is is_good


def test_a_code_is_good_once_and_so_is_every_earlier_one(world: World) -> None:
    secret, _ = turn_on(world)

    assert accepts(world, code(secret, NOON))
    assert not accepts(world, code(secret, NOON))
    assert not accepts(world, code(secret, NOON - STEP))
    assert accepts(world, code(secret, NOON + STEP))
    assert not accepts(world, code(secret, NOON + STEP), moment=NOON + STEP)


def test_two_who_send_the_same_code_do_not_both_get_in(world: World) -> None:
    secret, codes = turn_on(world)
    for typed in (code(secret, NOON), codes[0]):
        with time_machine.travel(NOON, tick=False), world.context():
            held = SecondFactor.of(world.person("ana"))
            assert held is not None
            with world.context():
                assert accepts(world, typed)
            with saving():
                assert not held.accept(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "12345",
        "1234567",
        "abcdef",
        "１２３４５６",
        "-12345",
        "0x1234",
        "12345\x00",
        "a" * 5000,
        "None",
    ],
)
def test_what_is_no_code_lets_nobody_in(world: World, typed: str) -> None:
    turn_on(world)

    assert not accepts(world, typed)


def test_a_code_may_be_typed_as_it_is_shown(world: World) -> None:
    secret, codes = turn_on(world)
    shown = code(secret, NOON)

    assert accepts(world, f" {shown[:3]} {shown[3:]} ")
    assert accepts(world, f"  {codes[0].upper()} ")
    assert accepts(world, codes[1].replace("-", ""))


def test_a_recovery_code_is_good_once_and_for_one_person(world: World) -> None:
    _, of_ana = turn_on(world)
    turn_on(world, "milo")

    assert not accepts(world, of_ana[0], "milo")
    assert accepts(world, of_ana[0])
    assert not accepts(world, of_ana[0])
    with world.context():
        assert RecoveryCode.left(world.person("ana")) == 9


def test_new_recovery_codes_end_the_old(world: World) -> None:
    _, old = turn_on(world)
    with world.context(), saving():
        factor = SecondFactor.of(world.person("ana"))
        assert factor is not None
        new = factor.new_recovery_codes()

    assert not set(old) & set(new)
    assert not accepts(world, old[0])
    assert accepts(world, new[0])


def test_recovery_codes_are_not_kept_but_their_fingerprints(world: World) -> None:
    _, codes = turn_on(world)
    with world.context():
        kept = " ".join(db.session.scalars(sa.select(RecoveryCode.id)))
        assert not any(printed in kept or printed.replace("-", "") in kept for printed in codes)


def test_what_is_turned_off_leaves_nothing(world: World) -> None:
    turn_on(world)
    with world.context(), saving():
        factor = SecondFactor.of(world.person("ana"))
        assert factor is not None
        factor.remove()
    with world.context():
        assert SecondFactor.of(world.person("ana")) is None
        assert db.session.scalar(sa.select(sa.func.count()).select_from(RecoveryCode)) == 0


def test_the_picture_names_the_person_and_the_playbook(world: World) -> None:
    secret = begin(world)
    with world.context():
        factor = SecondFactor.begun(world.person("ana"))
        assert factor is not None
        person: User = world.person("ana")
        assert (
            factor.address(person)
            == f"otpauth://totp/Playbook:ana%40example.com?secret={secret}&issuer=Playbook"
        )
