"""What waits for signatures, as one person sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from playbook import agreeing, clock
from playbook.agreeing.waiting import desk_of, proposals, waits_for
from playbook.db import db
from playbook.models import Role, Signer, Team, User
from playbook.models.signing import signings_of
from playbook.work import saving
from tests.agreeing.customer import change, customer, proposed
from tests.world import World


def titles(world: World, first_name: str) -> tuple[list[str], list[str], list[str]]:
    """The slugs of what somebody may sign, of what they would not sign, and of their own that waits."""
    with world.context():
        desk = desk_of(world.person(first_name))
        return (
            [each.entry.slug for each in desk.to_sign],
            [each.entry.slug for each in desk.not_agreed],
            [each.entry.slug for each, _ in desk.own],
        )


def test_a_proposal_waits_for_those_who_may_sign_and_for_nobody_else(world: World) -> None:
    proposed(world, "first")

    assert titles(world, "dana") == (["first"], [], [])
    assert titles(world, "milo") == (["first"], [], [])
    assert titles(world, "cleo") == ([], [], ["first"])
    assert titles(world, "ada") == ([], [], [])
    assert titles(world, "ana") == ([], [], [])


def test_the_oldest_proposal_comes_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    for slug, days in (("second", 2), ("first", 9), ("third", 1)):
        monkeypatch.setattr(clock, "now", lambda days=days: now - timedelta(days=days))
        proposed(world, slug)

    assert titles(world, "dana")[0] == ["first", "second", "third"]


def test_what_one_has_signed_waits_for_the_other(world: World) -> None:
    proposed(world, "first")
    world.sign("first", by="dana")

    assert titles(world, "dana")[0] == []
    assert titles(world, "milo")[0] == ["first"]
    with world.context():
        [(_, asked)] = desk_of(world.person("cleo")).own
        assert [(each.side, [person.name for person in each.people]) for each in asked] == [
            (Signer.MARKETING, ["Milo Brandt"])
        ]


def test_who_wrote_it_alone_is_not_asked_to_sign(world: World) -> None:
    proposed(world, "first", by="milo")

    assert titles(world, "milo") == ([], [], ["first"])
    with world.context():
        [(_, asked)] = desk_of(world.person("milo")).own
        assert {each.side: len(each.people) for each in asked} == {Signer.SALES: 1, Signer.MARKETING: 0}


def test_what_somebody_would_not_sign_is_no_task_of_theirs_any_more(world: World) -> None:
    proposed(world, "first")
    with world.context(), saving():
        entry = world.entry("first")
        hash = entry.newest.hash
        agreeing.disagree(entry, by=world.person("dana"), team=Signer.SALES, hash=hash, reason="No.")

    assert titles(world, "dana") == ([], ["first"], [])
    assert titles(world, "milo")[0] == ["first"]
    with world.context():
        [waiting] = desk_of(world.person("milo")).to_sign
        assert [(each.user.name, each.reason) for each in waiting.disagreements] == [("Dana Okafor", "No.")]


def test_what_is_withdrawn_edited_retired_or_agreed_waits_for_nobody(world: World) -> None:
    for slug in ("withdrawn", "edited", "retired", "agreed"):
        proposed(world, slug)
    with world.context(), saving():
        agreeing.withdraw(world.entry("withdrawn"), by=world.person("cleo"))
        world.entry("retired").retire(by=world.person("ada"), reason="It is over.")
    world.revise("edited", by="cleo", body="Other words.\n", released=False)
    world.agree("agreed")

    assert titles(world, "dana") == ([], [], [])
    assert titles(world, "cleo") == ([], [], [])


def test_a_restricted_proposal_is_shown_to_those_who_may_read_it_and_names_nobody(world: World) -> None:
    proposed(world, "hidden", audience="restricted", readers={"people": ["milo.brandt"]})

    assert titles(world, "milo")[0] == ["hidden"]
    assert titles(world, "dana") == ([], [], [])
    with world.context():
        [(_, asked)] = desk_of(world.person("cleo")).own
        assert [each.is_named for each in asked] == [False, False]


def test_a_change_is_shown_beside_what_readers_see(world: World) -> None:
    customer(world, "first")
    change(world, "first")

    with world.context():
        [waiting] = proposals(reader=world.person("dana"))
        assert (waiting.agreed and waiting.agreed.number, waiting.version.number) == (1, 2)
        assert not waiting.is_reworded
    change(world, "first", body="Another word.\n")
    with world.context():
        [waiting] = proposals(reader=world.person("dana"))
        assert waiting.is_reworded


def test_an_owner_who_may_not_sign_leaves_it_to_whoever_signs_for_a_team(world: World) -> None:
    world.write("price", by="cleo", owner="ana.ruiz", audience="internal", released=False)
    world.propose("price", by="cleo")

    assert titles(world, "dana")[0] == ["price"]
    assert titles(world, "milo")[0] == ["price"]


def test_many_are_told_with_as_many_queries_as_one(world: World) -> None:
    proposed(world, "first")

    def asked_for(first_name: str) -> int:
        with world.context():
            person = world.person(first_name)
            statements: list[str] = []
            listen = lambda *args: statements.append(args[2])  # noqa: E731
            sa.event.listen(db.engine, "before_cursor_execute", listen)
            desk_of(person)
            sa.event.remove(db.engine, "before_cursor_execute", listen)
            return len(statements)

    alone = {first_name: asked_for(first_name) for first_name in ("dana", "cleo")}
    for number in range(6):
        proposed(world, f"another-{number}")
    assert {first_name: asked_for(first_name) for first_name in ("dana", "cleo")} == alone
    assert max(alone.values()) <= 8


def test_the_signing_of_many_is_the_signing_of_each(world: World) -> None:
    for slug, by in (("first", "cleo"), ("second", "milo"), ("third", "cleo")):
        proposed(world, slug, by=by)
    world.sign("third", by="dana")
    with world.context(), saving():
        User.invite(
            email="sam@example.com",
            name="Sam Hill",
            role=Role.CONTRIBUTOR,
            team=Team.SALES,
            signs_for=Team.SALES,
        )

    with world.context():
        entries = [world.entry(slug) for slug in ("first", "second", "third")]
        together = signings_of([(entry.newest, entry.kind, entry.agreed) for entry in entries])
        for entry in entries:
            one, other = entry.signing, together[entry.newest.id]
            assert (one.open_sides, one.sole_author, one.owners) == (
                other.open_sides,
                other.sole_author,
                other.owners,
            )
            assert [each.id for each in one.signatures] == [each.id for each in other.signatures]
        [sales] = [each for each in waits_for(together[entries[0].newest.id]) if each.side is Signer.SALES]
        assert [person.name for person in sales.people] == ["Dana Okafor", "Sam Hill"]
