"""Claims that have expired: struck for readers, and listed for whoever can renew them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from playbook import agreeing, clock
from playbook.db import db
from playbook.models import About, Notice
from playbook.work import saving
from tests.web.reading import counting, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]

OLD = {"claim": "Nine kestrels a day", "source": "Survey of herons", "expires": "2026-05-31"}
SOON = {"claim": "Four kestrels a day", "source": "Survey", "expires": "2026-07-01"}
LATER = {"claim": "Two kestrels a day", "source": "Survey", "expires": "2026-07-02"}


@pytest.fixture(autouse=True)
def first_of_june(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to("2026-06-01T12:00:00Z", tick=False)


def question(world: World, slug: str = "slow", **fields: Any) -> None:
    said = {"category": "timing", "answer_30s": "Ask your dock.", "owner": "milo.brandt", **fields}
    world.write(slug, kind="tough_question", **said)


def retire(world: World, slug: str) -> None:
    with world.context(), saving():
        world.entry(slug).retire(by=world.person("milo"), reason="It is over.")


def listed(page: str) -> list[str]:
    return re.findall(
        r'running-out__words">(?:<span class="visually-hidden">[^<]*</span>)?(?:<del>)?([^<]+)', page
    )


def test_an_expired_claim_is_struck_and_says_so_aloud(world: World, browse: Browse) -> None:
    question(world, evidence=[OLD, SOON])

    page = browse("ana").get("/tough-questions/slow").text

    assert '<span class="visually-hidden">Out of date: </span><del>Nine kestrels a day</del>' in page
    assert "<p>Four kestrels a day</p>" in page
    assert "was good until 31 May" in page


def test_the_documented_answer_of_an_expired_landmine_is_struck_with_it(world: World, browse: Browse) -> None:
    mine = {"question": "Who is asked?", "documented": "AP only", "source": "Guide", "expires": "2026-05-31"}
    world.write("rival", kind="competitor", one_thing_to_say="Try both.", landmines=[mine])

    page = browse("ana").get("/competitors/rival").text

    assert "<del>Who is asked?</del>" in page
    assert "<del>AP only</del>" in page


def test_whoever_may_write_is_led_to_the_row_to_renew(world: World, browse: Browse) -> None:
    question(world, evidence=[SOON, OLD])
    world.write("rival", kind="competitor", one_thing_to_say="Try both.", pricing={"text": "GBP 1", **OLD})

    page = browse("cleo").get("/tough-questions/slow").text
    form = browse("cleo").get("/tough-questions/slow/edit").text

    assert page.count("Renew it") == 1
    assert 'href="/tough-questions/slow/edit#evidence-2">Renew it' in page
    assert 'id="evidence-2"' in form
    assert 'href="/competitors/rival/edit#pricing">Renew it' in browse("cleo").get("/competitors/rival").text
    assert "Renew it" not in browse("ana").get("/tough-questions/slow").text


def test_nothing_of_a_retired_entry_is_renewed(world: World, browse: Browse) -> None:
    question(world, evidence=[OLD])
    retire(world, "slow")

    assert "Renew it" not in browse("cleo").get("/tough-questions/slow").text
    assert "kestrels" not in browse("cleo").get("/claims").text


def test_search_strikes_what_is_out_of_date_and_says_so_beside_the_answer(
    world: World, browse: Browse
) -> None:
    question(world, evidence=[OLD])
    question(
        world, "other", evidence=[OLD], answer_30s="Ask again, ask again, ask.", body="ask ask kestrels\n"
    )

    found = browse("ana").get("/search?q=kestrels").text

    assert re.search(
        r"<del><span class=\"visually-hidden\">Out of date: </span>Nine <mark>kestrels</mark> a day", found
    )
    assert "One claim beside this answer is out of date." in found
    assert found.count("A claim is out of date") == 2


def test_what_a_claim_says_cannot_leave_its_strike(world: World, browse: Browse) -> None:
    world.write("nasty", evidence=[{**OLD, "claim": "</del><script>kestrel</script>"}])

    for address in ("/search?q=kestrel", "/notes/nasty", "/claims"):
        page = browse("cleo").get(address).text
        assert "<script>kestrel" not in page
        assert "&lt;/del&gt;" in page


def test_claims_that_run_out_are_listed_the_oldest_first(world: World, browse: Browse) -> None:
    question(world, evidence=[SOON, LATER, {**OLD, "source": ""}])
    world.write(
        "told",
        kind="story",
        permission={"given_by": "Beth Ames", "expires": "2026-06-15"},
        owner="dana.okafor",
    )

    page = browse("ana").get("/claims").text

    assert listed(page) == ["Nine kestrels a day", "Beth Ames", "Four kestrels a day"]
    said = words(page)
    assert "1 is out of date" in said
    assert "Slow , under “Evidence”. Milo Brandt answers for it." in said
    assert "Told , under “Permission”." in said
    assert "Source: Survey." in said
    assert said.count("No source given.") == 1


def test_whose_claims_may_be_chosen(world: World, browse: Browse) -> None:
    question(world, evidence=[OLD])
    question(world, "second", evidence=[SOON], owner="dana.okafor", co_owner="milo.brandt")
    question(world, "third", evidence=[{**SOON, "claim": "Another"}], owner="dana.okafor")

    milo, ana = browse("milo"), browse("ana")

    assert listed(milo.get("/claims?of=mine").text) == ["Nine kestrels a day", "Four kestrels a day"]
    assert len(listed(milo.get("/claims").text)) == 3
    assert listed(ana.get("/claims?of=mine").text) == []
    assert "Yours 0" in words(ana.get("/claims").text)


def test_only_what_readers_see_makes_a_claim(world: World, browse: Browse) -> None:
    question(world, evidence=[LATER])
    world.revise("slow", evidence=[{**OLD, "claim": "Waiting kestrels"}], released=False)
    question(world, "draft", evidence=[OLD], released=False)
    question(
        world,
        "closed",
        evidence=[{**OLD, "claim": "Secret"}],
        audience="restricted",
        owner="ada.field",
        by="ada",
    )

    for name in ("ana", "cleo", "milo"):
        assert listed(browse(name).get("/claims").text) == []
    assert listed(browse("ada").get("/claims").text) == ["Secret"]


def test_renewing_takes_a_claim_off_the_list(world: World, browse: Browse) -> None:
    question(world, evidence=[OLD])
    world.revise("slow", evidence=[{**OLD, "expires": "2027-05-31"}])

    assert "No claim runs out" in browse("ana").get("/claims").text


def test_many_claims_come_in_pages_with_the_database_asked_as_often(world: World, browse: Browse) -> None:
    ana = browse("ana")
    question(world, evidence=[OLD])
    with counting(world.app) as few:
        ana.get("/claims")
    question(world, "many", evidence=[{**OLD, "claim": f"Claim {number}"} for number in range(60)])
    with counting(world.app) as many:
        first = ana.get("/claims").text

    assert len(many) == len(few)
    assert len(listed(first)) == 50
    assert len(listed(ana.get("/claims?page=2").text)) == 11
    assert ana.get("/claims?page=3").status_code == 404
    assert ana.get("/claims?page=٣&of=whoever").status_code == 200


def test_a_stranger_is_sent_to_sign_in(world: World, browse: Browse) -> None:
    assert browse("").get("/claims").location.startswith("/sign-in")


def told(world: World) -> list[tuple[int, About]]:
    """Who is told of claims by the work of one day."""
    with world.context(), saving():
        return [(each.user_id, each.about) for each in agreeing.expiring(clock.now().date())]


def test_owners_are_told_once_that_a_claim_runs_out(world: World, time_machine: TimeMachineFixture) -> None:
    question(world, evidence=[LATER], co_owner="dana.okafor")
    assert told(world) == []

    time_machine.move_to("2026-06-02T06:00:00Z", tick=False)
    assert sorted(told(world)) == sorted(
        [(world.people["milo"], About.CLAIM), (world.people["dana"], About.CLAIM)]
    )
    time_machine.move_to("2026-06-03T06:00:00Z", tick=False)
    assert told(world) == []
    with world.context(), saving():
        for notice in db.session.query(Notice):
            notice.see()
    time_machine.move_to("2026-07-05T06:00:00Z", tick=False)
    assert told(world) == [], "not again when it has run out"


def test_a_second_claim_is_told_of_when_its_time_comes(
    world: World, time_machine: TimeMachineFixture
) -> None:
    question(world, evidence=[SOON, {**LATER, "expires": "2026-08-01"}])
    assert told(world) == [(world.people["milo"], About.CLAIM)]
    with world.context(), saving():
        for notice in db.session.query(Notice):
            notice.see()

    time_machine.move_to("2026-07-02T06:00:00Z", tick=False)

    assert told(world) == [(world.people["milo"], About.CLAIM)]


def test_nobody_is_told_of_what_readers_do_not_see_or_what_expired_long_ago(world: World) -> None:
    question(world, evidence=[OLD], released=False)
    question(world, "past", evidence=[{**OLD, "expires": "2025-01-01"}])
    question(world, "gone", evidence=[OLD])
    retire(world, "gone")
    question(world, "odd", evidence=[{**OLD, "expires": "0001-01-05"}])

    assert told(world) == []
