from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook.db import db
from playbook.errors import TooMany
from playbook.models import Attempts
from playbook.models.throttle import KEPT, ON_ONE_BROOM, Limit, forget, give_back, place, take
from tests.coming_in import NOON
from tests.world import World

THREE = Limit("three", 3, timedelta(minutes=10))
TWO = Limit("two", 2, timedelta(hours=1))


@pytest.fixture
def noon() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def is_let(*counters: object) -> bool:
    try:
        take(*counters)  # type: ignore[arg-type]
    except TooMany:
        return False
    return True


def test_what_is_tried_too_often_has_to_wait(world: World, noon: time_machine.Coordinates) -> None:
    with world.context():
        assert [take(THREE.of("ana")) for _ in range(3)] == [2, 1, 0]
        noon.shift(timedelta(minutes=4))
        for _ in range(5):
            with pytest.raises(TooMany) as refusal:
                take(THREE.of("ana"))
            assert refusal.value.until == NOON + timedelta(minutes=10), "waiting is not made longer by trying"
        assert take(THREE.of("milo")) == 2, "everybody has tries of their own"

        noon.move_to(NOON + timedelta(minutes=10))
        assert take(THREE.of("ana")) == 2


def test_a_try_that_was_refused_is_counted_nowhere(world: World, noon: time_machine.Coordinates) -> None:
    with world.context():
        for _ in range(2):
            take(TWO.of("account"))
        for _ in range(9):
            assert not is_let(THREE.of("here"), TWO.of("account"))
        assert take(THREE.of("here")) == 2


def test_what_was_no_mistake_is_given_back(world: World, noon: time_machine.Coordinates) -> None:
    with world.context():
        for _ in range(9):
            take(THREE.of("office"), TWO.of("ana"))
            give_back(THREE.of("office"), TWO.of("ana"))
        give_back(THREE.of("office"), TWO.of("nobody"))
        assert take(THREE.of("office")) == 2


def test_whoever_gets_it_right_begins_anew(world: World, noon: time_machine.Coordinates) -> None:
    with world.context():
        for _ in range(3):
            take(THREE.of("ana"))
        forget(THREE.of("ana"))
        assert take(THREE.of("ana")) == 2


def test_a_clock_that_was_wrong_locks_nobody_out(world: World, noon: time_machine.Coordinates) -> None:
    with world.context():
        noon.shift(timedelta(days=400))
        for _ in range(3):
            take(THREE.of("ana"))
        noon.move_to(NOON)
        assert is_let(THREE.of("ana"))


def test_what_is_old_is_swept_away_a_little_at_a_time(world: World, noon: time_machine.Coordinates) -> None:
    with world.context():
        for number in range(ON_ONE_BROOM + 5):
            take(THREE.of(number))
        noon.shift(KEPT + timedelta(seconds=1))
        take(THREE.of("fresh"), TWO.of("fresh"))
        forget(TWO.of("fresh"))
        assert left() == 6
        forget(TWO.of("fresh"))
        assert left() == 1


def left() -> int:
    db.session.rollback()  # to see what was written meanwhile
    return db.session.scalar(sa.select(sa.func.count()).select_from(Attempts)) or 0


def test_nothing_that_was_typed_can_be_read_in_the_table(world: World) -> None:
    with world.context():
        take(THREE.of("ana@example.com", "192.0.2.7"), TWO.of("x" * 5000))
        kept = " ".join(db.session.scalars(sa.select(Attempts.key)))
        assert "ana" not in kept
        assert "192" not in kept
        assert max(map(len, db.session.scalars(sa.select(Attempts.key)))) <= 120


def test_those_who_try_at_once_are_all_counted(app: Flask, world: World) -> None:
    many = Limit("many", 20, timedelta(minutes=10))

    def attempt(_: int) -> bool:
        with app.app_context():
            return is_let(many.of("ana"), THREE.of("unique", _))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(40))) == 20


@given(steps=st.lists(st.tuples(st.sampled_from(["take", "back", "wait"]), st.integers(1, 7)), max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_within_any_window_no_more_are_let_than_the_limit_says(
    world: World, steps: list[tuple[str, int]]
) -> None:
    """However tries, corrections and waiting follow each other; the model keeps a plain count."""
    with world.context(), time_machine.travel(NOON, tick=False) as clock:
        counter = THREE.of("law")
        forget(counter)
        now, since, count = NOON, NOON - THREE.within, 0
        for step, minutes in steps:
            if step == "wait":
                now += timedelta(minutes=minutes)
                clock.move_to(now)
            elif step == "back":
                give_back(counter)
                count = max(0, count - 1)
            else:
                if now - since >= THREE.within:
                    since, count = now, 0
                assert is_let(counter) is (count < THREE.most)
                count = min(THREE.most, count + 1)


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_a_subscriber_with_many_addresses_is_one_place(address: str, counts_as: str) -> None:
    assert place(address) == counts_as
