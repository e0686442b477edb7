from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from playbook.content.checking import check
from playbook.db import db
from playbook.errors import Conflict
from playbook.models import Entry, Link, State, User
from playbook.upkeep import Relinked, pointing_to, relink
from playbook.work import saving
from tests.world import World


def rename(world: World, old: str, new: str) -> None:
    with world.context(), saving():
        world.entry(old).rename(new, by=world.person("milo"))


def text(world: World, slug: str) -> str:
    with world.context():
        return world.entry(slug).newest.text


def follow(world: World, slug: str, *, by: str = "milo") -> Relinked:
    """Let every entry that may be changed follow."""
    with world.context():
        person = world.person(by)
        found = pointing_to(world.entry(slug), by=person)
        return relink(found.entry, {each.entry.id: each.base.number for each in found.planned}, by=person)


def test_links_in_fields_and_body_follow_and_everything_else_stays(world: World) -> None:
    world.write("price")
    world.write("other")
    world.write(
        "close",
        body="The price: [[price]], [it](../notes/price.md), `[[price]]`.\r\n",
        issues=["price", "other"],
        price="price",
    )
    before = text(world, "close")
    rename(world, "price", "cost")

    outcome = follow(world, "cost")

    assert [(entry.slug, version.number) for entry, version in outcome.versions] == [("close", 2)]
    for old, new in (
        ("[[price]], [it](../notes/price.md)", "[[cost]], [it](../notes/cost.md)"),
        ("issues: [price", "issues: [cost"),
    ):
        assert old in before
        before = before.replace(old, new)
    assert text(world, "close") == before
    with world.context():
        close = world.entry("close")
        assert close.newest.note == "Links to price lead to cost"
        assert (close.state, close.agreed) == (State.PROPOSED, close.version(1)), "until it is signed"
        assert check().faults == []


def test_what_was_a_draft_stays_one_and_what_was_agreed_waits_for_its_signatures(world: World) -> None:
    world.write("price")
    world.write("waits", body="[[price]]\n")
    world.revise("waits", body="[[price]] again\n", released=False)
    world.write("seen", body="[[price]]\n")
    rename(world, "price", "cost")

    follow(world, "cost", by="cleo")

    with world.context():
        states = {
            slug: (world.entry(slug).state, world.entry(slug).newest.number) for slug in ("waits", "seen")
        }
        assert states == {"waits": (State.AGREED, 3), "seen": (State.PROPOSED, 2)}
    follow(world, "cost")  # nothing names it any more
    world.revise("seen", body="[[price]]\n")
    world.revise("waits", body="[[price]]\n", released=False)
    follow(world, "cost")
    with world.context():
        seen, waits = world.entry("seen"), world.entry("waits")
        assert (seen.state, seen.agreed) == (State.PROPOSED, seen.version(3))
        assert (waits.proposed_id, waits.agreed) == (None, waits.version(1))


def test_what_somebody_may_not_see_is_neither_named_nor_changed(world: World) -> None:
    world.write("price")
    world.write("secret", body="[[price]]\n", audience="restricted", by="ada")
    world.write("half", body="[[price]]\n")
    world.revise("half", body="[[price]], and why.\n", audience="restricted", released=False, by="ada")
    rename(world, "price", "cost")

    with world.context():
        milo = world.person("milo")
        found = pointing_to(world.entry("cost"), by=milo)
        assert found.entries == []
        ids = {world.entry(slug).id: world.entry(slug).newest.number for slug in ("secret", "half")}
        outcome = relink(found.entry, {**ids, 999: 1}, by=milo)
        assert (outcome.versions, outcome.left, outcome.unknown) == ([], [], 3)
    assert "[[price]]" in text(world, "secret")


def test_an_entry_that_somebody_saved_meanwhile_is_told_of_and_left(world: World) -> None:
    world.write("price")
    world.write("one", body="[[price]]\n")
    world.write("two", body="[[price]]\n")
    rename(world, "price", "cost")
    with world.context():
        shown = {world.entry(slug).id: 1 for slug in ("one", "two")}
    world.revise("one", body="See [[price]].\n")

    with world.context():
        outcome = relink(world.entry("cost"), shown, by=world.person("milo"))

        assert [entry.slug for entry, _ in outcome.versions] == ["two"]
        assert [(left.entry.slug, left.why) for left in outcome.left] == [
            ("one", "Version 2 was saved meanwhile.")
        ]
    again = follow(world, "cost")
    assert [entry.slug for entry, _ in again.versions] == ["one"]
    with world.context():
        twice = relink(world.entry("cost"), shown, by=world.person("milo"))
        assert {left.why for left in twice.left} == {"None of its links leads there any more."}


def test_links_to_a_retired_entry_follow_to_what_replaced_it(world: World) -> None:
    world.write("old")
    world.write("new", body="It was [[old]].\n")
    world.write("close", body="[[old]] and [[new]]\n", issues=["old", "new"])
    with world.context(), saving():
        world.entry("old").retire(by=None, reason="Merged.", successor=world.entry("new"))

    with world.context():
        found = pointing_to(world.entry("old"), by=world.person("milo"))
        assert [each.entry.slug for each in found.planned] == ["close"]
        assert [(left.entry.slug, left.why) for left in found.left] == [("new", "It would point to itself.")]
    follow(world, "old")

    assert "[[new]] and [[new]]" in text(world, "close")
    assert "old" not in text(world, "close")


def test_where_nothing_replaced_it_nothing_follows(world: World) -> None:
    world.write("old")
    world.write("close", body="[[old]]\n")
    with world.context(), saving():
        world.entry("old").retire(by=None, reason="Over.")

    with world.context():
        found = pointing_to(world.entry("old"), by=world.person("milo"))
        assert [left.entry.slug for left in found.left] == ["close"]
        with pytest.raises(Conflict, match="Nothing replaced"):
            relink(found.entry, {found.left[0].entry.id: 1}, by=world.person("milo"))


links = st.sampled_from(
    [
        "[[price]]",
        "[[price|words]]",
        "[x](price.md)",
        "[x](../n/price.md#a)",
        "`[[price]]`",
        "[[other]]",
        "price",
    ]
)
sources = st.fixed_dictionaries(
    {
        "body": st.lists(links, max_size=4).map(lambda found: " and\n\n".join(found) + "\n"),
        "issues": st.lists(st.sampled_from(["price", "other", "more"]), max_size=3, unique=True),
    }
)


@given(held=st.lists(sources, min_size=1, max_size=4))
@hypothesis_settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_after_a_rename_and_the_links_no_text_names_the_old_slug_in_a_link(
    world: World, held: list[dict[str, object]]
) -> None:
    begin_anew(world)
    world.write("price", body="Myself: [[price]].\n")
    for number, says in enumerate(held):
        world.write(f"entry-{number}", **says)  # type: ignore[arg-type]
    rename(world, "price", "cost")

    follow(world, "cost")

    with world.context():
        named = set(
            db.session.scalars(sa.select(Link.target).join(Entry, Entry.latest_id == Link.version_id))
        )
        assert "price" not in named
        assert pointing_to(world.entry("cost"), by=world.person("milo")).planned == ()
        for number, says in enumerate(held):
            was = str(says["body"])
            assert world.entry(f"entry-{number}").newest.document.body.replace("cost", "price") == was


def begin_anew(world: World) -> None:
    """No entries."""
    with world.context(), saving() as session:
        session.execute(sa.update(Entry).values(latest_id=None, agreed_id=None))
        session.execute(sa.delete(Entry))
        assert session.scalar(sa.select(sa.func.count()).select_from(User)) == len(world.people)
