from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.models import EventType
from tests.usage.acts import copies, events, is_served, kept_searches, opens, searches, types
from tests.world import World


@contextmanager
def without_a_table(world: World) -> Iterator[None]:
    """The table of events is gone for a while: whatever is written to it fails."""
    with world.context(), db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE usage_event RENAME TO usage_event_lost"))
    try:
        yield
    finally:
        with world.context(), db.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE usage_event_lost RENAME TO usage_event"))


def test_what_cannot_be_written_is_logged_and_nobody_notices(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.write("price")
    with without_a_table(world):
        opens(world, "ana", "price")
        copies(world, "ana", "price")
        is_served(world, "ana", "price")

    assert [record.message for record in caplog.records if record.name.startswith("playbook.usage")] == [
        "Use was not recorded (record_view)",
        "Use was not recorded (record_use)",
        "Use was not recorded (record_served)",
    ]
    assert events(world) == []


def test_a_search_is_kept_with_what_it_showed_or_not_at_all(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.write("price")
    with without_a_table(world):
        searches(world, "ana", "too dear", "price")

    assert kept_searches(world) == []
    assert "Use was not recorded (record_search)" in caplog.text


def test_two_clicks_at_the_same_moment_are_one(world: World) -> None:
    world.write("price")
    begun = threading.Barrier(6)

    def click() -> None:
        begun.wait()
        copies(world, "ana", "price")
        opens(world, "ana", "price")

    clicks = [threading.Thread(target=click) for _ in range(6)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert sorted(types(world)) == sorted([EventType.COPY, EventType.VIEW])
