from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from time_machine import TimeMachineFixture

from playbook import usage
from playbook.models import EventType, Surface
from tests.usage.acts import BY_HAND, SLACK, events, is_served, kept_searches, searches, version_of
from tests.world import World

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def shown(world: World) -> list[tuple[int, int | None, str | None]]:
    """Entry, place and search of everything served, by place."""
    served = [event for event in events(world) if event.type is EventType.SERVED]
    served.sort(key=lambda event: event.position or 0)
    return [(event.entry_id, event.position, event.query_id) for event in served]


def test_a_search_is_kept_with_what_it_showed_and_where(world: World) -> None:
    price, timing = world.write("price"), world.write("timing")
    search = searches(world, "ana", "Too dear", "timing", "price", facets={"stage": ["b", "a"], "kind": []})

    [kept] = kept_searches(world)
    assert re.fullmatch("[0-9a-f]{32}", search)
    assert (kept.id, kept.user_id, kept.words, kept.total) == (search, world.people["ana"], "Too dear", 2)
    assert kept.facets == {"stage": ["a", "b"]}
    assert shown(world) == [(timing, 1, search), (price, 2, search)]
    assert {event.surface for event in events(world)} == {Surface.SEARCH}


def test_a_search_that_found_nothing_is_kept_too(world: World) -> None:
    searches(world, "ana", "zeppelin")

    assert [(kept.words, kept.total) for kept in kept_searches(world)] == [("zeppelin", 0)]


def test_what_somebody_typed_is_masked_before_it_is_kept(world: World) -> None:
    searches(world, "ana", "gwen@averill.example asked")

    assert [kept.words for kept in kept_searches(world)] == ["(e-mail) asked"]


def test_asking_again_by_the_back_button_is_the_same_search(
    world: World, time_machine: TimeMachineFixture
) -> None:
    world.write("price")
    time_machine.move_to(NOON, tick=False)
    first = searches(world, "ana", "too dear", "price")
    time_machine.move_to(NOON + timedelta(minutes=29), tick=False)
    again = searches(world, "ana", "too dear", "price")
    time_machine.move_to(NOON + timedelta(minutes=31), tick=False)
    later = searches(world, "ana", "too dear", "price")

    assert first == again != later
    assert [kept.id for kept in kept_searches(world)] == [first, later]
    assert [search for _, _, search in shown(world)] == [first, later]


def test_the_next_page_adds_what_it_shows_to_the_same_search(world: World) -> None:
    price, timing = world.write("price"), world.write("timing")
    first = searches(world, "ana", "too dear", "price")
    second = searches(world, "ana", "too dear", "timing", first=21)

    assert first == second
    assert shown(world) == [(price, 1, first), (timing, 21, first)]


def test_other_words_other_boxes_and_other_people_are_other_searches(world: World) -> None:
    ids = {
        searches(world, "ana", "too dear"),
        searches(world, "ana", "too dear", facets={"kind": ["story"]}),
        searches(world, "ana", "dear"),
        searches(world, "dana", "too dear"),
    }

    assert len(ids) == 4
    assert len(kept_searches(world)) == 4


def test_a_search_gets_the_id_that_its_links_hold_already(world: World) -> None:
    with world.context():
        search = usage.begin_search("too dear", facets={}, reader=world.person("ana"), id="a" * 32)

    assert search.id == "a" * 32


def test_nothing_is_added_to_a_search_of_somebody_else(world: World) -> None:
    world.write("price")
    search = searches(world, "dana", "too dear")
    with world.context():
        reader = world.person("ana")
        stolen = usage.begin_search("too dear", facets={}, reader=reader, id=search)
        usage.record_search(
            stolen, total=1, served=[version_of(world, "price")], reader=reader, circumstances=BY_HAND
        )

    assert [kept.user_id for kept in kept_searches(world)] == [world.people["dana"]]
    assert shown(world) == []


def test_machines_do_not_search_and_are_served_nothing(world: World) -> None:
    world.write("price")
    searches(world, "ana", "too dear", "price", circumstances=SLACK)
    is_served(world, "ana", "price", circumstances=SLACK)

    assert kept_searches(world) == []
    assert events(world) == []


def test_a_list_that_was_answered_is_kept_each_time_with_its_surface(world: World) -> None:
    price, timing = world.write("price"), world.write("timing")
    is_served(world, "ana", "timing", "price", surface=Surface.HOME)
    is_served(world, "ana", "price")

    assert shown(world) == [(timing, 1, None), (price, 1, None), (price, 2, None)]
    assert [event.surface for event in events(world)] == [Surface.HOME, Surface.HOME, Surface.SHELF]


def test_an_entry_twice_in_a_list_stands_where_it_stood_first(world: World) -> None:
    price, timing = world.write("price"), world.write("timing")
    is_served(world, "ana", "price", "timing", "price")

    assert shown(world) == [(price, 1, None), (timing, 2, None)]


@pytest.mark.parametrize("who", ["milo", "dana", "cleo"])
def test_authors_and_owners_are_served_nothing_of_their_own(world: World, who: str) -> None:
    world.write("price", by="milo", owner="dana.okafor", co_owner="cleo.marsh")
    timing = world.write("timing", by="ada")
    is_served(world, who, "price", "timing")

    assert shown(world) == [(timing, 2, None)], "and the others keep their places"


def test_drafts_are_not_served(world: World) -> None:
    world.write("price", released=False)
    world.write("timing")
    is_served(world, "cleo", "price")

    assert shown(world) == []


def test_an_empty_list_leaves_nothing_behind(world: World) -> None:
    is_served(world, "ana")

    assert events(world) == []
