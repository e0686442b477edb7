from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import EventType, Role, Signer, Team, UsageEvent, User
from playbook.models.rule import choose_rules
from playbook.work import saving
from tests.kinds.samples import enough
from tests.web.reading import FIREFOX, counting, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]

ANSWER = "If cut-over is inside ninety days, yes, wait. If it is later, the upgrade is the reason to start."


def tough_question(world: World, slug: str = "tq-wait", **given: Any) -> int:
    given = {
        **enough(KINDS["tough_question"]),
        "title": "Shall we wait?",
        "summary": "Usually a risk question.",
        "category": "timing",
        "clarify_first": "When is the cut-over?",
        "answer_30s": ANSWER,
        **given,
    }
    return world.write(slug, kind="tough_question", **given)


def told_to(browser: Browser) -> str:
    """What the page says to somebody; how often it was opened aside."""
    read = words(browser.get("/tough-questions/tq-wait").text)
    return re.sub(r"In use .*?, 12 weeks ", "", read)


def events_of(world: World) -> list[UsageEvent]:
    with world.context():
        return list(db.session.scalars(sa.select(UsageEvent).order_by(UsageEvent.id)))


def test_a_rep_reads_what_to_say_before_the_reasoning(world: World, browse: Browse) -> None:
    tough_question(world, body="## Why\n\nTwo things wear the same words.\n", next_step="Count together")

    read = words(browse("ana").get("/tough-questions/tq-wait").text)

    order = [
        "Shall we wait?",
        "Usually a risk",
        "Ask first",
        "Then say",
        ANSWER,
        "Next step",
        "Two things wear",
    ]
    assert [read.index(part) for part in order] == sorted(read.index(part) for part in order)
    assert "19 words, 8 seconds" in read
    assert "About: Timing" in read


def test_fields_without_a_value_are_not_shown(world: World, browse: Browse) -> None:
    tough_question(world, do_not=[], next_step="")

    read = words(browse("ana").get("/tough-questions/tq-wait").text)

    assert "Don’t" not in read
    assert "Next step" not in read


def test_a_draft_is_hidden_from_reps_and_says_so_to_writers(world: World, browse: Browse) -> None:
    tough_question(world, released=False)

    assert browse("ana").get("/tough-questions/tq-wait").status_code == 404
    assert "Draft." in browse("cleo").get("/tough-questions/tq-wait").text
    assert "Propose it" in browse("cleo").get("/tough-questions/tq-wait").text


def test_a_newer_draft_is_told_to_writers_only(world: World, browse: Browse) -> None:
    tough_question(world)
    ana = browse("ana")
    before = told_to(ana)
    world.revise("tq-wait", title="Shall we hurry?", released=False)

    for_writers = browse("cleo").get("/tough-questions/tq-wait")

    assert "Version 2 is a draft." in for_writers.text
    assert "<h1>Shall we wait?</h1>" in for_writers.text
    assert told_to(ana) == before


def test_readers_are_told_that_a_change_is_proposed_and_nothing_of_it(world: World, browse: Browse) -> None:
    tough_question(world)
    ana = browse("ana")
    before = told_to(ana)
    world.revise("tq-wait", title="Shall we hurry?", body="Hurry up.\n", note="Urgent", released=False)
    world.propose("tq-wait")

    read = told_to(ana)

    assert "A change is proposed. Until it is agreed, what you read here counts." in read
    assert read.replace("A change is proposed. Until it is agreed, what you read here counts. ", "") == before
    for_writers = words(browse("cleo").get("/tough-questions/tq-wait").text)
    assert "Version 2 is proposed." in for_writers
    assert "See the changes" in for_writers


def test_the_strip_says_who_signed_for_whom(world: World, browse: Browse) -> None:
    tough_question(world, released=False, by="cleo")
    cleo, ana = browse("cleo"), browse("ana")
    world.propose("tq-wait", by="cleo")
    world.sign("tq-wait", by="dana")
    assert "Signed so far by Dana Okafor for Sales" in words(cleo.get("/tough-questions/tq-wait").text)

    world.sign("tq-wait", by="milo")

    read = words(ana.get("/tough-questions/tq-wait").text)
    assert "Signed by Dana Okafor for Sales and Milo Brandt for Marketing" in read


def test_the_strip_says_under_which_rule_it_was_agreed(world: World, browse: Browse) -> None:
    kind, ana = "tough_question", browse("ana")
    agreed_under: dict[tuple[Signer, ...], str] = {
        (Signer.SALES,): "Agreed under a relaxed rule: Sales alone. Signed by Dana Okafor for Sales Version",
        (
            Signer.OWNER,
        ): "Agreed under a relaxed rule: the owner alone. Signed by Ada Field for the owner Version",
        (): "Agreed under a relaxed rule: no signature needed. Let in by Cleo Marsh Version",
    }
    for number, needs in enumerate(agreed_under):
        slug, signer = f"tq-{number}", {(Signer.SALES,): "dana", (Signer.OWNER,): "ada"}.get(needs)
        with world.context(), saving():
            choose_rules({kind: needs}, by=world.person("ada"))
        tough_question(world, slug, released=False, by="cleo", owner="ada.field")
        world.propose(slug, by="cleo")
        if signer:
            world.sign(slug, by=signer)
    with world.context(), saving():
        choose_rules({kind: (Signer.SALES, Signer.MARKETING)}, by=world.person("ada"))

    for number, said in enumerate(agreed_under.values()):
        assert said in words(ana.get(f"/tough-questions/tq-{number}").text)


def test_only_whoever_may_take_a_proposal_back_or_sign_it_is_asked_to(world: World, browse: Browse) -> None:
    tough_question(world)
    world.revise("tq-wait", by="cleo", title="Shall we hurry?", released=False)
    world.propose("tq-wait", by="milo")
    with world.context(), saving():
        User.invite(email="noor@example.com", name="Noor Haddad", role=Role.CONTRIBUTOR, team=Team.SALES)
        world.people["noor"] = db.session.scalars(
            sa.select(User.id).where(User.handle == "noor.haddad")
        ).one()

    offers = {"Withdraw it": {"cleo", "milo", "dana", "ada"}, "Read and sign": {"dana", "milo"}}
    for words_of_it, expected in offers.items():
        asked = {
            who
            for who in ("ana", "cleo", "noor", "milo", "dana", "ada")
            if words_of_it in browse(who).get("/tough-questions/tq-wait").text
        }
        assert asked == expected, words_of_it


def test_a_change_for_others_is_not_told_to_whom_it_leaves_out(world: World, browse: Browse) -> None:
    tough_question(world)
    world.revise("tq-wait", audience="restricted", owner="dana.okafor", released=False)
    world.propose("tq-wait")

    for who in ("ana", "cleo"):
        assert "proposed" not in browse(who).get("/tough-questions/tq-wait").text
    assert "Version 2 is proposed." in browse("dana").get("/tough-questions/tq-wait").text


def test_a_superseded_version_says_so(world: World, browse: Browse) -> None:
    tough_question(world)
    world.revise("tq-wait", title="Shall we hurry?")

    read = words(browse("ana").get("/tough-questions/tq-wait?version=1").text)

    assert "Superseded by version 2. It was agreed once: Brought in as agreed by Milo Brandt" in read
    assert "It is not what readers see today" in read


def test_the_strip_says_who_stands_behind_the_text(world: World, browse: Browse) -> None:
    tough_question(world)

    assert "Brought in as agreed by Milo Brandt" in words(browse("ana").get("/tough-questions/tq-wait").text)


def test_a_relation_is_shown_on_both_ends_under_its_verb(world: World, browse: Browse) -> None:
    world.write("persona-cfo", kind="persona", title="The CFO", role_in_purchase="economic_buyer")
    tough_question(world, asked_by=["persona-cfo"])
    ana = browse("ana")

    on_the_question = words(ana.get("/tough-questions/tq-wait").text)
    on_the_persona = words(ana.get("/personas/persona-cfo").text)

    assert "This entry points to Asked by Persona: The CFO" in on_the_question
    assert "Points to this entry Asks Tough question: Shall we wait?" in on_the_persona


def test_a_link_in_the_body_is_a_relation_too(world: World, browse: Browse) -> None:
    world.write("stage-2", kind="stage", title="Discovery", order=2)
    tough_question(world, body="See [[stage-2|the stage]].\n")
    ana = browse("ana")

    assert "Mentions Stage: Discovery" in words(ana.get("/tough-questions/tq-wait").text)
    assert "Mentioned in Tough question: Shall we wait?" in words(ana.get("/stages/stage-2").text)


def test_what_a_reader_may_not_know_of_looks_like_what_nobody_has_written(
    world: World, browse: Browse
) -> None:
    world.write("persona-hidden", kind="persona", title="Secret", role_in_purchase="coach", released=False)
    tough_question(world, asked_by=["persona-hidden", "persona-nobody"])

    page = browse("ana").get("/tough-questions/tq-wait").text

    rail = page[page.index("Around this entry") :]
    lines = re.findall(r'<li class="relation">(.*?)</li>', rail, re.DOTALL)
    hidden, missing = (re.sub(r"\s+", " ", line) for line in lines)
    assert "Secret" not in page
    assert hidden.replace("persona-hidden", "persona-nobody") == missing


def test_a_hidden_entry_does_not_show_that_it_points_here(world: World, browse: Browse) -> None:
    world.write("persona-cfo", kind="persona", title="The CFO", role_in_purchase="economic_buyer")
    tough_question(world, asked_by=["persona-cfo"], released=False)

    assert "Shall we wait?" not in browse("ana").get("/personas/persona-cfo").text
    assert "Shall we wait?" in browse("cleo").get("/personas/persona-cfo").text


def test_relations_inside_fields_are_links_with_titles(world: World, browse: Browse) -> None:
    world.write("story-one", kind="story", title="The forty-one pallets")
    world.write(
        "persona-cfo",
        kind="persona",
        title="The CFO",
        role_in_purchase="economic_buyer",
        beliefs_to_challenge=[{"belief": "AP is slow", "reframe": "AP waits", "proof": "story-one"}],
    )

    page = browse("ana").get("/personas/persona-cfo").text

    assert re.search(
        r'<dt class="reframe__proof">Proof</dt><dd><a href="/stories/story-one">The forty-one pallets</a>',
        page,
    )


def test_an_expired_claim_is_struck_through(world: World, browse: Browse) -> None:
    evidence = [
        {"claim": "Old news", "source": "A survey", "as_of": "2025-01-01", "expires": "2025-12-31"},
        {"claim": "Still true", "source": "A survey", "as_of": "2026-01-01", "expires": "2027-12-31"},
    ]
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        tough_question(world, evidence=evidence)

        page = browse("ana").get("/tough-questions/tq-wait").text

    assert "<del>Old news</del>" in page
    assert "<p>Still true</p>" in page


def test_front_matter_that_the_kind_does_not_declare_is_kept_in_sight(world: World, browse: Browse) -> None:
    tough_question(world, crm_code="TQ-17")

    assert "Other fields crm_code TQ-17" in words(browse("ana").get("/tough-questions/tq-wait").text)


def test_the_short_telling_of_a_story_comes_first_and_can_be_copied(world: World, browse: Browse) -> None:
    world.write(
        "story-one",
        kind="story",
        title="Pallets",
        body="## Short\n\nForty-one pallets.\n\n## Full\n\nBeth said.\n",
    )

    page = browse("ana").get("/stories/story-one").text

    assert re.search(r'id="say-body">\s*<p>Forty-one pallets.</p>', page)
    assert page.index("Forty-one pallets.") < page.index("Beth said.")
    assert page.count("Forty-one pallets.") == 1


def test_html_typed_into_a_body_or_a_field_stays_words(world: World, browse: Browse) -> None:
    tough_question(world, next_step="<script>alert(1)</script>", body="<script>alert(2)</script>\n")

    page = browse("ana").get("/tough-questions/tq-wait").text

    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") == 2


def test_an_old_address_leads_to_the_present_one_and_so_does_one_of_another_kind(
    world: World, browse: Browse
) -> None:
    tough_question(world)
    with world.context(), saving():
        world.entry("tq-wait").rename("tq-later", by=world.person("milo"))
    ana = browse("ana")

    moved = ana.get("/tough-questions/tq-wait?version=1")

    assert (moved.status_code, moved.location) == (301, "/tough-questions/tq-later?version=1")
    assert ana.get("/tough-questions/tq-wait.md").location == "/tough-questions/tq-later.md"
    assert ana.get("/personas/tq-later").location == "/tough-questions/tq-later"
    assert ana.get("/personas/nothing").status_code == 404


def test_names_in_the_address_never_steer_the_redirect(world: World, browse: Browse) -> None:
    tough_question(world)
    with world.context(), saving():
        world.entry("tq-wait").rename("tq-later", by=world.person("milo"))

    moved = browse("ana").get("/tough-questions/tq-wait?_external=1&_scheme=ftp&slug=x&kind=y")

    assert moved.location == "/tough-questions/tq-later"


def test_permanent_addresses_lead_to_the_entry(world: World, browse: Browse) -> None:
    entry_id = tough_question(world)
    hidden = tough_question(world, slug="tq-hidden", released=False)
    ana = browse("ana")

    assert ana.get(f"/e/{entry_id}").location == "/tough-questions/tq-wait"
    assert ana.get("/to/tq-wait").location == "/tough-questions/tq-wait"
    assert [
        ana.get(path).status_code for path in (f"/e/{hidden}", "/e/999", "/to/tq-hidden", "/to/nobody")
    ] == [404] * 4


def test_reps_read_earlier_versions_only_if_they_were_released(world: World, browse: Browse) -> None:
    tough_question(world, answer_30s="First.")
    world.revise("tq-wait", answer_30s="Never shown.", released=False)
    world.revise("tq-wait", answer_30s="Third.")
    ana, cleo = browse("ana"), browse("cleo")

    assert "First." in ana.get("/tough-questions/tq-wait?version=1").text
    assert "You are reading version 1." in ana.get("/tough-questions/tq-wait?version=1").text
    assert ana.get("/tough-questions/tq-wait?version=2").status_code == 404
    assert ana.get("/tough-questions/tq-wait.md?version=2").status_code == 404
    assert "Never shown." in cleo.get("/tough-questions/tq-wait?version=2").text


@pytest.mark.parametrize("number", ["0", "4", "-1", "x", "", "\uff11", "9" * 40])
def test_a_version_that_never_was_is_not_found(world: World, browse: Browse, number: str) -> None:
    tough_question(world)

    assert browse("cleo").get("/tough-questions/tq-wait", query_string={"version": number}).status_code == 404


def test_a_restricted_version_is_hidden_though_the_entry_is_not(world: World, browse: Browse) -> None:
    tough_question(world, owner="dana.okafor")
    world.revise("tq-wait", audience="restricted", answer_30s="Only for Dana.", by="dana", released=False)

    assert browse("cleo").get("/tough-questions/tq-wait?version=2").status_code == 404
    assert "waits" not in browse("cleo").get("/tough-questions/tq-wait").text
    assert browse("dana").get("/tough-questions/tq-wait?version=2").status_code == 200
    assert browse("ada").get("/tough-questions/tq-wait?version=2").status_code == 200


def test_the_text_is_given_byte_for_byte(world: World, browse: Browse) -> None:
    tough_question(world, body="Words — and\n\nmore.\n")
    ana = browse("ana")

    answer = ana.get("/tough-questions/tq-wait.md")

    with world.context():
        version = world.entry("tq-wait").agreed
        assert version is not None
        assert answer.data == version.text.encode()
        assert answer.headers["ETag"] == f'"{version.hash}"'
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="tq-wait.md"'
    again = ana.get("/tough-questions/tq-wait.md", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_opening_an_entry_asks_the_database_at_most_six_times(
    app: Flask, world: World, browse: Browse
) -> None:
    for number in range(5):
        world.write(f"persona-{number}", kind="persona", title=f"P {number}", role_in_purchase="coach")
    tough_question(world, asked_by=[f"persona-{number}" for number in range(5)])
    for number in range(4):
        world.revise("tq-wait", glance=f"Glance {number}", note=f"Note {number}")
    for who in ("ana", "milo"):
        browser = browse(who)
        with counting(app) as asked:
            assert browser.get("/tough-questions/tq-wait", headers=FIREFOX).status_code == 200

        assert len(asked) <= 6, "\n\n".join(asked)


def test_opening_an_entry_is_a_view_and_names_nobody(world: World, browse: Browse) -> None:
    tough_question(world)
    browse("ana").get("/tough-questions/tq-wait", headers=FIREFOX)

    page = browse("cleo").get("/tough-questions/tq-wait", headers=FIREFOX).text

    assert [event.type for event in events_of(world)] == [EventType.VIEW, EventType.VIEW]
    assert "1 view by 1 person, 12 weeks" in words(page)
    assert "Ana" not in page


def test_an_entry_nobody_opened_has_no_figures(world: World, browse: Browse) -> None:
    tough_question(world)

    assert "In use" not in browse("milo").get("/tough-questions/tq-wait").text


def test_history_names_the_last_three_versions(world: World, browse: Browse) -> None:
    tough_question(world)
    for number in range(2, 6):
        world.revise("tq-wait", glance=f"Glance {number}", note=f"Note {number}")

    read = words(browse("ana").get("/tough-questions/tq-wait").text)

    assert [note for note in ("Note 5", "Note 4", "Note 3", "Note 2") if note in read] == [
        "Note 5",
        "Note 4",
        "Note 3",
    ]
    assert "All five versions" in read


def test_a_stranger_is_asked_to_sign_in(world: World, browse: Browse) -> None:
    tough_question(world)

    assert browse("").get("/tough-questions/tq-wait").location == "/sign-in?next=/tough-questions/tq-wait"
