from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import time_machine

from playbook.kinds import KINDS
from tests.kinds.samples import enough
from tests.web.forms import form_of
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def icp(world: World, **given: Any) -> None:
    fields = {
        "title": "Multi-plant manufacturer",
        "score": {"structural": 40, "pass_mark": 60},
        "personas": ["persona-cfo"],
        "body": "## In one breath\n\nA manufacturer.\n\n## Why they buy\n\nThe distance.\n\n## Check\n\nMany sites?\n",
    }
    world.write("icp-one", kind="icp", **{**fields, **given})


def test_every_version_says_where_it_stands(world: World, browse: Browse) -> None:
    with time_machine.travel("2026-03-03T09:00:00Z", tick=False):
        icp(world)
    with time_machine.travel("2026-05-05T09:00:00Z", tick=False):
        world.revise("icp-one", summary="Two plants.", note="Says it shorter")
        world.revise("icp-one", summary="Three plants.", released=False)

        read = words(browse("cleo").get("/icps/icp-one/versions").text)

    assert "Three versions" in read
    assert "Version 3 draft" in read
    assert "Version 2 what readers see since 5 May Says it shorter Milo Brandt, 5 May, 09:00" in read
    assert "Version 1 superseded, agreed 3 March to 5 May" in read


def test_reps_see_only_versions_that_were_once_released(world: World, browse: Browse) -> None:
    icp(world)
    world.revise("icp-one", summary="Never shown.", note="A secret plan", released=False)
    world.revise("icp-one", summary="Shown.")
    ana = browse("ana")

    read = words(ana.get("/icps/icp-one/versions").text)

    assert "Two versions" in read
    assert "Version 2" not in read
    assert "A secret plan" not in read
    assert ana.get("/icps/icp-one/diff?from=1&to=2").status_code == 404
    assert ana.get("/icps/icp-one/diff?from=1&to=3").status_code == 200


def test_a_comparison_is_led_by_the_news(world: World, browse: Browse) -> None:
    world.write("persona-cfo", kind="persona", title="The CFO", role_in_purchase="economic_buyer")
    world.write("persona-it", kind="persona", title="The IT manager", role_in_purchase="technical_buyer")
    icp(world)
    world.revise(
        "icp-one",
        score={"structural": 40, "pass_mark": 65},
        personas=["persona-it"],
        note="None of them passed Discovery.",
    )

    page = browse("ana").get("/icps/icp-one/diff").text
    read = words(page)

    assert "<h1>Three changes: Score and Who takes part</h1>" in page
    assert "Pass mark 60 points becomes 65 points" in read
    assert "Added: The IT manager" in read
    assert "Removed: The CFO" in read
    assert "None of them passed Discovery." in read


def test_a_comparison_shows_changed_words_and_names_what_it_leaves_out(world: World, browse: Browse) -> None:
    icp(world)
    body = "\n\n".join([*(f"Paragraph {number} stays." for number in range(6)), "How many plants?\n"])
    world.revise("icp-one", body=body)
    world.revise("icp-one", body=body.replace("plants", "sites"))

    page = browse("ana").get("/icps/icp-one/diff?from=2&to=3").text

    assert "<h1>One change: the text</h1>" in page
    assert re.search(r"How many <del>plants</del><ins>sites</ins>\?", page)
    assert "Five paragraphs unchanged, from “Paragraph 0 stays.”" in page


def test_choices_and_dates_are_compared_in_words(world: World, browse: Browse) -> None:
    world.write(
        "persona-cfo", kind="persona", title="The CFO", role_in_purchase="coach", review_by="2026-01-31"
    )
    world.revise("persona-cfo", role_in_purchase="economic_buyer", review_by="2025-06-30")

    with time_machine.travel("2026-05-05T09:00:00Z", tick=False):
        read = words(browse("ana").get("/personas/persona-cfo/diff").text)

    assert "Part in the purchase Coach becomes Economic buyer" in read
    assert "Review by 31 January becomes 30 June 2025" in read


def test_what_readers_see_is_compared_with_what_waits(world: World, browse: Browse) -> None:
    icp(world)
    world.revise("icp-one", summary="Second.", released=False)
    world.revise("icp-one", summary="Third.", released=False)

    read = words(browse("milo").get("/icps/icp-one/diff").text)

    assert "From version 1 , what readers see" in read
    assert "To version 3 , draft" in read


def test_the_only_version_can_be_compared_with_nothing(world: World, browse: Browse) -> None:
    icp(world)

    assert "There is only one version so far." in browse("ana").get("/icps/icp-one/diff").text


def test_restoring_says_the_earlier_text_again(world: World, browse: Browse) -> None:
    icp(world)
    world.revise("icp-one", title="Something else")
    cleo = browse("cleo")

    answer = cleo.post("/icps/icp-one/versions/1/restore")

    assert (answer.status_code, answer.location) == (303, "/icps/icp-one/versions")
    with world.context():
        entry = world.entry("icp-one")
        assert (entry.newest.number, entry.newest.hash) == (3, entry.version(1).hash)
        assert entry.newest.note == "Restores version 1"
        assert entry.title == "Something else"
    told = cleo.get("/icps/icp-one/versions").text
    assert "Version 1 is back as version 3, a draft. Propose it to have it agreed." in told


def test_restoring_what_readers_see_leaves_nothing_to_agree(world: World, browse: Browse) -> None:
    icp(world)
    world.revise("icp-one", title="Something else", released=False)
    cleo = browse("cleo")

    cleo.post("/icps/icp-one/versions/1/restore")

    page = cleo.get("/icps/icp-one/versions").text
    assert "Version 1 is back as version 3, and says what readers see." in page
    assert "Propose version" not in page
    assert cleo.post("/icps/icp-one/propose").status_code == 409
    assert "is a draft" not in words(cleo.get("/icps/icp-one").text)


def test_reps_neither_restore_nor_propose(world: World, browse: Browse) -> None:
    icp(world)
    world.revise("icp-one", title="Something else", released=False)

    assert browse("ana").post("/icps/icp-one/versions/1/restore").status_code == 403
    assert browse("ana").post("/icps/icp-one/propose").status_code == 403
    assert browse("ana").post("/icps/icp-one/withdraw").status_code == 403
    with world.context():
        assert world.entry("icp-one").title == "Multi-plant manufacturer"


def test_a_version_is_proposed_withdrawn_and_signed_from_its_pages(world: World, browse: Browse) -> None:
    icp(world, **{**enough(KINDS["icp"]), "title": "Multi-plant manufacturer"})
    world.revise("icp-one", by="cleo", title="Something else", personas=[], released=False)
    cleo, ana = browse("cleo"), browse("ana")

    for page in ("/icps/icp-one/versions", "/icps/icp-one/diff", "/icps/icp-one"):
        answer = form_of(cleo.get(page), "/propose").send(cleo)
        assert (answer.status_code, answer.location) == (303, "/icps/icp-one")
        assert "Version 2 proposed" in words(cleo.get("/icps/icp-one/versions").text)
        assert "<h1>Multi-plant manufacturer</h1>" in ana.get("/icps/icp-one").text
        form_of(cleo.get("/icps/icp-one"), "/withdraw").send(cleo)
        assert "Version 2 draft" in words(cleo.get("/icps/icp-one/versions").text)

    form_of(cleo.get("/icps/icp-one"), "/propose").send(cleo)
    world.agree("icp-one")
    assert "<h1>Something else</h1>" in ana.get("/icps/icp-one").text


def test_what_is_not_ready_stays_a_draft_and_the_reasons_are_told(world: World, browse: Browse) -> None:
    icp(world)
    world.revise("icp-one", title="Something else", released=False)
    milo = browse("milo")

    answer = milo.post("/icps/icp-one/propose")

    assert answer.status_code == 422
    assert "Must have is needed before this can be agreed." in answer.text
    assert "Nothing is written at persona-cfo yet." in answer.text
    assert "Version 2 is a draft." in milo.get("/icps/icp-one").text


def test_versions_that_never_were_are_not_found(world: World, browse: Browse) -> None:
    icp(world)
    milo = browse("milo")

    assert milo.get("/icps/icp-one/diff?from=1&to=7").status_code == 404
    assert milo.get("/icps/icp-one/diff?from=one&to=1").status_code == 404
    assert milo.post("/icps/icp-one/versions/7/restore").status_code == 404
    assert milo.post("/icps/icp-one/versions/7/restore").status_code == 404
