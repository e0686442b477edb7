from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playbook.db import db
from playbook.errors import Conflict, Invalid, NotFound
from playbook.kinds import KINDS
from playbook.models import Draft
from playbook.models.draft import DAYS_KEPT, MOST, MOST_CHARACTERS, MOST_FIELDS, Kept, Typed
from playbook.work import saving
from tests.world import World

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
NOTE = KINDS["note"]
ONE, OTHER = "1" * 32, "2" * 32
PHONE, DESK = "a" * 32, "b" * 32


def typed(body: str = "Words", **given: object) -> Typed:
    what = Typed(values=(("title", "Price"), ("body", body)), base=1, title="Price", at="/notes/price/edit")
    return replace(what, **given)  # type: ignore[arg-type]


def keep(
    world: World,
    body: str,
    *,
    name: str = ONE,
    by: str = "milo",
    about: str = "",
    known: int = 0,
    writer: str = "",
    turn: int = 0,
) -> Kept:
    with world.context(), saving():
        return Draft.keep(
            name,
            typed(body),
            by=world.person(by),
            kind=NOTE,
            entry=world.entry(about) if about else None,
            known=known,
            writer=writer,
            turn=turn,
        )


def bodies(world: World, of: str = "milo") -> list[str]:
    with world.context():
        return [dict(draft.values)["body"] for draft in Draft.all_of(world.person(of))]


def test_what_was_typed_comes_back_as_it_was_typed(world: World) -> None:
    values = (("title", "A “price”"), ("tags", "one"), ("tags", "two"), ("body", "Line\n\n\tNUL \0 and é\n"))
    with world.context(), saving():
        Draft.keep(ONE, typed(values=values), by=world.person("milo"), kind=NOTE)

    with world.context():
        draft = Draft.find(ONE, of=world.person("milo"))
        assert (tuple(draft.values), draft.base, draft.revision) == (values, 1, 1)


def test_nobody_else_finds_a_draft_not_even_an_administrator(world: World) -> None:
    keep(world, "Mine")

    for other in ("ada", "dana", "cleo", "ana"):
        assert bodies(world, of=other) == []
        with world.context(), pytest.raises(NotFound):
            Draft.find(ONE, of=world.person(other))
        with world.context(), saving(), pytest.raises(NotFound):
            Draft.take_back(ONE, of=world.person(other))
        with world.context(), saving():
            Draft.end(ONE, of=world.person(other))
    assert bodies(world) == ["Mine"]


def test_a_name_that_is_somebody_elses_leads_to_a_draft_of_ones_own(world: World) -> None:
    keep(world, "Mine")

    kept = keep(world, "Theirs", by="ada", known=1)

    assert kept.draft.id != ONE
    assert kept.other is None
    assert (bodies(world), bodies(world, of="ada")) == (["Mine"], ["Theirs"])


def test_a_page_goes_on_with_the_draft_that_it_knows(world: World) -> None:
    keep(world, "One")
    kept = keep(world, "Two", known=1, writer=DESK)

    assert (kept.draft.revision, kept.other) == (2, None)
    assert bodies(world) == ["Two"]


def test_what_two_devices_write_is_kept_twice_and_neither_replaces_the_other(world: World) -> None:
    keep(world, "Begun", writer=DESK, turn=1)
    keep(world, "On the phone", known=1, writer=PHONE, turn=1)

    kept = keep(world, "At the desk", known=1, writer=DESK, turn=2)

    assert kept.other is not None
    assert (kept.other.id, dict(kept.other.values)["body"]) == (ONE, "On the phone")
    assert kept.draft.id != ONE
    assert sorted(bodies(world)) == ["At the desk", "On the phone"]


def test_a_page_whose_answer_was_lost_is_no_second_device(world: World) -> None:
    keep(world, "One", writer=DESK, turn=1)

    kept = keep(world, "Two", known=0, writer=DESK, turn=2)

    assert (kept.other, kept.draft.revision) == (None, 2)
    assert bodies(world) == ["Two"]


def test_what_is_late_on_its_way_does_not_replace_what_is_newer(world: World) -> None:
    keep(world, "Newer", writer=DESK, turn=2)

    kept = keep(world, "Older", known=0, writer=DESK, turn=1)

    assert kept.other is None
    assert bodies(world) == ["Newer"]


def test_keeping_the_same_again_changes_nothing(world: World) -> None:
    keep(world, "Same", writer=DESK, turn=1)

    kept = keep(world, "Same", known=0, writer=PHONE, turn=1)

    assert (kept.other, kept.draft.revision) == (None, 1)
    assert bodies(world) == ["Same"]


def test_drafts_of_an_entry_and_of_new_ones_are_told_apart(world: World) -> None:
    world.write("price")
    world.write("terms")
    keep(world, "Of price", about="price")
    keep(world, "New", name=OTHER)

    with world.context():
        milo = world.person("milo")
        assert [draft.id for draft in Draft.about(NOTE, world.entry("price"), of=milo)] == [ONE]
        assert [draft.id for draft in Draft.about(NOTE, None, of=milo)] == [OTHER]
        assert Draft.about(NOTE, world.entry("terms"), of=milo) == []
        assert Draft.about(KINDS["story"], None, of=milo) == []


def test_a_discarded_draft_can_be_taken_back_for_a_day(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        keep(world, "Words")
        with world.context(), saving():
            Draft.find(ONE, of=world.person("milo")).discard()
        assert bodies(world) == []
    with time_machine.travel(NOON + timedelta(hours=23), tick=False):
        keep(world, "Others", name=OTHER)
        with world.context(), saving():
            Draft.take_back(ONE, of=world.person("milo"))
        assert sorted(bodies(world)) == ["Others", "Words"]
        with world.context(), saving():
            Draft.find(ONE, of=world.person("milo")).discard()
    with time_machine.travel(NOON + timedelta(hours=48), tick=False):
        keep(world, "More", name=OTHER, known=1)
        with world.context(), saving(), pytest.raises(NotFound):
            Draft.take_back(ONE, of=world.person("milo"))


def test_whoever_types_on_takes_a_discarded_draft_back(world: World) -> None:
    keep(world, "One", writer=DESK, turn=1)
    with world.context(), saving():
        Draft.find(ONE, of=world.person("milo")).discard()

    keep(world, "Two", known=1, writer=DESK, turn=2)

    assert bodies(world) == ["Two"]


def test_drafts_that_nobody_touches_go(world: World) -> None:
    with time_machine.travel(NOON, tick=False):
        keep(world, "Old")
    with time_machine.travel(NOON + timedelta(days=DAYS_KEPT), tick=False):
        assert bodies(world) == ["Old"]
    with time_machine.travel(NOON + timedelta(days=DAYS_KEPT, seconds=1), tick=False):
        assert bodies(world) == []
        keep(world, "Fresh", name=OTHER)
        with world.context(), saving(), pytest.raises(NotFound):
            Draft.take_back(ONE, of=world.person("milo"))


def test_one_draft_too_many_is_refused_and_no_other_is_thrown_away(world: World) -> None:
    for number in range(MOST):
        keep(world, f"Draft {number}", name=f"{number:032x}")

    with pytest.raises(Conflict, match="You have 50 drafts"):
        keep(world, "One more", name="f" * 32)

    assert len(bodies(world)) == MOST
    keep(world, "Changed", name=f"{0:032x}", known=1)
    keep(world, "Of another", by="ada", name="e" * 32)


@pytest.mark.parametrize(
    "values",
    [(("body", "a" * MOST_CHARACTERS),), tuple((f"n{number}", "") for number in range(MOST_FIELDS + 1))],
    ids=["too long", "too many fields"],
)
def test_a_draft_that_is_too_large_is_refused(values: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(Invalid, match="at most"):
        typed(values=values)


def test_an_erased_entry_takes_its_drafts_along(world: World) -> None:
    world.write("price")
    keep(world, "Of price", about="price")

    with world.context(), saving():
        world.entry("price").erase()

    assert bodies(world) == []


class Device:
    """A page on a device, which knows of a draft what it was last told."""

    def __init__(self, world: World, letter: str) -> None:
        self.world, self.writer, self.turn = world, letter * 32, 0
        self.name, self.known, self.body = letter * 32, 0, ""

    def type(self, words: str, *, is_answered: bool) -> None:
        self.turn += 1
        self.body = words
        kept = keep(
            self.world, words, name=self.name, known=self.known, writer=self.writer, turn=self.turn
        ).draft
        if is_answered:
            self.name, self.known = kept.id, kept.revision

    def go_on(self) -> str:
        """Open what was touched last, as a fresh page; the words in it."""
        self.turn, self.writer = 0, Draft.new_id()
        with self.world.context():
            found = Draft.last_of(self.world.person("milo"))
            if found is None:
                return ""
            self.name, self.known = found.id, found.revision
            return dict(found.values)["body"]


acts = st.tuples(st.sampled_from("ab"), st.sampled_from(["type", "unanswered", "go on"]), st.integers(0, 3))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(acts, max_size=10))
def test_what_a_device_typed_last_stays_unless_another_has_read_it_and_goes_on(
    world: World, story: list[tuple[str, str, int]]
) -> None:
    with world.context(), saving() as session:
        session.execute(sa.delete(Draft))
    devices = {letter: Device(world, letter) for letter in "ab"}

    for place, (letter, act, words) in enumerate(story):
        device = devices[letter]
        if act == "go on":
            read = device.go_on()
            for each in devices.values():
                if each is device or each.body == read:
                    each.body = ""  # whoever goes on with it may change it
        else:
            device.type(f"{words} at {place}", is_answered=act == "type")
        there = set(bodies(world))
        for each in devices.values():
            assert not each.body or each.body in there


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=60)), max_size=6))
def test_any_form_comes_back_as_it_was_typed(world: World, values: list[tuple[str, str]]) -> None:
    name = Draft.new_id()
    with world.context(), saving() as session:
        session.execute(sa.delete(Draft))
        Draft.keep(name, typed(values=tuple(values)), by=world.person("milo"), kind=NOTE)

    with world.context():
        db.session.expire_all()
        assert Draft.find(name, of=world.person("milo")).values == values
