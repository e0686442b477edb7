from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from time_machine import TimeMachineFixture

from playbook.models import EventType, Surface
from playbook.usage import Circumstances, Followed
from tests.usage.acts import FIREFOX, SLACK, events, opens, searches, types
from tests.world import World

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_opening_an_entry_is_a_view_of_the_version_that_was_seen(world: World) -> None:
    world.write("price")
    world.revise("price", body="More words.\n")
    opens(world, "ana", "price")

    [view] = events(world)
    with world.context():
        entry = world.entry("price")
        assert (view.type, view.surface) == (EventType.VIEW, Surface.ENTRY)
        assert (view.user_id, view.entry_id, view.version_id) == (
            world.people["ana"],
            entry.id,
            entry.agreed_id,
        )
    assert (view.query_id, view.position, view.what) == (None, None, "")


def test_opening_it_again_within_half_an_hour_is_the_same_view(
    world: World, time_machine: TimeMachineFixture
) -> None:
    world.write("price")
    time_machine.move_to(NOON, tick=False)
    opens(world, "ana", "price")
    opens(world, "ana", "price")
    time_machine.move_to(NOON + timedelta(minutes=29), tick=False)
    opens(world, "ana", "price")
    assert types(world) == [EventType.VIEW]

    time_machine.move_to(NOON + timedelta(minutes=31), tick=False)
    opens(world, "ana", "price")
    assert types(world) == [EventType.VIEW] * 2


def test_half_an_hour_is_counted_from_the_view_that_was_kept(
    world: World, time_machine: TimeMachineFixture
) -> None:
    world.write("price")
    for minutes in (0, 20, 40, 59, 61):
        time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)
        opens(world, "ana", "price")

    assert [event.at - NOON for event in events(world)] == [timedelta(minutes=0), timedelta(minutes=40)]


def test_another_person_and_another_entry_are_views_of_their_own(world: World) -> None:
    world.write("price")
    world.write("timing")
    opens(world, "ana", "price")
    opens(world, "dana", "price")
    opens(world, "ana", "timing")

    assert types(world) == [EventType.VIEW] * 3


def test_a_new_version_opened_in_the_same_half_hour_is_the_same_view(world: World) -> None:
    world.write("price")
    opens(world, "ana", "price")
    world.revise("price", body="More words.\n")
    opens(world, "ana", "price")

    assert types(world) == [EventType.VIEW]


@pytest.mark.parametrize(
    "circumstances",
    [
        SLACK,
        Circumstances.of("HEAD", {"User-Agent": FIREFOX}),
        Circumstances.of("GET", {"User-Agent": FIREFOX, "Sec-Purpose": "prefetch;prerender"}),
        Circumstances.of("GET", {"User-Agent": FIREFOX}, by_token=True),
        Circumstances.of("GET", {}),
    ],
    ids=["link preview", "HEAD", "prerender", "token", "no agent"],
)
def test_a_machine_opens_and_does_not_view(world: World, circumstances: Circumstances) -> None:
    world.write("price")
    opens(world, "ana", "price", circumstances=circumstances)
    opens(world, "ana", "price", circumstances=circumstances)
    assert types(world) == [EventType.MACHINE_OPEN]

    opens(world, "ana", "price")
    assert types(world) == [EventType.MACHINE_OPEN, EventType.VIEW], "the person who comes after it counts"


def test_the_author_of_the_version_looks_at_their_own_work(world: World) -> None:
    world.write("price", by="milo")
    opens(world, "milo", "price")

    assert types(world) == [EventType.AUTHOR_VIEW]


def test_the_author_of_an_earlier_version_is_a_reader_of_this_one(world: World) -> None:
    world.write("price", by="milo")
    world.revise("price", by="dana", body="More words.\n")
    opens(world, "milo", "price")
    opens(world, "dana", "price")

    assert types(world) == [EventType.VIEW, EventType.AUTHOR_VIEW]


@pytest.mark.parametrize("field", ["owner", "co_owner"])
def test_the_owners_look_at_what_they_answer_for(world: World, field: str) -> None:
    world.write("price", by="milo", **{field: "ana.ruiz"})
    opens(world, "ana", "price")
    opens(world, "dana", "price")

    assert types(world) == [EventType.AUTHOR_VIEW, EventType.VIEW]


def test_a_version_that_readers_do_not_see_is_looked_at_to_judge_it(world: World) -> None:
    world.write("price", released=False)
    world.write("timing")
    world.revise("timing", body="More words.\n", released=False)
    opens(world, "cleo", "price")
    opens(world, "cleo", "timing", version=2)
    opens(world, "cleo", "timing")

    assert types(world) == [EventType.REVIEW_VIEW, EventType.REVIEW_VIEW, EventType.VIEW]


def test_a_view_belongs_to_the_search_it_was_opened_from(world: World) -> None:
    world.write("price")
    search = searches(world, "ana", "too dear", "price")
    opens(world, "ana", "price", followed=Followed(search, 1))

    view = events(world)[-1]
    assert (view.type, view.query_id, view.position) == (EventType.VIEW, search, 1)


def test_a_search_of_somebody_else_is_not_believed(world: World) -> None:
    world.write("price")
    search = searches(world, "dana", "too dear", "price")
    opens(world, "ana", "price", followed=Followed(search, 3))

    view = events(world)[-1]
    assert (view.type, view.query_id, view.position) == (EventType.VIEW, None, None)


def test_a_search_that_never_was_is_not_believed(world: World) -> None:
    world.write("price")
    opens(world, "ana", "price", followed=Followed("0" * 32, 3))

    [view] = events(world)
    assert (view.query_id, view.position) == (None, None)


@pytest.mark.parametrize(("hours", "tied"), [(23, True), (25, False)])
def test_after_a_day_a_search_has_nothing_to_do_with_a_view(
    world: World, time_machine: TimeMachineFixture, hours: int, tied: bool
) -> None:
    world.write("price")
    time_machine.move_to(NOON, tick=False)
    search = searches(world, "ana", "too dear", "price")
    time_machine.move_to(NOON + timedelta(hours=hours), tick=False)
    opens(world, "ana", "price", followed=Followed(search, 1))

    view = events(world)[-1]
    assert (view.query_id, view.position) == ((search, 1) if tied else (None, None))


def test_a_place_that_nobody_gave_stays_unknown(world: World) -> None:
    world.write("price")
    search = searches(world, "ana", "too dear", "price")
    opens(world, "ana", "price", followed=Followed(search))

    view = events(world)[-1]
    assert (view.query_id, view.position) == (search, None)
