from __future__ import annotations

from datetime import UTC, datetime

import pytest
from time_machine import TimeMachineFixture

from playbook.models import EventType, Surface
from playbook.usage import Followed
from tests.usage.acts import SLACK, copies, events, opens, searches, types
from tests.world import World


def test_a_copy_says_what_was_copied(world: World) -> None:
    world.write("price")
    copies(world, "ana", "price", "answer_30s")

    [use] = events(world)
    assert (use.type, use.surface, use.what) == (EventType.COPY, Surface.ENTRY, "answer_30s")


def test_a_double_click_is_one_use(world: World) -> None:
    world.write("price")
    copies(world, "ana", "price")
    copies(world, "ana", "price")
    copies(world, "ana", "price", "glance")

    assert types(world) == [EventType.COPY]


def test_a_use_counts_once_a_day(world: World, time_machine: TimeMachineFixture) -> None:
    world.write("price")
    for moment in (
        datetime(2026, 3, 4, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 4, 23, 59, tzinfo=UTC),
        datetime(2026, 3, 5, 0, 0, tzinfo=UTC),
    ):
        time_machine.move_to(moment, tick=False)
        copies(world, "ana", "price")

    assert [event.at.day for event in events(world)] == [4, 5]


def test_copying_and_downloading_are_two_uses(world: World) -> None:
    world.write("price")
    copies(world, "ana", "price")
    copies(world, "ana", "price", "sheet.pdf", type=EventType.DOWNLOAD)
    copies(world, "dana", "price")

    assert types(world) == [EventType.COPY, EventType.DOWNLOAD, EventType.COPY]


def test_a_view_is_not_a_use_and_does_not_stand_in_its_way(world: World) -> None:
    world.write("price")
    opens(world, "ana", "price")
    copies(world, "ana", "price")

    assert types(world) == [EventType.VIEW, EventType.COPY]


def test_authors_owners_and_machines_do_not_use(world: World) -> None:
    world.write("price", by="milo", owner="dana.okafor")
    copies(world, "milo", "price")
    copies(world, "dana", "price")
    copies(world, "ana", "price", circumstances=SLACK)

    assert types(world) == [EventType.AUTHOR_VIEW, EventType.AUTHOR_VIEW, EventType.MACHINE_OPEN]


def test_nobody_uses_a_draft(world: World) -> None:
    world.write("price", released=False)
    copies(world, "cleo", "price")

    assert types(world) == [EventType.REVIEW_VIEW]


def test_a_copy_from_the_results_belongs_to_their_search(world: World) -> None:
    world.write("price")
    search = searches(world, "ana", "too dear", "price")
    copies(world, "ana", "price", surface=Surface.SEARCH, followed=Followed(search, 1))

    use = events(world)[-1]
    assert (use.type, use.surface, use.query_id, use.position) == (EventType.COPY, Surface.SEARCH, search, 1)


def test_a_long_name_is_cut_to_what_can_be_kept(world: World) -> None:
    world.write("price")
    copies(world, "ana", "price", "x" * 500)

    assert events(world)[0].what == "x" * 120


@pytest.mark.parametrize("type", [EventType.SERVED, EventType.VIEW, EventType.AUTHOR_VIEW])
def test_only_a_copy_or_a_download_is_a_use(
    world: World, type: EventType, caplog: pytest.LogCaptureFixture
) -> None:
    world.write("price")
    copies(world, "ana", "price", type=type)

    assert events(world) == []
    assert "is not a use" in caplog.text
