from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from playbook import search
from playbook.content.checking import check
from playbook.db import db
from playbook.errors import Invalid, NotFound
from playbook.models import AuditRecord, BulkChange, State, Version
from playbook.upkeep import Change, Owner, ReviewBy, Tags, apply, described, prepare, undo
from playbook.upkeep.bulk import Done
from playbook.work import saving
from tests.upkeep.test_relinking import begin_anew
from tests.world import World


def ids(world: World, *slugs: str) -> dict[int, int]:
    """The entries with the numbers of their newest versions."""
    with world.context():
        return {world.entry(slug).id: world.entry(slug).newest.number for slug in slugs}


def change(world: World, what: Change, *slugs: str, by: str = "milo", once: str = "a") -> Done:
    chosen = ids(world, *slugs)
    with world.context():
        done = apply(what, chosen, by=world.person(by), once=once)
        for left in done.left:
            _ = left.entry.slug
        return done


def texts(world: World, *slugs: str) -> list[str]:
    with world.context():
        return [world.entry(slug).newest.text for slug in slugs]


def why(done: Done) -> dict[str, str]:
    return {left.entry.slug: left.why for left in done.left}


def test_a_change_touches_its_own_line_and_nothing_else(world: World) -> None:
    world.write("one", body="First.\r\n\r\n  Odd   spaces\n", owner="milo.brandt", tags=["a"])
    world.write("two")
    before = texts(world, "one", "two")

    change(world, Owner("dana.okafor"), "one", "two")

    after = texts(world, "one", "two")
    assert after[0] == before[0].replace("owner: milo.brandt", "owner: dana.okafor")
    assert after[1] == before[1].replace("---\nWords", "owner: dana.okafor\n---\nWords")
    with world.context():
        entry = world.entry("one")
        assert (entry.newest.owner, entry.state, entry.newest.note) == (
            "dana.okafor",
            State.PROPOSED,
            "Owner: dana.okafor",
        )
        assert entry.owner == "milo.brandt", "readers see what was agreed"
        assert check().faults == []


@pytest.mark.parametrize(
    ("how", "typed", "before", "after"),
    [
        ("add", "b, a, c d", ["a"], ["a", "b", "c d"]),
        ("add", "a", None, ["a"]),
        ("remove", "a\nx", ["a", "b"], ["b"]),
        ("remove", "a", ["a"], None),
        ("replace", "x", ["a", "b"], ["x"]),
        ("replace", "", ["a"], None),
    ],
)
def test_tags_are_added_removed_and_replaced(
    world: World, how: str, typed: str, before: list[str] | None, after: list[str] | None
) -> None:
    world.write("one", **({"tags": before} if before else {}))

    change(world, Tags.typed(how, typed), "one")

    with world.context():
        assert world.entry("one").newest.fields.get("tags") == after


def test_what_cannot_be_changed_is_told_with_its_reason(world: World) -> None:
    world.write("fine")
    world.write("says", owner="dana.okafor")
    world.write("retired")
    world.write("stale")
    chosen = ids(world, "fine", "says", "retired", "stale")
    world.revise("stale", body="Newer.\n")
    with world.context(), saving():
        world.entry("retired").retire(by=None, reason="Over.")

    with world.context():
        done = apply(Owner("dana.okafor"), chosen, by=world.person("milo"), once="a")
        assert why(done) == {
            "says": "It says so already.",
            "retired": "retired is retired. Bring it back before you change it.",
            "stale": "Version 2 was saved meanwhile.",
        }
        assert done.kept is not None
        assert [item.entry.slug for item in done.kept.items] == ["fine"]


def test_tags_in_another_shape_are_left_alone(world: World) -> None:
    world.write("one", tags="a, b")

    assert why(change(world, Tags.typed("add", "c"), "one")) == {
        "one": "Its tags are not written as a list. Open it to change them."
    }


def test_t55_what_is_hidden_looks_like_what_is_missing(world: World) -> None:
    world.write("open")
    world.write("secret", audience="restricted", by="ada")
    chosen = {**ids(world, "open", "secret"), 98765: 1}

    with world.context():
        milo = world.person("milo")
        bulk = prepare(Owner("dana.okafor"), chosen, by=milo)
        assert ([each.entry.slug for each in bulk.planned], bulk.left, bulk.unknown) == (["open"], (), 2)
        done = apply(Owner("dana.okafor"), chosen, by=milo, once="a")
        assert (done.left, done.unknown) == ((), 2)
    with world.context():
        assert world.entry("secret").newest.number == 1


def test_a_waiting_version_that_somebody_may_not_read_is_not_changed_over(world: World) -> None:
    world.write("open")
    world.revise("open", audience="restricted", released=False, by="ada")

    assert why(change(world, Owner("dana.okafor"), "open")) == {
        "open": "You may not change what it says now."
    }


def test_what_was_agreed_is_proposed_and_what_was_a_draft_stays_one(world: World) -> None:
    world.write("seen")
    world.write("draft", released=False)

    change(world, ReviewBy("2027-01-31"), "seen", "draft", by="cleo")

    with world.context():
        assert world.entry("seen").state is State.PROPOSED
        assert world.entry("seen").review_by is None
        assert world.entry("draft").state is State.DRAFT
        assert world.entry("draft").review_by == "2027-01-31"


def test_what_was_proposed_is_proposed_again_and_what_was_drafted_is_not(world: World) -> None:
    world.write("one")
    world.revise("one", body="Waits.\n", released=False)
    world.propose("one")
    world.write("two")
    world.revise("two", body="Waits.\n", released=False)

    change(world, Owner("dana.okafor"), "one", "two")

    with world.context():
        one, two = world.entry("one"), world.entry("two")
        assert (one.state, one.proposed_id) == (State.PROPOSED, one.latest_id)
        assert (two.state, two.newest.number) == (State.AGREED, 3)
        assert one.agreed.number == two.agreed.number == 1


def test_what_is_not_ready_to_be_agreed_stays_a_draft(world: World) -> None:
    world.write("one", body="See [[nowhere]].\n")

    change(world, Owner("dana.okafor"), "one")

    with world.context():
        entry = world.entry("one")
        assert (entry.state, entry.proposed_id, entry.newest.number) == (State.AGREED, None, 2)


@pytest.mark.parametrize(
    ("what", "field"),
    [
        (Owner(""), "owner"),
        (Owner("nobody.here"), "owner"),
        (ReviewBy("soon"), "review_by"),
        (ReviewBy("2027-02-30"), "review_by"),
        (Tags("add", ()), "tags"),
        (Tags("add", ("x" * 61,)), "tags"),
        (Tags("add", ("a\x00",)), "tags"),
        (Tags("replace", tuple("abcdefghijklmnopqrstu")), "tags"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_whole(world: World, what: Change, field: str) -> None:
    world.write("one")

    with pytest.raises(Invalid) as refusal:
        change(world, what, "one")

    assert [problem.field for problem in refusal.value.problems] == [field]
    assert ids(world, "one") == dict.fromkeys(ids(world, "one"), 1)


def test_no_entry_and_too_many_are_refused(world: World) -> None:
    with world.context():
        milo = world.person("milo")
        for chosen in ([], range(1, 502)):
            with pytest.raises(Invalid, match=r"at least one|At most 500"):
                prepare(Owner("dana.okafor"), list(chosen), by=milo)


def test_sent_twice_a_change_happens_once(world: World) -> None:
    world.write("one")
    chosen = ids(world, "one")
    with world.context():
        first = apply(Tags.typed("add", "x"), chosen, by=world.person("milo"), once="a").kept
        again = apply(Tags.typed("add", "x"), chosen, by=world.person("milo"), once="a").kept
        assert first is not None
        assert again is not None
        assert first.id == again.id
        other = apply(Tags.typed("add", "x"), chosen, by=world.person("dana"), once="a")
        assert (other.kept, why(other)) == (None, {"one": "It says so already."})
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Version)) == 2


def test_undo_says_again_what_was_said_and_leaves_what_changed_since(world: World) -> None:
    world.write("one", owner="milo.brandt")
    world.write("two")
    world.write("three")
    before = texts(world, "one", "two", "three")
    kept = change(world, Owner("dana.okafor"), "one", "two", "three").kept
    world.revise("two", body="Newer.\n")
    assert kept is not None

    with world.context():
        done = undo(kept.id, by=world.person("milo"))
        assert why(done) == {"two": "It was changed since."}
        assert done.kept is not None
        undone = done.kept.id
    after = texts(world, "one", "two", "three")
    assert (after[0], after[2]) == (before[0], before[2])
    with world.context():
        entry = world.entry("one")
        assert (entry.newest.number, entry.state, entry.owner) == (3, State.AGREED, "milo.brandt")
        again = undo(kept.id, by=world.person("ada")).kept
        assert again is not None
        assert again.id == undone
        assert entry.newest.number == 3
        change_back = BulkChange.find(kept.id, reader=world.person("milo"))
        assert change_back.undone_at is not None
        assert described(again.change) == f"Undid change {kept.id}"
        acts = db.session.scalars(
            sa.select(AuditRecord.action).where(AuditRecord.action == "bulk change")
        ).all()
        assert len(acts) == 2
        assert check().faults == []


def test_what_undid_a_change_can_be_undone(world: World) -> None:
    world.write("one")
    kept = change(world, Owner("dana.okafor"), "one").kept
    assert kept is not None
    changed = texts(world, "one")
    with world.context():
        undone = undo(kept.id, by=world.person("milo")).kept
        assert undone is not None
        undo(undone.id, by=world.person("milo"))

    assert texts(world, "one") == changed


def test_a_change_is_its_makers_and_administrators_to_see_and_undo(world: World) -> None:
    world.write("one")
    kept = change(world, Owner("dana.okafor"), "one").kept
    assert kept is not None

    with world.context():
        with pytest.raises(NotFound):
            undo(kept.id, by=world.person("dana"))
        assert BulkChange.latest(by=world.person("dana"), limit=5) == []
        assert undo(kept.id, by=world.person("ada")).kept is not None


def test_a_changed_tag_is_found_by_search_once_it_is_signed(world: World) -> None:
    def found() -> list[str]:
        with world.context():
            results = search.search("", reader=world.person("ana"), facets={"tag": ["march"]})
            return [hit.entry.slug for hit in results.hits]

    world.write("one", tags=["a"])
    change(world, Tags.typed("add", "march"), "one")
    assert found() == []

    world.sign("one", by="dana")
    assert found() == ["one"]


fronts = st.fixed_dictionaries(
    {},
    optional={
        "owner": st.sampled_from(["milo.brandt", "dana.okafor", ""]),
        "tags": st.lists(st.sampled_from(["a", "b", "March 2026", "ü", "yes", "1"]), max_size=3, unique=True),
        "review_by": st.sampled_from(["2026-03-01", "2027-01-31"]),
        "note": st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20),
        "rows": st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(0, 5)), max_size=2),
    },
)
changes: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from(["dana.okafor", "milo.brandt"]).map(Owner),
    st.sampled_from(["2027-01-31", "2026-12-01"]).map(ReviewBy),
    st.builds(
        Tags.typed,
        st.sampled_from(["add", "remove", "replace"]),
        st.sampled_from(["a", "b, c", "yes", "ü, March 2026"]),
    ),
)


@given(
    held=st.lists(st.tuples(fronts, st.text(alphabet="ab \n\r#-[]`", max_size=30)), min_size=1, max_size=4),
    what=changes,
)
@hypothesis_settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_a_change_and_its_undo_give_the_very_same_bytes(
    world: World, held: list[tuple[dict[str, Any], str]], what: Change
) -> None:
    begin_anew(world)
    slugs = [f"entry-{number}" for number in range(len(held))]
    for slug, (front, body) in zip(slugs, held, strict=True):
        world.write(slug, body=body, **front)
    before = texts(world, *slugs)

    kept = change(world, what, *slugs, once=f"x{db_count(world)}").kept
    if kept is not None:
        with world.context():
            undo(kept.id, by=world.person("milo"))

    assert texts(world, *slugs) == before
    with world.context():
        for slug, (_, body) in zip(slugs, held, strict=True):
            assert {version.document.body for version in world.entry(slug).versions} == {body}


def db_count(world: World) -> int:
    with world.context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(BulkChange)) or 0
