"""Who is told that something is due to be looked at again, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from playbook import agreeing, clock
from playbook.db import db
from playbook.models import About, Answer, Entry, Notice, User
from playbook.work import saving
from tests.world import World


@pytest.fixture(autouse=True)
def on_the_first() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 1, 5, tzinfo=UTC)) as traveller:
        yield traveller


def remind(world: World) -> int:
    with world.context(), saving():
        return len(agreeing.remind(clock.now().date()))


def told(world: World) -> list[tuple[str, str]]:
    with world.context():
        rows = db.session.execute(
            sa.select(User.handle, Entry.slug)
            .join(Notice, Notice.user_id == User.id)
            .join(Entry, Entry.id == Notice.entry_id)
            .where(Notice.about == About.REVIEW_DUE)
            .order_by(Notice.id)
        )
        return [(handle, slug) for handle, slug in rows]


def say(world: World, answer: Answer, *, by: str, evidence_on: str = "") -> None:
    with world.context(), saving():
        entry = world.entry("price")
        agreeing.review(entry, answer, by=world.person(by), hash=entry.newest.hash, evidence_on=evidence_on)


def slugs(world: World, who: str, *, days: int = 0) -> list[str]:
    with world.context():
        return [due.entry.slug for due in agreeing.due_for(world.person(who), ahead=timedelta(days=days))]


def test_owners_are_told_once_from_the_day_after(world: World, on_the_first: time_machine.Traveller) -> None:
    world.write("price", owner="cleo.marsh", co_owner="dana.okafor", review_by="2026-03-01")

    assert remind(world) == 0
    on_the_first.shift(timedelta(days=1))
    assert remind(world) == 2
    for _ in range(40):
        on_the_first.shift(timedelta(days=1))
        assert remind(world) == 0
    assert told(world) == [("cleo.marsh", "price"), ("dana.okafor", "price")]


def test_when_it_is_due_again_they_are_told_again(world: World, on_the_first: time_machine.Traveller) -> None:
    world.write("price", owner="cleo.marsh", review_by="2026-02-01")
    assert remind(world) == 1
    say(world, Answer.STILL_TRUE, by="cleo", evidence_on="2026-02-27")
    assert remind(world) == 0

    on_the_first.shift(timedelta(days=366))

    assert remind(world) == 1
    assert told(world) == [("cleo.marsh", "price")] * 2


def test_who_was_told_because_another_did_not_know_is_not_told_twice(world: World) -> None:
    world.write("price", owner="cleo.marsh", co_owner="dana.okafor", review_by="2026-02-01")
    say(world, Answer.UNKNOWN, by="cleo")
    assert told(world) == [("dana.okafor", "price")], "she owns it too, and curates for Sales"

    assert remind(world) == 1
    assert told(world)[1:] == [("cleo.marsh", "price")]


def test_drafts_what_is_retired_and_what_has_no_day_are_nobodys_concern(world: World) -> None:
    world.write("draft", owner="cleo.marsh", released=False, review_by="2026-02-01")
    world.write("dayless", owner="cleo.marsh")
    world.write("odd", owner="cleo.marsh")
    world.write("gone", owner="cleo.marsh", review_by="2026-02-01")
    with world.context(), saving():
        world.entry("gone").retire(by=world.person("milo"), reason="Nobody asks.")
        world.entry("odd").review_by = "01.02.2026"

    remind(world)

    assert ("cleo.marsh", "draft") not in told(world)
    assert ("cleo.marsh", "gone") not in told(world)
    assert remind(world) == 0, "and a day that is none is told of once at most"


def test_where_no_owner_is_left_those_who_curate_are_told(world: World) -> None:
    world.write("price", owner="cleo.marsh", review_by="2026-02-01")
    with world.context(), saving():
        world.person("cleo").disable()

    assert remind(world) == 3
    assert {handle for handle, _ in told(world)} == {"milo.brandt", "dana.okafor", "ada.field"}
    assert slugs(world, "milo") == slugs(world, "ada") == ["price"]
    assert slugs(world, "ana") == []


def test_what_is_due_is_listed_by_its_day(world: World) -> None:
    for slug, day in (
        ("b", "2026-02-27"),
        ("a", "2026-02-28"),
        ("today", "2026-03-01"),
        ("soon", "2026-03-31"),
    ):
        world.write(slug, owner="cleo.marsh", review_by=day)
    world.write("later", owner="cleo.marsh", review_by="2026-04-01")

    assert slugs(world, "cleo") == ["b", "a"]
    assert slugs(world, "cleo", days=30) == ["b", "a", "today", "soon"]


def test_what_is_said_to_be_true_after_all_is_not_said_to_have_changed(world: World) -> None:
    world.write("price", owner="cleo.marsh", review_by="2026-09-01")
    say(world, Answer.CHANGED, by="cleo")
    assert slugs(world, "cleo") == ["price"]

    say(world, Answer.STILL_TRUE, by="milo", evidence_on="2026-02-28")

    assert slugs(world, "cleo") == []


def test_a_rep_who_cannot_write_hands_what_has_changed_on(world: World) -> None:
    world.write("price", owner="ana.ruiz", review_by="2026-02-01")

    say(world, Answer.CHANGED, by="ana")

    assert told(world) == [("dana.okafor", "price")], "Dana curates for Sales, as Ana sells"


def unread(world: World, who: str) -> list[About]:
    with world.context():
        return list(
            db.session.scalars(
                sa.select(Notice.about)
                .where(Notice.user_id == world.people[who], Notice.seen_at.is_(None))
                .order_by(Notice.id)
            )
        )


def test_an_answer_takes_back_what_told_people_to_give_one(world: World) -> None:
    world.write("price", owner="cleo.marsh", co_owner="dana.okafor", review_by="2026-02-01")
    remind(world)
    assert unread(world, "cleo") == unread(world, "dana") == [About.REVIEW_DUE]

    say(world, Answer.UNKNOWN, by="cleo")
    assert (unread(world, "cleo"), unread(world, "dana")) == ([], [About.REVIEW_DUE])
    say(world, Answer.STILL_TRUE, by="dana", evidence_on="2026-02-27")
    assert (unread(world, "cleo"), unread(world, "dana")) == ([], [])


def test_a_newer_text_that_is_agreed_answers_as_well(world: World) -> None:
    world.write("price", owner="cleo.marsh", review_by="2026-02-01")
    remind(world)
    world.revise("price", by="milo", body="It costs 65.\n", review_by="2026-09-01", released=False)
    world.propose("price", by="milo")
    assert About.REVIEW_DUE in unread(world, "cleo")

    world.sign("price", by="cleo")

    assert About.REVIEW_DUE not in unread(world, "cleo")
