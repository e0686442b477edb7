"""Whether what readers see is still true: who says so, by what, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook.db import db
from playbook.errors import Conflict, Invalid, NotAllowed, PlaybookError
from playbook.kinds import KINDS
from playbook.models import Answer, AuditRecord, Ground, Review, StaleEntry
from playbook.models.review import due_of, months_on
from playbook.work import saving
from tests.kinds.samples import minimum
from tests.world import World

TUESDAY = datetime(2026, 3, 3, 9, tzinfo=UTC)
YEAR_ON = "2027-03-03"  # notes are looked at again after twelve months


@pytest.fixture(autouse=True)
def on_tuesday():
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def price(world: World) -> str:
    world.write("price", by="milo", owner="cleo.marsh", co_owner="ana.ruiz", review_by="2026-03-01")
    return "price"


def say(
    world: World, answer: Answer = Answer.STILL_TRUE, *, by: str = "cleo", slug: str = "price", **given: Any
) -> int:
    """Look at the entry again; the id of the review."""
    given.setdefault("evidence_on", "2026-03-01" if answer is Answer.STILL_TRUE else "")
    with world.context(), saving():
        entry = world.entry(slug)
        hash = given.pop("hash", entry.agreed.hash if entry.agreed else "")
        return entry.review(answer, by=world.person(by), hash=hash, **given).id


def due(world: World, slug: str = "price") -> str | None:
    with world.context():
        entry = world.entry(slug)
        if entry.agreed is not None:
            assert entry.review_by == due_of(entry.agreed), "lists repeat what reviews say"
        return entry.review_by


def refused(world: World, refusal: type[PlaybookError], *given: Any, **more: Any) -> PlaybookError:
    with pytest.raises(refusal) as caught:
        say(world, *given, **more)
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Review)) == 0
    return caught.value


def test_what_is_still_true_is_due_again_after_as_many_months_as_its_kind_says(
    world: World, price: str
) -> None:
    rival = {**minimum(KINDS["competitor"]), "owner": "cleo.marsh", "review_by": "2026-03-01"}
    world.write("rival", **{**rival, "kind": "competitor"})

    say(world)
    say(world, slug="rival")

    assert due(world) == YEAR_ON
    assert due(world, "rival") == "2026-05-03", "competitors change quicker"


def test_looking_early_never_brings_the_next_look_closer(world: World) -> None:
    world.write("price", owner="cleo.marsh", review_by="2029-01-01")

    say(world)

    assert due(world) == "2029-01-01"


def test_a_day_that_an_old_text_does_not_tell_gives_way_to_one_that_is(world: World) -> None:
    world.write("price", owner="cleo.marsh")

    say(world)

    assert due(world) == YEAR_ON


@pytest.mark.parametrize("answer", [Answer.CHANGED, Answer.UNKNOWN])
def test_what_has_changed_or_is_not_known_stays_due(world: World, price: str, answer: Answer) -> None:
    say(world, answer)

    assert due(world) == "2026-03-01"


def test_only_still_true_needs_evidence(world: World, price: str) -> None:
    fault = refused(world, Invalid, evidence_on="")
    assert isinstance(fault, Invalid)
    assert [problem.field for problem in fault.problems] == ["evidence_on"]

    say(world, Answer.UNKNOWN, evidence_on="")


@pytest.mark.parametrize("day", ["2026-03-04", "2024-03-02", "2026-02-30", "3 March", "2026-3-1", "\ud800"])
def test_evidence_has_been_seen_in_the_last_two_years(world: World, price: str, day: str) -> None:
    refused(world, Invalid, evidence_on=day)
    refused(world, Invalid, Answer.CHANGED, evidence_on=day)


@pytest.mark.parametrize("day", ["2026-03-03", "2024-03-03"])
def test_evidence_of_today_and_of_two_years_ago_counts(world: World, price: str, day: str) -> None:
    say(world, evidence_on=day)

    assert due(world) == YEAR_ON


def test_owners_and_who_curates_answer_and_nobody_else(world: World, price: str) -> None:
    world.write("other", owner="cleo.marsh")

    refused(world, NotAllowed, by="ana", slug="other")
    with world.context(), saving():
        world.person("cleo").disable()
    refused(world, NotAllowed, by="cleo", slug="other")

    for number, who in enumerate(("ana", "milo", "dana", "ada")):
        assert say(world, by=who, note=str(number))


def test_an_answer_is_to_the_text_that_was_read(world: World, price: str) -> None:
    with world.context():
        read = world.entry("price").newest.hash
    world.revise("price", body="It costs 65.\n", released=False)
    refused(world, Conflict, hash="0" * 64)
    with world.context():
        draft = world.entry("price").newest.hash
    refused(world, Conflict, hash=draft)

    assert say(world, hash=read), "readers see it still"


def test_what_nobody_sees_and_what_is_retired_is_not_answered_for(world: World, price: str) -> None:
    world.write("draft", owner="cleo.marsh", released=False)
    with world.context(), saving():
        world.entry("price").retire(by=world.person("milo"), reason="Nobody asks.")

    refused(world, Conflict, slug="draft")
    refused(world, Conflict)


def test_a_note_is_one_line_of_at_most_500_characters(world: World, price: str) -> None:
    refused(world, Invalid, note="x" * 501)
    refused(world, Invalid, note="a\x00b")

    id = say(world, note="  Three\n calls. ")

    with world.context():
        assert db.session.get_one(Review, id).note == "Three calls."


def test_saying_the_same_again_on_the_same_day_adds_nothing(
    world: World, price: str, on_tuesday: time_machine.Traveller
) -> None:
    first = say(world)

    assert say(world) == first
    assert say(world, note="Seen.") != first
    on_tuesday.shift(timedelta(days=1))
    assert say(world) > first
    assert due(world) == "2027-03-04"


def test_a_review_is_recorded_and_has_the_index_look_again(world: World, price: str) -> None:
    id = say(world)

    with world.context():
        record = db.session.scalars(sa.select(AuditRecord).order_by(AuditRecord.id.desc())).first()
        assert record is not None
        assert (record.action, record.thing) == ("review", "notes/price")
        assert (record.detail["answer"], record.detail["version"]) == ("still true", 1)
        review = db.session.get_one(Review, id)
        assert (review.user.handle, review.until, review.at) == ("cleo.marsh", YEAR_ON, TUESDAY)
        assert db.session.scalars(sa.select(StaleEntry)).all() == [], "the index has caught up"


def test_a_newer_text_says_its_own_day_and_one_that_comes_back_keeps_its_reviews(
    world: World, price: str
) -> None:
    say(world)
    world.revise("price", body="It costs 65.\n", review_by="2026-09-01")
    assert due(world) == "2026-09-01"

    with world.context(), saving():
        entry = world.entry("price")
        entry.release(entry.version(1), by=world.person("milo"), ground=Ground.MIGRATED)

    assert due(world) == YEAR_ON


def test_the_database_refuses_to_change_a_review(world: World, price: str) -> None:
    id = say(world)

    with world.context(), pytest.raises(sa.exc.DBAPIError), saving() as session:
        session.execute(sa.update(Review).where(Review.id == id).values(until="2099-01-01"))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 3, 3), 12, date(2027, 3, 3)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, after: date) -> None:
    assert months_on(day, months) == after


STEPS = st.sampled_from(
    [
        "still true",
        "changed",
        "don't know",
        "draft",
        "release",
        "propose",
        "retire and back",
        "rename",
        "a day",
    ]
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=8))
def test_the_day_moves_by_nothing_but_still_true_and_a_release(
    world: World, on_tuesday: time_machine.Traveller, steps: list[str]
) -> None:
    on_tuesday.move_to(TUESDAY)
    with world.context():
        slug = f"entry-{db.session.scalar(sa.select(sa.func.count()).select_from(AuditRecord))}"
    world.write(slug, owner="cleo.marsh", review_by="2026-03-01")
    known = "2026-03-01"
    for number, step in enumerate(steps):
        if step in set(Answer):
            say(world, Answer(step), slug=slug, evidence_on="2026-03-01", note=str(number))
        elif step in {"draft", "release"}:
            day = (TUESDAY.date() + timedelta(days=100 + number)).isoformat()
            world.revise(slug, body=f"{number}\n", review_by=day, released=step == "release")
        elif step == "propose":
            world.revise(slug, body=f"{number}\n", review_by="2030-01-01", released=False)
            world.propose(slug)
        elif step == "a day":
            on_tuesday.shift(timedelta(days=1))
        else:
            with world.context(), saving():
                entry, milo = world.entry(slug), world.person("milo")
                if step == "rename":
                    slug = f"{slug}-{number}"
                    entry.rename(slug, by=milo)
                else:
                    entry.retire(by=milo, reason="A try.")
                    entry.unretire(by=milo)
        found = due(world, slug)
        if step == "still true":
            assert found is not None
            assert found >= known
            known = found
        elif step == "release":
            assert found == day
            known = day
        assert found == known, step
