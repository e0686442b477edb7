from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from time_machine import TimeMachineFixture

from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import EventType
from playbook.reports import UnusedEntries, UnusedEntry
from tests.usage.acts import SLACK, copies, is_served, opens, searches
from tests.world import World

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    time_machine.move_to(NOON, tick=False)
    return time_machine


@contextmanager
def days_ago(days: float, clock: TimeMachineFixture) -> Iterator[None]:
    clock.move_to(NOON - timedelta(days=days), tick=False)
    yield
    clock.move_to(NOON, tick=False)


def rows(world: World, report: UnusedEntries | None = None) -> list[UnusedEntry]:
    with world.context():
        return list(report or UnusedEntries())


def slugs(world: World, report: UnusedEntries | None = None) -> list[str]:
    return [row.slug for row in rows(world, report)]


def row_of(world: World, slug: str, report: UnusedEntries | None = None) -> UnusedEntry:
    return next(row for row in rows(world, report) if row.slug == slug)


def test_never_used_stand_first_then_the_longest_unused(world: World, at_noon: TimeMachineFixture) -> None:
    with days_ago(200, at_noon):
        for slug in ("lately", "long-ago", "never"):
            world.write(slug)
    with days_ago(100, at_noon):
        copies(world, "ana", "long-ago")
        copies(world, "ana", "lately")
        world.write("never-and-newer")
    with days_ago(3, at_noon):
        copies(world, "ana", "lately")

    assert slugs(world) == ["never", "never-and-newer", "long-ago", "lately"]
    assert [(row.days_unused, row.unused) for row in rows(world)] == [
        (200, True),
        (100, True),
        (100, True),
        (3, False),
    ]
    assert row_of(world, "lately").last_used == NOON - timedelta(days=3)
    assert row_of(world, "never").last_used is None


def test_a_download_is_a_use_and_opening_is_none(world: World, at_noon: TimeMachineFixture) -> None:
    with days_ago(10, at_noon):
        world.write("price")
        world.write("timing")
        copies(world, "ana", "price", "sheet.pdf", type=EventType.DOWNLOAD)
        opens(world, "ana", "timing")

    assert not row_of(world, "price").unused
    timing = row_of(world, "timing")
    assert (timing.unused, timing.last_used) == (True, None)
    assert (timing.views, timing.last_opened) == (1, NOON - timedelta(days=10))


def test_the_window_ends_exactly_so_many_days_ago(world: World, at_noon: TimeMachineFixture) -> None:
    with days_ago(120, at_noon):
        world.write("just-in")
        world.write("just-out")
    with days_ago(90, at_noon):
        copies(world, "ana", "just-out")
    with days_ago(89.99, at_noon):
        copies(world, "ana", "just-in")

    assert (row_of(world, "just-in").unused, row_of(world, "just-in").uses) == (False, 1)
    assert (row_of(world, "just-out").unused, row_of(world, "just-out").uses) == (True, 0)
    assert not row_of(world, "just-out", UnusedEntries(days=91)).unused


def test_readers_have_had_an_entry_since_its_first_release(world: World, at_noon: TimeMachineFixture) -> None:
    with days_ago(300, at_noon):
        world.write("price", released=False)
    with days_ago(50, at_noon):
        world.revise("price", body="Agreed words.\n")
    with days_ago(2, at_noon):
        world.revise("price", body="Newer words.\n")

    price = row_of(world, "price")
    assert price.since == NOON - timedelta(days=50)
    assert (price.days_unused, price.is_new) == (50, False)


@pytest.mark.parametrize(("days", "is_new"), [(29, True), (30, False)])
def test_an_entry_is_new_for_thirty_days(
    world: World, at_noon: TimeMachineFixture, days: int, is_new: bool
) -> None:
    with days_ago(days, at_noon):
        world.write("price")

    assert row_of(world, "price").is_new is is_new


def test_authors_owners_judges_and_machines_are_in_no_figure(
    world: World, at_noon: TimeMachineFixture
) -> None:
    with days_ago(10, at_noon):
        world.write("price", by="milo", owner="dana.okafor")
        world.revise("price", by="milo", body="Newer words.\n", released=False)
        for who in ("milo", "dana"):
            opens(world, who, "price")
            copies(world, who, "price")
            searches(world, who, "too dear", "price")
        opens(world, "cleo", "price", version=2)
        opens(world, "ana", "price", circumstances=SLACK)
        copies(world, "ana", "price", circumstances=SLACK)

    price = row_of(world, "price")
    assert (price.last_used, price.last_opened) == (None, None)
    assert (price.uses, price.views, price.viewers, price.served, price.searches) == (0, 0, 0, 0, 0)


def test_figures_count_the_window_and_last_days_count_all_time(
    world: World, at_noon: TimeMachineFixture
) -> None:
    with days_ago(200, at_noon):
        world.write("price")
        copies(world, "ana", "price")
        opens(world, "ana", "price")
        is_served(world, "ana", "price")
        searches(world, "ana", "too dear", "price")

    price = row_of(world, "price")
    assert (price.uses, price.views, price.viewers, price.served, price.searches) == (0, 0, 0, 0, 0)
    assert price.last_used == price.last_opened == NOON - timedelta(days=200)


def test_views_are_counted_and_so_are_the_people_behind_them(
    world: World, at_noon: TimeMachineFixture
) -> None:
    world.write("price")
    for days in (3, 2, 1):
        with days_ago(days, at_noon):
            opens(world, "ana", "price")
    with days_ago(1, at_noon):
        opens(world, "dana", "price")

    assert (row_of(world, "price").views, row_of(world, "price").viewers) == (4, 2)


def test_searches_that_showed_it_are_counted_however_low_it_stood(world: World) -> None:
    for slug in ("price", "timing"):
        world.write(slug)
    searches(world, "ana", "too dear", "timing", "price")
    searches(world, "ana", "dear", "price")
    searches(world, "ana", "nothing of it", "timing")
    is_served(world, "ana", "price")

    assert (row_of(world, "price").searches, row_of(world, "price").served) == (2, 3)


def test_wordings_are_given_once_three_people_have_met_the_entry(world: World) -> None:
    world.write("price")
    searches(world, "ana", "Too dear", "price")
    searches(world, "dana", "too dear", "price")
    assert row_of(world, "price").wordings == ()

    searches(world, "cleo", "discount", "price")
    assert row_of(world, "price").wordings == ("too dear", "discount")


def test_at_most_three_wordings_are_given_and_none_for_searches_without_words(world: World) -> None:
    world.write("price")
    for who in ("ana", "cleo", "dana"):
        searches(world, who, "too dear", "price")
        searches(world, who, "", "price", facets={"kind": ["note"]})
    for who in ("ana", "cleo"):
        searches(world, who, "expensive", "price")
    for words in ("zz", "budget", "discount"):
        searches(world, "ana", words, "price")

    assert row_of(world, "price").wordings == ("too dear", "expensive", "budget")


def test_of_two_unused_alike_the_one_people_searched_for_stands_first(world: World) -> None:
    for slug in ("a-quiet-one", "b-wanted", "c-opened"):
        world.write(slug)
    searches(world, "ana", "too dear", "b-wanted")
    opens(world, "ana", "c-opened")

    assert slugs(world) == ["b-wanted", "c-opened", "a-quiet-one"]


def test_drafts_and_entries_without_readers_are_not_in_it(world: World) -> None:
    world.write("price")
    world.write("draft", released=False)
    world.write("secret", audience="restricted")

    assert slugs(world) == ["price"]


def test_one_kind_alone_can_be_asked_for(world: World) -> None:
    world.write("price")
    world.write("dear", kind="tough_question", answer_30s="Compare.", category="price")

    assert slugs(world, UnusedEntries(kind=KINDS["tough_question"])) == ["dear"]
    assert row_of(world, "dear").kind is KINDS["tough_question"]


def test_an_empty_playbook_has_no_rows(world: World) -> None:
    assert rows(world) == []


def test_the_database_is_asked_three_times_however_many_entries_there_are(world: World) -> None:
    for number in range(5):
        world.write(f"entry-{number}")
    asked: list[str] = []
    with world.context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
        assert len(list(UnusedEntries())) == 5

    assert sum(statement.startswith("SELECT") for statement in asked) == 3
