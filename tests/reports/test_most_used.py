from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from time_machine import TimeMachineFixture

from playbook.reports import MostUsed
from tests.usage.acts import copies, opens
from tests.world import World

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def most_used(world: World, who: str = "ana", limit: int = 6) -> list[str]:
    with world.context():
        return [entry.slug for entry in MostUsed(reader=world.person(who), limit=limit)]


@pytest.fixture
def shelf(world: World, time_machine: TimeMachineFixture) -> World:
    time_machine.move_to(NOON, tick=False)
    for slug in ("opened-by-three", "used-by-one", "used-by-two", "left-alone"):
        world.write(slug)
    for who in ("ana", "cleo", "dana"):
        opens(world, who, "opened-by-three")
    copies(world, "ana", "used-by-one")
    for who in ("ana", "dana"):
        copies(world, who, "used-by-two")
    return world


def test_what_most_people_use_stands_first(shelf: World) -> None:
    assert most_used(shelf) == ["used-by-two", "used-by-one", "opened-by-three"]


def test_one_person_counts_once_however_often_they_come(
    shelf: World, time_machine: TimeMachineFixture
) -> None:
    for day in (1, 2, 3):
        time_machine.move_to(NOON + timedelta(days=day), tick=False)
        copies(shelf, "ana", "used-by-one")

    assert most_used(shelf)[0] == "used-by-two"


def test_what_was_used_long_ago_is_not_in_it(shelf: World, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON + timedelta(days=91), tick=False)

    assert most_used(shelf) == []


def test_no_more_than_asked_for(shelf: World) -> None:
    assert most_used(shelf, limit=1) == ["used-by-two"]


def test_readers_are_told_only_of_what_they_may_see(world: World) -> None:
    world.write("secret", audience="restricted", owner="dana.okafor")
    opens(world, "ada", "secret")

    assert most_used(world) == []
    assert most_used(world, "dana") == ["secret"]
