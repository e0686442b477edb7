from __future__ import annotations

from datetime import datetime, timedelta
from threading import Thread

import sqlalchemy as sa

from playbook import clock, usage
from playbook.db import db
from playbook.models import EventType, Surface, UsageEvent
from playbook.usage import Circumstances, Reported
from tests.usage.acts import BY_HAND, copies
from tests.world import World

A_TOKEN = Circumstances.of("POST", {"User-Agent": "Firefox"}, by_token=True)


def reports(
    world: World,
    who: str,
    *slugs: str,
    at: datetime,
    types: tuple[EventType, ...] = (EventType.COPY,),
    circumstances: Circumstances = BY_HAND,
) -> None:
    """Somebody's program says, all at once, that they did this with each of the entries."""
    with world.context():
        entries = [world.entry(slug) for slug in slugs]
        seen = usage.seen_at(entries, {at})
        usage.record_reported(
            [
                Reported(type=type, entry=entry, version=seen[entry.id, at], at=at, surface=Surface.SEARCH)
                for entry in entries
                for type in types
            ],
            reader=world.person(who),
            circumstances=circumstances,
        )


def kept(world: World) -> list[tuple[EventType, datetime]]:
    with world.context():
        rows = db.session.execute(sa.select(UsageEvent.type, UsageEvent.at).order_by(UsageEvent.id))
        return [(row.type, row.at) for row in rows]


def test_what_is_reported_counts_at_its_time_and_once(world: World) -> None:
    world.write("price")
    moment = clock.now()
    types = (EventType.SERVED, EventType.VIEW, EventType.COPY, EventType.DOWNLOAD)

    for _ in range(2):
        reports(world, "ana", "price", at=moment, types=types)

    assert sorted(kept(world)) == sorted((type, moment) for type in types)


def test_what_was_seen_happening_later_that_day_is_the_same_copy(world: World) -> None:
    world.write("price")
    moment = clock.now()
    copies(world, "ana", "price")
    reports(world, "ana", "price", at=moment)

    assert [type for type, _ in kept(world)] == [EventType.COPY]


def test_what_a_program_did_is_kept_apart_and_what_it_was_shown_is_not_kept(world: World) -> None:
    world.write("price")
    types = (EventType.SERVED, EventType.VIEW, EventType.COPY)
    reports(world, "ana", "price", at=clock.now(), types=types, circumstances=A_TOKEN)
    reports(world, "milo", "price", at=clock.now(), types=types)

    assert [type for type, _ in kept(world)] == [EventType.MACHINE_OPEN, EventType.AUTHOR_VIEW]


def test_a_clock_that_is_ahead_counts_as_now(world: World) -> None:
    world.write("price")
    reports(world, "ana", "price", at=clock.now() + timedelta(minutes=4))

    [(_, at)] = kept(world)
    assert at <= clock.now()


def test_two_programs_that_report_the_same_in_other_orders_neither_wait_nor_count_twice(world: World) -> None:
    slugs = [f"note-{number}" for number in range(6)]
    for slug in slugs:
        world.write(slug)
    moment = clock.now()
    both = [
        Thread(target=reports, args=(world, "ana", *order), kwargs={"at": moment})
        for order in (slugs, slugs[::-1])
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert [type for type, _ in kept(world)] == [EventType.COPY] * 6
