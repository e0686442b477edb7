"""What could be clearer: said beside the field and on the page of a draft, and in nobody's way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.web.forms import form_of
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]

VAGUE = {"id": "D1", "statement": "The buyer is interested"}
GOOD = {
    "id": "D2",
    "statement": "The buyer signed the order",
    "test": "The order is on file",
    "evidence": ["order"],
    "verified_by": "Another rep",
}
BATTLECARD: dict[str, Any] = {
    "title": "Rival",
    "summary": "Cheaper.",
    "owner": "milo.brandt",
    "audience": "internal",
    "review_by": "2099-01-01",
    "one_thing_to_say": "Try both.",
    "they_win_when": ["Paper"],
    "we_win_when": ["Units"],
    "their_strengths": ["Fast"],
    "pricing": {"text": "GBP 1 a page", "label": "fact"},
}


def stage(world: World, *rows: dict[str, Any], released: bool = False, slug: str = "discovery") -> None:
    world.write(slug, kind="stage", order=1, exit_milestones=list(rows), released=released)


def said_beside(answer: TestResponse) -> dict[str, str]:
    """What stands beside each field of a form, by the id of the field; fields with nothing are left out."""
    found = re.findall(r'<div class="lints" id="([^"]+)-lints"[^>]*>(.*?)</div>', answer.text, re.DOTALL)
    return {field: re.sub(r"<[^>]+>", "", said) for field, said in found if said}


def test_advice_stands_beside_the_field_of_the_form(world: World, browse: Browse) -> None:
    stage(world, GOOD, VAGUE)

    form = browse("cleo").get("/stages/discovery/edit")

    assert set(said_beside(form)) == {
        f"exit_milestones-2-{name}" for name in ("statement", "test", "evidence", "verified_by")
    }
    assert said_beside(form)["exit_milestones-2-statement"] == (
        "“interested” cannot be seen. Say what the buyer does or says that a second person could see."
    )
    assert 'id="exit_milestones-2-statement" name="exit_milestones.2.statement"' in form.text
    assert re.search(r'aria-describedby="[^"]*exit_milestones-2-statement-lints"', form.text)
    assert '4<span class="visually-hidden"> things could be clearer' in form.text


def test_a_form_shown_again_says_what_could_be_clearer_of_what_was_typed(
    world: World, browse: Browse
) -> None:
    stage(world, GOOD, VAGUE)
    cleo = browse("cleo")
    form = form_of(cleo.get("/stages/discovery/edit"), "/edit")

    again = form.send(cleo, button="row:up:exit_milestones:2")

    assert {field.split("-")[1] for field in said_beside(again)} == {"1"}


def test_a_draft_with_advice_is_saved_and_an_agreed_stage_too(world: World, browse: Browse) -> None:
    stage(world, VAGUE, released=True)
    cleo = browse("cleo")
    form = form_of(cleo.get("/stages/discovery/edit"), "/edit")

    saved = form.send(cleo, exit_milestones__1__statement="They like us", propose="no")

    assert saved.status_code == 303
    with world.context():
        assert world.entry("discovery").newest.number == 2


def test_the_page_of_a_draft_tells_those_who_write_what_could_be_clearer(
    world: World, browse: Browse
) -> None:
    stage(world, GOOD, VAGUE)

    page = browse("cleo").get("/stages/discovery").text

    assert "4 things could be clearer" in page
    assert (
        'href="/stages/discovery/edit#exit_milestones-2-statement">Milestones to leave it, D1: Milestone</a>'
        in page
    )
    assert "It cannot be agreed before." not in page


def test_readers_and_agreed_texts_get_no_advice(world: World, browse: Browse) -> None:
    stage(world, VAGUE, released=True)

    for name in ("ana", "cleo", "milo"):
        assert "could be clearer" not in browse(name).get("/stages/discovery").text


def test_a_battlecard_without_a_source_is_not_proposed_and_its_text_is_kept(
    world: World, browse: Browse
) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/new/competitors"), "/new/competitors")
    typed = {name: value for name, value in BATTLECARD.items() if isinstance(value, str)}
    lists = {name: "\n".join(value) for name, value in BATTLECARD.items() if isinstance(value, list)}

    refused = form.send(
        milo,
        **typed,
        **lists,
        body="Fair.",
        pricing__text="GBP 1 a page",
        pricing__label="fact",
        propose="yes",
    )

    assert refused.status_code == 422
    assert '<a href="#pricing-source">This is called a fact, and no source is named.' in refused.text
    assert 'value="GBP 1 a page"' in refused.text
    assert re.search(r'id="pricing-source"[^>]*aria-invalid="true"', refused.text)

    kept = form_of(refused, "/new/competitors").send(milo, propose="no")
    assert kept.status_code == 303
    assert "Their price: Source" in words(milo.get("/competitors/rival").text)
    assert "It cannot be agreed before." in milo.get("/competitors/rival").text


def test_proposing_a_kept_battlecard_says_what_it_lacks(world: World, browse: Browse) -> None:
    world.write("rival", kind="competitor", released=False, **BATTLECARD)

    refused = browse("milo").post("/competitors/rival/propose")

    assert refused.status_code == 422
    assert "This is called a fact, and no source is named." in refused.text
    with world.context():
        assert world.entry("rival").proposed_id is None


def test_with_a_source_it_is_proposed(world: World, browse: Browse) -> None:
    sourced = {**BATTLECARD, "pricing": {"text": "GBP 1 a page", "source": "Their price page"}}
    world.write("rival", kind="competitor", released=False, **sourced)

    assert browse("milo").post("/competitors/rival/propose").status_code == 303


def test_while_somebody_types_every_field_is_answered_for(world: World, browse: Browse) -> None:
    stage(world, VAGUE, GOOD)
    cleo = browse("cleo")
    # In the browser the second row was moved up and a third begun, which keep the names of their fields.
    typed = {
        "base": "1",
        "title": "Discovery",
        "order": "1",
        "exit_milestones.1._from": "1",
        "exit_milestones.1._place": "2",
        "exit_milestones.1.id": "D1",
        "exit_milestones.1.statement": "The buyer returned the form",
        "exit_milestones.2._from": "2",
        "exit_milestones.2._place": "1",
        "exit_milestones.2.id": "D2",
        "exit_milestones.2.statement": "They feel good",
        "exit_milestones.2.test": "Yes",
        "exit_milestones.2.evidence": "order",
        "exit_milestones.2.verified_by": "Another rep",
        "exit_milestones.7._from": "",
        "exit_milestones.7.id": "D3",
        "exit_milestones.7.statement": "We sent the proposal",
    }

    answer = cleo.post("/stages/discovery/advice", typed)

    said = said_beside(answer)
    assert "exit_milestones-1-statement" not in said
    assert said["exit_milestones-2-statement"].startswith("“feel” cannot be seen.")
    assert said["exit_milestones-7-statement"].startswith("Only we act here.")
    assert (
        '<div class="lints" id="exit_milestones-1-statement-lints" hx-swap-oob="true"></div>' in answer.text
    )
    with world.context():
        assert world.entry("discovery").newest.number == 1, "nothing is saved"


def test_a_new_entry_is_advised_on_as_well(world: World, browse: Browse) -> None:
    answer = browse("cleo").post("/new/tough-questions/advice", {"answer_30s": "word " * 81, "body": ""})

    assert said_beside(answer) == {
        "answer_30s": "81 words take 32 seconds to say; at most 80. Leave out what nobody asked."
    }


def test_what_is_told_aloud_is_counted_in_the_text(world: World, browse: Browse) -> None:
    answer = browse("cleo").post("/new/stories/advice", {"body": "## Short\n" + "word " * 130})

    assert said_beside(answer)["body"].startswith("130 words take 52 seconds to say")


def test_advice_on_a_new_version_is_for_those_who_may_write_it(world: World, browse: Browse) -> None:
    stage(world, VAGUE)
    world.write("closed", kind="stage", order=1, audience="restricted", owner="ada.field", by="ada")
    typed = {"base": "1", "title": "Secret"}

    assert browse("").client.post("/stages/discovery/advice", data=typed).status_code in {302, 400, 401, 403}
    assert browse("ana").post("/stages/discovery/advice", typed).status_code in {403, 404}
    hidden = browse("cleo").post("/stages/closed/advice", typed)
    missing = browse("cleo").post("/stages/none-such/advice", typed)
    assert hidden.status_code == missing.status_code == 404
    assert browse("cleo").client.post("/stages/discovery/advice", data=typed).status_code == 400, "no token"


@pytest.mark.parametrize("base", ["", "x", "99", "٣", "-1"])
def test_a_base_that_there_is_not_is_refused(world: World, browse: Browse, base: str) -> None:
    stage(world, VAGUE)

    assert browse("cleo").post("/stages/discovery/advice", {"base": base}).status_code in {400, 404}


def test_names_of_fields_come_back_harmless(world: World, browse: Browse) -> None:
    nasty = {
        '"><script>alert(1)</script>': "x",
        "evidence.1.source<": "y",
        "exit_milestones.9999.statement": "z",
    }

    answer = browse("cleo").post("/new/stages/advice", nasty)

    assert answer.status_code == 200
    assert "<script>" not in answer.text
