from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from werkzeug.test import TestResponse

from playbook.db import db
from playbook.models import EventType, UsageEvent
from playbook.reports import UnusedEntries
from tests.api.programs import ROOT, Program, refused
from tests.usage.acts import FIREFOX, copies, opens, searches
from tests.world import Browser, World

Programs = Callable[..., Program]
Browse = Callable[[str], Browser]

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def told(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def event(slug: str = "price", type: str = "copy", at: datetime = NOON, **more: Any) -> dict[str, Any]:
    return {"type": type, "slug": slug, "at": told(at), "surface": "entry", **more}


def by_session(browser: Browser, *events: Any, agent: str = FIREFOX) -> TestResponse:
    headers = {"X-CSRFToken": browser.token(), "User-Agent": agent}
    return browser.client.post(f"{ROOT}/events", json={"events": list(events)}, headers=headers)


def kept(world: World) -> list[tuple[str, datetime]]:
    with world.context():
        rows = db.session.execute(sa.select(UsageEvent.type, UsageEvent.at).order_by(UsageEvent.id))
        return [(row.type.value, row.at) for row in rows]


@pytest.fixture
def used(world: World) -> World:
    """What readers have had for a week, and what few or none of them have."""
    with time_machine.travel(NOON - timedelta(days=7), tick=False):
        world.write("price")
        world.write("hidden", audience="restricted", owner="dana.okafor", by="dana")
        world.write("draft", released=False)
    return world


@time_machine.travel(NOON + HOUR, tick=False)
def test_what_somebody_did_counts_when_it_happened(used: World, browse: Browse) -> None:
    answer = by_session(browse("ana"), event(), event(type="view", at=NOON - HOUR))

    assert answer.status_code == 202
    assert answer.json == {"taken": 2, "errors": []}
    assert kept(used) == [("copy", NOON), ("view", NOON - HOUR)]
    with used.context():
        [row] = [row for row in UnusedEntries() if row.slug == "price"]
        assert (row.uses, row.views, row.last_used) == (1, 1, NOON)


@time_machine.travel(NOON + HOUR, tick=False)
def test_what_a_program_did_is_no_persons_use(used: World, program: Programs) -> None:
    sent = [event(), event(type="view"), event(type="download"), event(type="served")]
    answer = program("ana").post("/events", {"events": sent}, headers={"User-Agent": FIREFOX})

    assert answer.status_code == 202
    assert {type for type, _ in kept(used)} == {EventType.MACHINE_OPEN.value}
    with used.context():
        [row] = [row for row in UnusedEntries() if row.slug == "price"]
        assert (row.uses, row.views, row.viewers, row.served, row.last_used) == (0, 0, 0, 0, None)


@time_machine.travel(NOON + HOUR, tick=False)
def test_a_browser_that_is_a_machine_is_one_here_too(used: World, browse: Browse) -> None:
    by_session(browse("ana"), event(), agent="Slackbot-LinkExpanding 1.0")

    assert [type for type, _ in kept(used)] == ["machine_open"]


@time_machine.travel(NOON + HOUR, tick=False)
def test_authors_and_owners_are_kept_apart(used: World, browse: Browse) -> None:
    by_session(browse("milo"), event(), event(type="served"))
    by_session(browse("dana"), event("hidden"))

    assert [type for type, _ in kept(used)] == ["author_view", "author_view"]


def test_sent_again_nothing_counts_twice(used: World, browse: Browse, program: Programs) -> None:
    with time_machine.travel(NOON + 3 * HOUR, tick=False):
        ana = browse("ana")
        sent = [event(type=type) for type in ("copy", "download", "view", "served")]
        for _ in range(3):
            assert by_session(ana, *sent, *sent).json["taken"] == 8
        assert sorted(type for type, _ in kept(used)) == ["copy", "download", "served", "view"]
        by_session(ana, event(at=NOON + HOUR), event(type="view", at=NOON + timedelta(minutes=29)))
        assert len(kept(used)) == 4, "the same day, and the same half hour"
        by_session(ana, event(at=NOON - 24 * HOUR), event(type="view", at=NOON + timedelta(minutes=31)))
        assert len(kept(used)) == 6


def test_what_was_seen_happening_is_not_counted_again(used: World, browse: Browse) -> None:
    with time_machine.travel(NOON, tick=False):
        opens(used, "ana", "price")
        copies(used, "ana", "price")
    with time_machine.travel(NOON + HOUR, tick=False):
        by_session(browse("ana"), event(), event(type="view", at=NOON - timedelta(minutes=10)))
        opens(used, "ana", "price")
    assert [type for type, _ in kept(used)] == ["view", "copy", "view"]


@time_machine.travel(NOON + HOUR, tick=False)
def test_each_event_is_judged_by_itself_and_the_good_ones_are_kept(
    used: World, browse: Browse, program: Programs
) -> None:
    bad: list[tuple[Any, str]] = [
        (event("missing"), "slug"),
        (event("hidden"), "slug"),
        (event("draft"), "slug"),
        (event("../etc"), "slug"),
        (event(type="machine_open"), "type"),
        (event(type="king"), "type"),
        (event(surface="moon"), "surface"),
        (event(at=NOON + 2 * HOUR), "at"),
        (event(at=NOON - timedelta(days=32)), "at"),
        (event(at=NOON - timedelta(days=8)), "at"),
        (event() | {"at": "yesterday"}, "at"),
        (event() | {"at": "2026-05-04T12:00:00"}, "at"),
        (event() | {"at": 1777896000}, "at"),
        (event(deal="ACME-1"), "deal"),
        (event(query_id="nothing"), "query_id"),
        (event(type="served", query_id="0" * 32), "query_id"),
        (event(user="ada"), "user"),
        (event() | {"slug": None}, "slug"),
        ({}, "type"),
    ]
    sent = [bad_one | {"id": f"e{place}"} for place, (bad_one, _) in enumerate(bad)]
    answer = by_session(browse("ana"), *sent[:9], event(id="good"), *sent[9:])

    assert answer.status_code == 202
    assert answer.json["taken"] == 1
    faults = answer.json["errors"]
    assert {each["index"] for each in faults} == {*range(9), *range(10, 20)}
    first = {each["id"]: each["field"] for each in reversed(faults)}
    assert first == {f"e{place}": field for place, (_, field) in enumerate(bad)}
    assert [type for type, _ in kept(used)] == ["copy"]


@time_machine.travel(NOON + HOUR, tick=False)
def test_t51_what_is_hidden_is_refused_as_what_is_missing(used: World, program: Programs) -> None:
    told = [
        program("ana").post("/events", {"events": [event(slug)]}).json
        for slug in ("missing", "hidden", "draft")
    ]
    assert told[0] == told[1] == told[2]


@time_machine.travel(NOON + HOUR, tick=False)
@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "events",
        {"events": None},
        {"events": "copy"},
        {"events": ["copy"]},
        {"events": [[]]},
        {"events": [event()] * 201},
        {"events": [], "as": "ada"},
    ],
)
def test_what_is_no_list_of_events_is_refused_whole(used: World, program: Programs, body: Any) -> None:
    refused(program("ana").post("/events", body), 422)
    assert kept(used) == []


@time_machine.travel(NOON + HOUR, tick=False)
def test_two_hundred_events_are_taken_at_once(used: World, browse: Browse) -> None:
    moments = [NOON - timedelta(minutes=31 * number) for number in range(200)]
    answer = by_session(browse("ana"), *(event(type="view", at=moment) for moment in moments))

    assert answer.json == {"taken": 200, "errors": []}
    assert sorted(at for _, at in kept(used)) == sorted(moments)


def test_a_view_belongs_to_the_search_that_led_there_if_that_is_ones_own(used: World, browse: Browse) -> None:
    with time_machine.travel(NOON - HOUR, tick=False):
        search = searches(used, "ana", "price", "price")
    with time_machine.travel(NOON + HOUR, tick=False):
        by_session(browse("ana"), event(type="view", query_id=search, surface="search"))
        by_session(browse("cleo"), event(type="view", query_id=search, surface="search"))
    with used.context():
        ties = db.session.execute(
            sa.select(UsageEvent.user_id, UsageEvent.query_id).where(UsageEvent.type == EventType.VIEW)
        )
        assert {row.user_id: row.query_id for row in ties} == {
            used.people["ana"]: search,
            used.people["cleo"]: None,
        }


def test_the_version_is_the_one_that_readers_saw_then(used: World, browse: Browse) -> None:
    with time_machine.travel(NOON, tick=False):
        used.revise("price", body="Newer.\n")
    with time_machine.travel(NOON + HOUR, tick=False):
        by_session(browse("ana"), event(type="view", at=NOON - HOUR), event(type="view", at=NOON + HOUR / 2))
    with used.context():
        [first, second] = used.entry("price").version(1), used.entry("price").version(2)
        seen = db.session.scalars(sa.select(UsageEvent.version_id).order_by(UsageEvent.at)).all()
        assert seen == [first.id, second.id]
        assert {type for type, _ in kept(used)} == {"view"}


@time_machine.travel(NOON + HOUR, tick=False)
def test_an_answer_that_got_lost_is_given_again(used: World, program: Programs) -> None:
    ana = program("ana")
    key = {"Idempotency-Key": "k-1"}
    first = ana.post("/events", {"events": [event()]}, headers=key)
    again = ana.post("/events", {"events": [event()]}, headers=key)

    assert (first.status_code, first.json) == (again.status_code, again.json) == (202, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    refused(ana.post("/events", {"events": []}, headers=key), 422, "Idempotency-Key")
