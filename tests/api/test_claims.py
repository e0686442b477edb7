"""What programs are told of claims that are out of date, and of what could be clearer."""

from __future__ import annotations

import json

import pytest
from time_machine import TimeMachineFixture

from tests.api.conftest import Programs
from tests.world import World

OLD = {"claim": "Saves nine kestrels", "source": "Survey of herons", "expires": "2026-05-31", "label": "fact"}
NEW = {"claim": "Saves four kestrels", "expires": "2026-06-01"}


@pytest.fixture
def slow(world: World, time_machine: TimeMachineFixture) -> World:
    """A question whose answer has one claim that is out of date, and one without a source."""
    time_machine.move_to("2026-06-01T12:00:00Z", tick=False)
    world.write(
        "slow",
        kind="tough_question",
        title="Is it slow?",
        category="timing",
        answer_30s="Ask your dock.",
        body="Nothing.\n",
        evidence=[OLD, NEW],
    )
    return world


def test_a_search_tells_what_to_strike_and_its_plain_words_leave_it_out(
    slow: World, program: Programs
) -> None:
    [found] = program("ana").get("/search?q=kestrels").json["results"]

    struck = "".join(piece["text"] for piece in found["pieces"] if piece["expired"])
    assert struck.startswith("Saves nine kestrels")
    assert "four" not in struck
    assert "nine" not in found["snippet"]
    assert "four" in found["snippet"]
    assert found["expired_claims"] == found["answer"]["expired_claims"] == 1


def test_an_entry_tells_its_claims(slow: World, program: Programs) -> None:
    entry = program("ana").get("/entries/slow").json

    assert entry["claims"] == [
        {
            "field": "evidence.1",
            "words": "Saves nine kestrels",
            "source": "Survey of herons",
            "as_of": None,
            "expires": "2026-05-31",
            "label": "fact",
            "expired": True,
        },
        {
            "field": "evidence.2",
            "words": "Saves four kestrels",
            "source": None,
            "as_of": None,
            "expires": "2026-06-01",
            "label": None,
            "expired": False,
        },
    ]
    assert entry["fields"]["evidence"] == [OLD, NEW], "the text itself is not touched"


def test_the_tag_changes_on_the_day_a_claim_expires(
    slow: World, program: Programs, time_machine: TimeMachineFixture
) -> None:
    before = program("ana").get("/entries/slow").headers["ETag"]

    time_machine.move_to("2026-06-02T00:00:00Z", tick=False)

    assert program("ana").get("/entries/slow").headers["ETag"] != before


def test_the_text_is_exported_as_it_was_written(slow: World, program: Programs) -> None:
    text = program("ana").get("/entries/slow", headers={"Accept": "text/markdown"}).text

    assert OLD["claim"] in text
    assert "~~" not in text
    assert "<del>" not in text


def test_advice_is_for_those_who_may_revise(slow: World, program: Programs) -> None:
    assert program("ana").get("/entries/slow").json["advice"] is None
    assert program("cleo").get("/entries/slow").json["advice"] == [
        {
            "lint": "claims",
            "field": "evidence.2.source",
            "message": "Nobody is named who says so. Name the source, or take it out.",
            "blocks": False,
        }
    ]


def test_a_battlecard_with_an_unsourced_claim_is_not_proposed(world: World, program: Programs) -> None:
    fields = {
        "title": "Rival",
        "summary": "Cheaper.",
        "owner": "milo.brandt",
        "audience": "internal",
        "review_by": "2027-01-01",
        "one_thing_to_say": "Try both.",
        "they_win_when": ["Paper"],
        "we_win_when": ["Units"],
        "their_strengths": ["Fast"],
        "pricing": {"text": "GBP 1 a page", "label": "fact"},
    }
    wanted = {"kind": "competitor", "slug": "rival", "fields": fields, "body": "## Thirty\n\nFair.\n"}

    refused = program("milo").post("/entries", json={**wanted, "propose": True})
    kept = program("milo").post("/entries", json=wanted)

    assert refused.status_code == 422
    assert [problem["field"] for problem in refused.json["errors"]] == ["pricing.source"]
    assert kept.status_code == 201, "a draft is never blocked"
    assert [(each["field"], each["blocks"]) for each in kept.json["advice"]] == [("pricing.source", True)]
    assert json.dumps(kept.json["state"]) == '"draft"'
