from __future__ import annotations

from typing import Any

import pytest
import time_machine

from playbook.agreeing.charter import Charter, Progress, Row, is_charter, rows_of, the_charter
from playbook.models import Signer
from playbook.models.rule import choose_rules
from playbook.work import saving
from tests.agreeing.stating import CHARTER, agreed, charter, state
from tests.web.reading import counting
from tests.world import World


def rows(world: World, who: str = "cleo", slug: str = CHARTER) -> list[Row]:
    with world.context():
        version = world.entry(slug).agreed
        assert version is not None
        return list(rows_of(version, reader=world.person(who)))


def progress(world: World, who: str = "cleo") -> list[str]:
    return [row.progress.value for row in rows(world, who)]


def home(world: World, who: str = "cleo") -> Charter | None:
    with world.context():
        return the_charter(reader=world.person(who))


def test_a_row_says_what_is_agreed_and_who_owes_it(world: World) -> None:
    charter(world, ["plants"])

    [row] = rows(world)

    assert (row.number, row.topic, row.term, row.owed_by) == ("1", "Topic 1", "Term 1", "both")
    assert [each.slug for each in row.statements] == ["plants"]


def test_a_row_that_names_nothing_is_not_written(world: World) -> None:
    charter(world, [], ["plants"])
    agreed(world, "plants")

    assert progress(world) == ["not written", "signed by both"]


def test_a_row_that_names_what_nobody_wrote_is_not_written(world: World) -> None:
    agreed(world, "plants")
    charter(world, ["plants", "nowhere"])

    [row] = rows(world)

    assert row.progress is Progress.NOT_WRITTEN
    assert [each.slug for each in row.least] == ["nowhere"]


def test_a_draft_is_written_for_writers_and_nothing_for_readers(world: World) -> None:
    state(world, "plants")
    charter(world, ["plants"])

    assert progress(world, "cleo") == ["written"]
    assert progress(world, "ana") == ["not written"]
    assert rows(world, "ana")[0].statements[0].entry is None


def test_what_was_brought_in_as_agreed_is_written_until_both_have_signed(world: World) -> None:
    state(world, "plants", released=True)
    charter(world, ["plants"])
    assert progress(world, "cleo") == progress(world, "ana") == ["written"]

    world.revise("plants", by="cleo", released=False, score={"pass_mark": 65})
    world.propose("plants", by="cleo")
    assert progress(world, "cleo") == progress(world, "ana") == ["written"]

    world.sign("plants", by="dana")
    assert progress(world, "cleo") == progress(world, "ana") == ["signed by one"]

    world.sign("plants", by="milo")
    assert progress(world, "cleo") == progress(world, "ana") == ["signed by both"]


def test_a_first_text_goes_from_written_to_signed_by_one_to_signed_by_both(world: World) -> None:
    charter(world, ["plants"])
    seen = [progress(world)]
    state(world, "plants")
    seen.append(progress(world))
    world.propose("plants", by="cleo")
    seen.append(progress(world))
    world.sign("plants", by="milo")
    seen.append(progress(world))
    [waits] = rows(world)[0].least
    assert (waits.signed, waits.owed) == ((Signer.MARKETING,), (Signer.SALES,))
    assert progress(world, "ana") == ["not written"]
    world.sign("plants", by="dana")
    seen.append(progress(world))

    assert [each for [each] in seen] == [
        "not written",
        "written",
        "written",
        "signed by one",
        "signed by both",
    ]
    assert progress(world, "ana") == ["signed by both"]


def test_a_change_that_is_drafted_drifts_for_writers_and_for_readers_once_it_is_proposed(
    world: World,
) -> None:
    agreed(world, "plants")
    charter(world, ["plants"])

    with time_machine.travel("2026-12-03T09:00:00Z", tick=False):
        world.revise("plants", by="cleo", released=False, score={"pass_mark": 65})
    assert (progress(world, "cleo"), progress(world, "ana")) == (["drifted"], ["signed by both"])
    [drafted] = rows(world)[0].least
    assert drafted.since is not None
    assert (drafted.is_proposed, drafted.since.day) == (False, 3)

    with time_machine.travel("2026-12-04T09:00:00Z", tick=False):
        world.propose("plants", by="cleo")
    assert progress(world, "cleo") == progress(world, "ana") == ["drifted"]
    [proposed] = rows(world, "ana")[0].least
    assert proposed.since is not None
    assert (proposed.is_proposed, proposed.since.day) == (True, 4)


def test_a_drifted_row_is_signed_by_both_again_with_the_second_signature(world: World) -> None:
    agreed(world, "plants")
    charter(world, ["plants"])
    world.revise("plants", by="cleo", released=False, score={"pass_mark": 65})
    world.propose("plants", by="cleo")

    world.sign("plants", by="milo")
    assert progress(world, "cleo") == progress(world, "ana") == ["drifted"]
    assert rows(world)[0].least[0].signed == (Signer.MARKETING,)

    world.sign("plants", by="dana")
    assert progress(world, "cleo") == progress(world, "ana") == ["signed by both"]


def test_taking_a_change_back_ends_the_drift(world: World) -> None:
    agreed(world, "plants")
    charter(world, ["plants"])
    world.revise("plants", by="cleo", released=False, score={"pass_mark": 65})
    world.propose("plants", by="cleo")
    with world.context(), saving():
        world.entry("plants").withdraw(by=world.person("cleo"))
    assert (progress(world, "cleo"), progress(world, "ana")) == (["drifted"], ["signed by both"])

    world.revise("plants", by="cleo", released=False, score={"pass_mark": 60})  # the words it had
    assert progress(world, "cleo") == ["signed by both"]


def test_a_row_is_as_far_as_the_least_far_of_its_entries(world: World) -> None:
    agreed(world, "plants")
    agreed(world, "stores")
    state(world, "brought", released=True)
    charter(world, ["plants", "stores"], ["plants", "brought"], ["brought", "gone"])
    world.revise("stores", by="cleo", released=False, score={"pass_mark": 65})

    assert progress(world) == ["drifted", "written", "not written"]
    assert [[each.slug for each in row.least] for row in rows(world)] == [["stores"], ["brought"], ["gone"]]


def test_a_kind_that_asks_for_fewer_counts_as_it_is(world: World) -> None:
    world.write(
        "won",
        title="Won",
        summary="We won.",
        owner="milo.brandt",
        audience="internal",
        by="cleo",
        released=False,
    )
    charter(world, ["won"])
    world.propose("won", by="cleo")
    world.agree("won")

    assert progress(world) == ["signed by both"]


def test_a_kind_that_asks_nobody_is_agreed_as_it_was_brought_in(world: World) -> None:
    state(world, "plants", released=True)
    charter(world, ["plants"])

    with world.context(), saving():
        choose_rules({"icp": ()}, by=world.person("ada"))

    assert progress(world) == ["signed by both"]


def test_what_is_retired_holds_nothing_any_more(world: World) -> None:
    agreed(world, "plants")
    state(world, "stores")
    charter(world, ["plants"], ["stores"])
    with world.context(), saving():
        for slug in ("plants", "stores"):
            world.entry(slug).retire(by=world.person("milo"), reason="It is over.")

    assert progress(world) == ["drifted", "not written"]
    assert progress(world, "ana") == ["drifted", "not written"]


@pytest.mark.parametrize("who", ["ana", "cleo"])
def test_what_is_hidden_looks_like_what_nobody_wrote(world: World, who: str) -> None:
    agreed(world, "plants", audience="restricted", owner="milo.brandt", by="ada")
    charter(world, ["plants"], ["nowhere"])

    hidden, missing = rows(world, who)

    assert hidden.progress is missing.progress is Progress.NOT_WRITTEN
    assert hidden.statements[0].entry is missing.statements[0].entry is None
    assert progress(world, "milo") == ["signed by both", "not written"]


def test_a_change_that_is_not_for_the_reader_is_no_drift_to_them(world: World) -> None:
    agreed(world, "plants", by="ada", owner="milo.brandt")
    charter(world, ["plants"])
    world.revise(
        "plants", by="milo", released=False, audience="restricted", readers={"people": ["milo.brandt"]}
    )
    world.propose("plants", by="milo")

    assert progress(world, "ana") == progress(world, "cleo") == ["signed by both"]
    assert progress(world, "milo") == progress(world, "ada") == ["drifted"]


def test_an_old_slug_of_an_entry_names_it_still(world: World) -> None:
    agreed(world, "plants")
    charter(world, ["plants"])
    with world.context(), saving():
        world.entry("plants").rename("factories", by=world.person("milo"))

    assert progress(world) == ["signed by both"]


@pytest.mark.parametrize(
    ("items", "is_one"),
    [
        ([{"id": 1, "topic": "A", "stated_in": []}], True),
        ([{"id": 1, "topic": "A"}], False),
        ([], False),
        ("words", False),
        (["words"], False),
    ],
)
def test_an_agreement_is_a_charter_where_its_items_say_where_they_are_stated(
    items: Any, is_one: bool
) -> None:
    assert is_charter({"items": items}) is is_one


def test_the_charter_of_the_company_is_the_one_of_that_name_else_any(world: World) -> None:
    assert home(world) is None
    world.write("handover", kind="agreement", items=[{"id": 1, "topic": "No place"}])
    assert home(world) is None

    agreed(world, "plants")
    charter(world, ["plants"], slug="ours", title="Ours")
    found = home(world, "ana")
    assert found is not None
    assert (found.entry.slug, found.agreed, len(found.rows)) == ("ours", 1, 1)

    charter(world, ["plants"], ["nowhere"])
    found = home(world, "ana")
    assert found is not None
    assert (found.entry.slug, found.agreed, len(found.rows)) == (CHARTER, 1, 2)


def test_a_charter_that_readers_may_not_know_of_is_none_to_them(world: World) -> None:
    agreed(world, "plants")
    items = [{"id": 1, "topic": "A", "stated_in": ["plants"]}]
    world.write(CHARTER, kind="agreement", title="Draft", items=items, released=False)

    assert home(world, "ana") is None
    found = home(world, "cleo")
    assert found is not None
    assert found.entry.title == "Draft"


def test_a_retired_charter_is_none(world: World) -> None:
    agreed(world, "plants")
    charter(world, ["plants"])
    with world.context(), saving():
        world.entry(CHARTER).retire(by=world.person("milo"), reason="It is over.")

    assert home(world) is None


def test_a_charter_of_forty_entries_takes_two_queries(world: World) -> None:
    slugs = [f"plants-{number}" for number in range(40)]
    for slug in slugs:
        state(world, slug, released=True)
    charter(world, *(slugs[start : start + 5] for start in range(0, 40, 5)))

    with world.context():
        reader, version = world.person("cleo"), world.entry(CHARTER).agreed
        assert version is not None
        with counting(world.app) as asked:
            assert len(rows_of(version, reader=reader)) == 8
        with counting(world.app) as asked_at_home:
            assert the_charter(reader=reader) is not None

    assert len(asked) == len(asked_at_home) == 2
