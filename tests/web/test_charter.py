from __future__ import annotations

import re
from collections.abc import Callable

import time_machine
from flask import Flask

from playbook.work import saving
from tests.agreeing.stating import CHARTER, agreed, charter, state
from tests.web.reading import FIREFOX, counting, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]
PAGE = f"/agreements/{CHARTER}"


def test_each_row_says_how_far_it_has_got_and_leads_to_what_states_it(world: World, browse: Browse) -> None:
    agreed(world, "plants", title="Plants")
    charter(world, ["plants"], [], ["nowhere"])

    answer = browse("ana").get(PAGE)
    read = words(answer.text)

    assert "1 of 3 agreed" in read
    assert "1 Topic 1 Term 1 Signed by both" in read
    assert "2 Topic 2 Term 2 Not written Owed by both sides It names no entry yet." in read
    assert "3 Topic 3 Term 3 Not written Owed by both sides Nothing is written at nowhere yet." in read
    assert '<a href="/icps/plants">' in answer.text


def test_a_drifted_row_says_which_entry_changes_and_how(world: World, browse: Browse) -> None:
    agreed(world, "plants", title="Plants")
    charter(world, ["plants"])
    with time_machine.travel("2026-11-03T09:00:00Z", tick=False):
        world.revise("plants", by="cleo", released=False, score={"pass_mark": 65})
    assert "Drifted Owed by both sides Plants : Pass mark 60 → 65 is drafted since 3 November." in words(
        browse("cleo").get(PAGE).text
    )

    with time_machine.travel("2026-11-04T09:00:00Z", tick=False):
        world.propose("plants", by="cleo")
    read = words(browse("cleo").get(PAGE).text)
    assert "0 of 1 agreed" in read
    assert "Plants : Pass mark 60 → 65 is proposed since 4 November." in read

    world.sign("plants", by="milo")
    read = words(browse("cleo").get(PAGE).text)
    assert "proposed since 4 November. Marketing signed, Sales to sign." in read

    world.sign("plants", by="dana")
    assert "1 of 1 agreed" in words(browse("cleo").get(PAGE).text)


def test_readers_are_told_that_a_change_is_proposed_and_not_its_words(world: World, browse: Browse) -> None:
    agreed(world, "plants", title="Plants")
    charter(world, ["plants"])
    world.revise("plants", by="cleo", released=False, must_have=["Zanzibar"])
    assert "Signed by both" in words(browse("ana").get(PAGE).text)

    with time_machine.travel("2026-11-04T09:00:00Z", tick=False):
        world.propose("plants", by="cleo")
    answer = browse("ana").get(PAGE)

    assert "Plants : A change is proposed since 4 November." in words(answer.text)
    assert "Zanzibar" not in answer.text


def test_several_changes_are_counted_and_a_text_is_said_to_change(world: World, browse: Browse) -> None:
    agreed(world, "plants", title="Plants")
    agreed(world, "stores", title="Stores")
    charter(world, ["plants"], ["stores"])
    world.revise("plants", by="cleo", released=False, score={"pass_mark": 65}, summary="Anew.", body="New.\n")
    world.revise("stores", by="cleo", released=False, body="Other words.\n")

    read = words(browse("cleo").get(PAGE).text)

    assert "Plants : Three changes are drafted since" in read
    assert "Stores : A change to the text is drafted since" in read


def test_drafts_are_not_told_to_readers(world: World, browse: Browse) -> None:
    state(world, "plants", title="Secret plants")
    charter(world, ["plants"])

    assert "Secret plants : A draft, and not proposed yet." in words(browse("cleo").get(PAGE).text)
    answer = browse("ana").get(PAGE).text
    assert "Nothing is written at plants yet." in words(answer)
    assert "Secret" not in answer


def test_what_is_in_force_without_a_signature_or_retired_is_said_to_be(world: World, browse: Browse) -> None:
    state(world, "plants", title="Plants", released=True)
    agreed(world, "stores", title="Stores")
    charter(world, ["plants"], ["stores"])
    with world.context(), time_machine.travel("2026-11-04T09:00:00Z", tick=False), saving():
        world.entry("stores").retire(by=world.person("milo"), reason="It is over.")

    read = words(browse("ana").get(PAGE).text)

    assert "Plants : In force, and nobody has signed it." in read
    assert "Stores : Retired since 4 November." in read


def test_an_agreement_that_states_everything_itself_is_read_as_before(world: World, browse: Browse) -> None:
    world.write(
        "handover",
        kind="agreement",
        items=[{"id": 1, "topic": "Leads", "term": "In a day", "owed_by": "sales"}],
    )

    read = words(browse("ana").get("/agreements/handover").text)

    assert "1 Leads In a day Owed by Sales ." in read
    assert "Not written" not in read


def test_home_counts_the_rows_that_are_agreed(world: World, browse: Browse) -> None:
    agreed(world, "plants")
    charter(world, ["plants"], ["nowhere"])

    answer = browse("ana").get("/")

    assert "1 of 2 agreed" in words(answer.text)
    assert re.search(rf'<a [^>]*href="{PAGE}"', answer.text)


def test_home_counts_as_far_as_the_reader_may_know(world: World, browse: Browse) -> None:
    agreed(world, "plants", audience="restricted", owner="milo.brandt", by="ada")
    charter(world, ["plants"], ["nowhere"])

    assert "1 of 2 agreed" in words(browse("milo").get("/").text)
    assert "0 of 2 agreed" in words(browse("ana").get("/").text)


def test_home_offers_to_write_a_charter_to_those_who_write(world: World, browse: Browse) -> None:
    world.write("note-one")

    assert "/new/agreements" in browse("cleo").get("/").text
    assert "/new/agreements" not in browse("ana").get("/").text
    assert "agreed" not in words(browse("ana").get("/").text).split("Changed lately")[1]


def test_home_asks_once_for_a_charter_that_is_signed(app: Flask, world: World, browse: Browse) -> None:
    agreed(world, "plants")
    ana = browse("ana")
    with counting(app) as without:
        ana.get("/", headers=FIREFOX)
    charter(world, ["plants"])
    with counting(app) as with_one:
        ana.get("/", headers=FIREFOX)

    assert len(with_one) == len(without)
