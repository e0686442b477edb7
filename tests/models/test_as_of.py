from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook.errors import NotFound
from playbook.kinds import KINDS
from playbook.models import Answer, Signature, User, read
from playbook.models.around_then import (
    named_then,
    on_shelves_then,
    pointed_to_then,
    relations_then,
    shelf_then,
)
from playbook.models.as_of import NotInForce, end_of, first_day, shown_on, standing, stood
from playbook.search.as_of import versions_on
from playbook.work import saving
from tests.soak import soak
from tests.world import World

BEGIN = date(2026, 3, 1)
MARCH = [date(2026, 3, day) for day in range(1, 32)]


@contextmanager
def at(day: int, time: str = "12:00:00") -> Iterator[None]:
    """That day of March 2026."""
    with time_machine.travel(f"2026-03-{day:02}T{time}Z", tick=False):
        yield


def number_on(world: World, slug: str, day: date, who: str = "ana") -> int | None:
    """The number of the version that this person is told to have been in force; nothing where there was none."""
    with world.context():
        try:
            return shown_on(slug, reader=world.person(who), on=day).shown.version.number
        except NotInForce:
            return None


def retire(world: World, slug: str) -> None:
    with world.context(), saving():
        world.entry(slug).retire(by=world.person("milo"), reason="It is over.")


def bring_back(world: World, slug: str) -> None:
    with world.context(), saving():
        world.entry(slug).unretire(by=world.person("milo"))


def slugs_on(world: World, day: date, who: str = "ana") -> list[str]:
    with world.context():
        found = stood(standing(reader=world.person(who), on=day), on=day)
        return sorted(each.entry.slug for each in found)


def test_what_is_agreed_on_a_day_is_what_was_in_force_at_its_end(world: World) -> None:
    with at(3):
        world.write("price")
    with at(5, "00:00:00"):
        world.revise("price", body="Other words.\n")
    with at(7, "23:59:59"):
        world.revise("price", body="Newest words.\n")

    found = [number_on(world, "price", day) for day in MARCH[:8]]

    assert found == [None, None, 1, 1, 2, 2, 3, 3]


def test_the_last_of_several_in_a_day_counts(world: World) -> None:
    with at(3, "09:00:00"):
        world.write("price")
    with at(3, "10:00:00"):
        world.revise("price", body="Other words.\n")

    assert number_on(world, "price", MARCH[2]) == 2


def test_what_was_retired_was_not_in_force_until_it_was_brought_back(world: World) -> None:
    with at(2):
        world.write("price")
    with at(4):
        retire(world, "price")
    with at(6):
        bring_back(world, "price")
    with at(8):
        retire(world, "price")

    found = [number_on(world, "price", day) for day in MARCH[:9]]

    assert found == [None, 1, 1, None, None, 1, 1, None, None]
    assert "price" in slugs_on(world, MARCH[2])  # though it is retired today
    assert "price" not in slugs_on(world, MARCH[4])


def test_drafts_and_proposals_were_never_in_force(world: World) -> None:
    with at(2):
        world.write("price")
        world.write("draft", released=False)
    with at(3):
        world.revise("price", body="Waiting.\n", released=False)

    assert number_on(world, "price", MARCH[5], "cleo") == 1
    assert number_on(world, "draft", MARCH[5], "cleo") is None
    assert slugs_on(world, MARCH[5], "cleo") == ["price"]
    with pytest.raises(NotFound) as refusal:
        number_on(world, "draft", MARCH[5], "ana")
    assert not isinstance(refusal.value, NotInForce)


def test_who_may_know_of_an_entry_is_decided_today(world: World) -> None:
    with at(2):
        world.write("price", by="dana")
    with at(4):
        world.revise("price", by="dana", audience="restricted", owner="dana.okafor")

    assert number_on(world, "price", MARCH[2], "dana") == 1
    for who in ("ana", "cleo", "milo"):
        with pytest.raises(NotFound) as refusal:
            number_on(world, "price", MARCH[2], who)
        assert not isinstance(refusal.value, NotInForce)
        assert slugs_on(world, MARCH[2], who) == []


def test_a_version_that_was_not_for_the_reader_is_as_if_it_had_not_been(world: World) -> None:
    with at(2):
        world.write("price", by="dana", audience="restricted", owner="dana.okafor")
    with at(4):
        world.revise("price", by="dana", audience="internal")

    assert [number_on(world, "price", MARCH[2], who) for who in ("ana", "milo", "dana", "ada")] == [
        None,
        None,
        1,
        1,
    ]
    assert (slugs_on(world, MARCH[2], "ana"), slugs_on(world, MARCH[2], "dana")) == ([], ["price"])
    assert number_on(world, "price", MARCH[4], "ana") == 2
    with world.context():
        assert first_day(reader=world.person("ana")) == MARCH[3]
        assert first_day(reader=world.person("dana")) == MARCH[1]


def test_the_head_is_what_the_version_said_then(world: World) -> None:
    with at(2):
        world.write("price", title="Old", summary="Old words.", owner="milo.brandt", review_by="2026-03-03")
    with at(5):
        world.revise("price", title="New", summary="New words.", owner="dana.okafor", review_by="2027-01-01")

    with world.context():
        [then] = stood(standing(reader=world.person("ana"), on=MARCH[3]), on=MARCH[3])

        head = (then.entry.title, then.entry.summary, then.entry.owner, then.entry.review_by)
        assert head == ("Old", "Old words.", "milo.brandt", "2026-03-03")
        assert then.entry.is_review_due
        [before] = stood(standing(reader=world.person("ana"), on=MARCH[2]), on=MARCH[2])
        assert not before.entry.is_review_due


def test_nothing_can_be_done_to_a_copy(world: World) -> None:
    with at(2):
        world.write("price", title="Old")
    with at(5):
        world.revise("price", title="New")

    with world.context(), saving() as session:
        [then] = stood(standing(reader=world.person("ana"), on=MARCH[3]), on=MARCH[3])
        then.entry.title = "Forged"
        assert then.entry not in session
    with world.context():
        assert world.entry("price").title == "New"


def test_a_review_counts_from_the_day_on_which_it_was_made(world: World) -> None:
    with at(2):
        world.write("price", owner="milo.brandt", review_by="2026-03-10")
    with at(12), world.context(), saving():
        entry = world.entry("price")
        assert entry.agreed is not None
        entry.review(
            Answer.STILL_TRUE, by=world.person("milo"), hash=entry.agreed.hash, evidence_on="2026-03-11"
        )

    with world.context():
        due = {
            day.day: stood(standing(reader=world.person("ana"), on=day), on=day)[0].entry.is_review_due
            for day in MARCH[8:14]
        }
    assert due == {9: False, 10: False, 11: True, 12: False, 13: False, 14: False}


def test_signatures_of_later_days_are_left_out(world: World) -> None:
    with at(2):
        world.write("price")
    with world.context(), saving() as session:
        version = world.entry("price").agreed
        assert version is not None
        person = world.person("dana")
        session.add(
            Signature(
                version_id=version.id,
                team=person.team,
                user_id=person.id,
                hash=version.hash,
                comment="",
                at=datetime(2026, 3, 4, tzinfo=UTC),
            )
        )

    with world.context():
        reader = world.person("ana")
        assert shown_on("price", reader=reader, on=MARCH[2]).shown.signed_by == []
        assert len(shown_on("price", reader=reader, on=MARCH[3]).shown.signed_by) == 1


def test_relations_are_those_of_that_day_at_both_ends(world: World) -> None:
    with at(2):
        world.write("issue-one", kind="issue", title="Old issue")
        world.write("price", title="Old price", body="See [[issue-one]] and [[later]].\n")
    with at(4):
        world.write("later")
        world.revise("issue-one", title="New issue", body="See [[price]].\n")
        world.revise("price", title="New price", body="Nothing.\n")

    def around(slug: str, day: date) -> list[tuple[bool, str, str | None]]:
        with world.context():
            reader = world.person("ana")
            version = shown_on(slug, reader=reader, on=day).shown.version
            found = relations_then([version], reader=reader, on=day)
            return [(each.outward, each.slug, each.entry.title if each.entry else None) for each in found]

    assert around("price", MARCH[2]) == [(True, "issue-one", "Old issue"), (True, "later", None)]
    assert around("issue-one", MARCH[2]) == [(False, "issue-one", "Old price")]
    assert around("price", MARCH[4]) == [(False, "price", "New issue")]


def test_shelves_are_those_of_that_day_in_the_order_of_that_day(world: World) -> None:
    with at(2):
        for order, slug in enumerate(("one", "two"), start=1):
            world.write(slug, kind="stage", title=slug, order=order)
    with at(4):
        world.revise("two", title="zwei", order=0, body="See [[one]].\n")

    with world.context():
        reader, stage = world.person("ana"), KINDS["stage"]

        def titles(day: date) -> list[str]:
            return [version.title for _, version in on_shelves_then(["stage"], reader=reader, on=day)]

        assert (titles(MARCH[0]), titles(MARCH[2]), titles(MARCH[4])) == ([], ["one", "two"], ["zwei", "one"])
        named = named_then(["two"], reader=reader, on=MARCH[2])
        assert named["two"].title == "two"
        narrowed = [pointed_to_then("one", reader=reader)]
        assert shelf_then(stage, reader=reader, on=MARCH[2], narrowed=narrowed) == []
        assert len(shelf_then(stage, reader=reader, on=MARCH[4], narrowed=narrowed)) == 1


def test_an_entry_that_was_moved_stands_on_the_shelf_where_it_was(world: World) -> None:
    with at(2):
        world.write("price", title="Price")
    with at(4), world.context():
        entry = world.entry("price")
        document = entry.newest.document.with_changes({"kind": "issue"})
        reading = read(document, kind=KINDS["issue"], slug="price")
        with saving():
            entry = world.entry("price")
            entry.move(reading, by=world.person("ada"), base=entry.newest.number)

    with world.context():
        reader = world.person("ana")
        shelves = {
            (day.day, kind): len(shelf_then(KINDS[kind], reader=reader, on=day))
            for day in (MARCH[2], MARCH[4])
            for kind in ("note", "issue")
        }
        assert shelves == {(3, "note"): 1, (3, "issue"): 0, (5, "note"): 0, (5, "issue"): 1}
        assert shown_on("price", reader=reader, on=MARCH[2]).shown.entry.kind_name == "note"


def test_the_last_day_that_there_is_has_an_end(world: World) -> None:
    assert end_of(date.max) > datetime(9999, 12, 31, tzinfo=UTC)
    assert end_of(date(2026, 2, 28)) == datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Model:
    """What a dictionary says was in force at the end of each day."""

    newest: dict[str, int] = field(default_factory=dict)
    agreed: dict[str, int] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    ended: dict[date, dict[str, int]] = field(default_factory=dict)

    def end(self, day: date) -> None:
        self.ended[day] = {slug: number for slug, number in self.agreed.items() if slug not in self.retired}


ACTS = st.tuples(
    st.integers(0, 2), st.sampled_from(["release", "draft", "retire", "return", "sleep"]), st.integers(0, 2)
)
_runs = itertools.count()


@given(st.lists(ACTS, min_size=1, max_size=12))
@settings(max_examples=soak(8, 300), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_day_says_what_a_dictionary_says(world: World, acts: list[tuple[int, str, int]]) -> None:
    run = next(_runs)
    model, day = Model(), BEGIN
    for which, act, days in acts:
        slug = f"entry-{run}-{which}"
        with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False):
            do(world, model, slug, act)
        for _ in range(days):
            model.end(day)
            day += timedelta(days=1)
    model.end(day)

    for past, expected in model.ended.items():
        with world.context():
            assert told(world.person("ana"), past, run) == expected
            reader = world.person("cleo")
            assert told(reader, past, run) == expected
            versions = versions_on(past, reader=reader)
            for slug in model.newest:
                number = number_of(reader, slug, past)
                assert number == expected.get(slug)
            assert {each.version.id for each in stood(standing(reader=reader, on=past), on=past)} == set(
                versions
            )


def do(world: World, model: Model, slug: str, act: str) -> None:
    """Do it to the playbook and to the model, where it can be done."""
    if act == "sleep" or (slug in model.retired and act != "return"):
        return
    if act in {"release", "draft"}:
        number = model.newest[slug] = model.newest.get(slug, 0) + 1
        if number == 1:
            world.write(slug, released=act == "release")
        else:
            world.revise(slug, body=f"Version {number}.\n", released=act == "release")
        if act == "release":
            model.agreed[slug] = number
    elif act == "retire" and slug in model.newest:
        retire(world, slug)
        model.retired.add(slug)
    elif act == "return" and slug in model.retired:
        bring_back(world, slug)
        model.retired.discard(slug)


def told(reader: User, day: date, run: int) -> dict[str, int]:
    found = stood(standing(reader=reader, on=day), on=day)
    return {
        each.entry.slug: each.version.number for each in found if each.entry.slug.startswith(f"entry-{run}-")
    }


def number_of(reader: User, slug: str, day: date) -> int | None:
    try:
        return shown_on(slug, reader=reader, on=day).shown.version.number
    except NotInForce:
        return None
