"""Which disagreements are open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from playbook import agreeing, clock
from playbook.agreeing.disagreements import OpenDisagreement, open_disagreements
from playbook.models import Signer, read
from playbook.work import saving
from tests.agreeing.customer import READY, change, customer, proposed
from tests.world import World

SIDES = {"dana": Signer.SALES, "milo": Signer.MARKETING}


def say_no(world: World, slug: str = "plants", *, by: str = "dana", instead: int | None = None) -> None:
    """Say no to what is proposed; `instead` is the pass mark that one would sign."""
    with world.context():
        entry = world.entry(slug)
        counter = None
        if instead is not None:
            fields = {"score": {**READY["score"], "pass_mark": instead}}
            counter = read(entry.newest.document.with_changes(fields, body=None), kind=entry.kind, slug=slug)
        with saving():
            entry = world.entry(slug)
            agreeing.disagree(
                entry,
                by=world.person(by),
                team=SIDES[by],
                hash=entry.newest.hash,
                reason=f"{by} would not.",
                counter=counter,
            )


def opened(world: World, first_name: str = "milo") -> list[str]:
    """The reasons of what is open, as somebody sees it."""
    with world.context():
        return [each.said.reason for each in open_disagreements(reader=world.person(first_name))]


def only(world: World) -> OpenDisagreement:
    [found] = open_disagreements(reader=world.person("milo"))
    return found


def test_a_disagreement_is_open_beside_what_readers_see(world: World) -> None:
    customer(world)
    change(world)
    say_no(world)

    with world.context():
        found = only(world)
        assert found.version.fields["score"]["pass_mark"] == 65
        assert found.counter is None
        assert found.other is not None
        assert found.other.fields["score"]["pass_mark"] == 60


def test_a_counter_proposal_stands_against_what_was_proposed(world: World) -> None:
    customer(world)
    change(world)
    say_no(world, instead=68)

    with world.context():
        found = only(world)
        assert (found.version.number, found.counter and found.counter.number) == (2, 3)
        assert found.other is found.counter


def test_where_nothing_is_agreed_nothing_stands_against_it(world: World) -> None:
    proposed(world)
    say_no(world)

    with world.context():
        assert only(world).other is None


def test_the_oldest_comes_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    for slug, days, by in (("one", 3, "dana"), ("two", 8, "milo")):
        monkeypatch.setattr(clock, "now", lambda days=days: now - timedelta(days=days))
        proposed(world, slug)
        say_no(world, slug, by=by)

    assert opened(world) == ["milo would not.", "dana would not."]


def test_it_is_settled_by_agreement(world: World) -> None:
    customer(world)
    change(world)
    say_no(world, instead=68)
    world.sign("plants", by="milo")
    assert opened(world) == ["dana would not."]

    world.sign("plants", by="dana")
    assert opened(world) == []


def test_signing_ones_own_counter_proposal_settles_nothing(world: World) -> None:
    customer(world)
    change(world)
    say_no(world, instead=68)
    world.sign("plants", by="dana")

    assert opened(world) == ["dana would not."]


def test_it_is_settled_as_soon_as_whoever_said_no_signs_a_later_version(world: World) -> None:
    customer(world)
    change(world)
    say_no(world)
    change(world, summary="Other words")
    assert opened(world) == ["dana would not."]

    world.sign("plants", by="dana")
    assert opened(world) == []


def test_whoever_said_no_may_think_better_of_it(world: World) -> None:
    proposed(world)
    say_no(world)
    world.sign("plants", by="dana")

    assert opened(world) == []


def test_it_is_no_longer_open_once_the_proposal_is_withdrawn(world: World) -> None:
    proposed(world)
    say_no(world)
    with world.context(), saving():
        agreeing.withdraw(world.entry("plants"), by=world.person("cleo"))
    assert opened(world) == []

    world.propose("plants", by="cleo")
    assert opened(world) == ["dana would not."]


def test_withdrawing_the_counter_proposal_ends_it_too(world: World) -> None:
    customer(world)
    change(world)
    say_no(world, instead=68)
    with world.context(), saving():
        agreeing.withdraw(world.entry("plants"), by=world.person("dana"))

    assert opened(world) == []


def test_two_who_answer_each_other_are_both_told_of(world: World) -> None:
    customer(world)
    change(world)
    say_no(world, instead=68)
    say_no(world, by="milo", instead=66)
    assert opened(world) == ["dana would not.", "milo would not."]

    world.sign("plants", by="dana")
    assert opened(world) == ["milo would not."]
    world.sign("plants", by="milo")
    assert opened(world) == []


def test_what_is_retired_has_none(world: World) -> None:
    proposed(world)
    say_no(world)
    with world.context(), saving():
        world.entry("plants").retire(by=world.person("ada"), reason="It is over.")

    assert opened(world) == []


def test_it_is_told_to_nobody_who_may_not_read_both_texts(world: World) -> None:
    named = {"audience": "restricted", "readers": {"people": ["dana.okafor"]}, "owner": "milo.brandt"}
    proposed(world, by="milo", **named)
    say_no(world)
    proposed(world, "open-one")
    say_no(world, "open-one", by="milo")

    assert opened(world, "dana") == ["dana would not.", "milo would not."]
    assert opened(world, "ada") == ["dana would not.", "milo would not."]
    assert opened(world, "cleo") == ["milo would not."]
    assert opened(world, "ana") == []


def test_saying_the_same_twice_is_said_once(world: World) -> None:
    proposed(world)
    say_no(world)
    say_no(world)

    assert opened(world) == ["dana would not."]
