"""Advice follows the writing, and a claim that ran out leads to the row in which it is renewed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from playbook import clock
from playbook.document import Document
from playbook.kinds import KINDS
from playbook.models import Entry, Ground, Role, Team, User, UserSession, read
from playbook.work import saving
from tests.browser.conftest import Watched


@pytest.fixture
def writing(app: Flask, served: str, watched: Watched) -> Watched:
    """A page on which a marketer is signed in, who owns a stage and a question with a claim that ran out."""
    yesterday = (clock.now().date() - timedelta(days=1)).isoformat()
    old = {"claim": "Nine kestrels a day", "source": "Survey", "expires": yesterday}
    new = {"claim": "Four kestrels a day", "source": "Survey"}
    stage = {"kind": "stage", "title": "Discovery", "order": 1}
    question = {"kind": "tough_question", "title": "Is it slow?", "category": "timing", "answer_30s": "No."}
    with app.app_context():
        texts = {
            "discovery": {**stage, "exit_milestones": [{"id": "D1", "statement": "The buyer is interested"}]},
            "slow": {**question, "evidence": [new, old]},
        }
        readings = {
            slug: read(Document.compose(fields, "Words.\n"), kind=KINDS[str(fields["kind"])], slug=slug)
            for slug, fields in texts.items()
        }
        with saving():
            person = User.invite(
                email="robin@example.com", name="Robin Hale", role=Role.MARKETER, team=Team.SALES
            )
            _, secret = UserSession.begin(person, days=1)
            for slug, reading in readings.items():
                entry = Entry.draft(reading, slug=slug, by=person)
                entry.release(entry.newest, by=person, ground=Ground.MIGRATED)
    watched.page.context.add_cookies([{"name": "playbook", "value": secret, "url": served}])
    return watched


def open_form(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("!!(customElements.get('sortable-rows') && window.htmx)")
    page.wait_for_load_state()


@pytest.mark.parametrize("width", [1280, 390])
def test_advice_comes_and_goes_while_somebody_writes(served: str, writing: Watched, width: int) -> None:
    page = writing.page
    page.set_viewport_size({"width": width, "height": 900})
    open_form(page, f"{served}/stages/discovery/edit#exit_milestones-1")
    statement = page.get_by_label("Milestone", exact=True)
    beside = page.locator("#exit_milestones-1-statement-lints")

    expect(statement, "the address opened the row").to_be_visible()
    expect(beside).to_contain_text("“interested” cannot be seen.")
    expect(statement).to_have_accessible_description(
        "“interested” cannot be seen. Say what the buyer does or says that a second person could see."
    )
    writing.check(f"advice {width}")

    statement.fill("The buyer signed the order")
    page.keyboard.press("Tab")

    expect(beside).to_be_empty()
    expect(page.get_by_label("Test", exact=True), "the focus goes where it was sent").to_be_focused()

    page.get_by_role("button", name="Another row of Milestones to leave it").press("Enter")
    page.get_by_label("Milestone", exact=True).last.fill("We sent the proposal")
    page.keyboard.press("Tab")

    expect(page.locator("#exit_milestones-2-statement-lints")).to_contain_text("Only we act here.")
    expect(page.locator("#exit_milestones-2-verified_by-lints")).to_contain_text("Name who checks it")


def test_a_claim_that_ran_out_is_renewed_by_keys_alone(served: str, writing: Watched) -> None:
    page = writing.page
    page.goto(f"{served}/claims")
    expect(page.get_by_role("deletion")).to_have_text("Nine kestrels a day")
    writing.check("claims")

    page.get_by_role("link", name="Renew “Nine kestrels a day”").press("Enter")

    page.wait_for_url("**/tough-questions/slow/edit#evidence-2")
    good_until = page.locator("[name='evidence.2.expires']")
    expect(good_until).to_be_visible()
    good_until.fill("2099-01-01")
    page.get_by_role("button", name="Save", exact=True).first.press("Enter")

    page.wait_for_url("**/tough-questions/slow")
    with_words = page.get_by_text("Nine kestrels a day")
    expect(with_words.first).to_be_visible()


def test_what_is_out_of_date_is_struck_on_paper_too(served: str, writing: Watched) -> None:
    page = writing.page
    page.goto(f"{served}/tough-questions/slow")
    page.emulate_media(media="print")

    struck = page.get_by_role("deletion")

    expect(struck).to_have_text("Nine kestrels a day")
    expect(struck).to_have_css("text-decoration-line", "line-through")
    expect(page.get_by_text("was good until")).to_be_visible()
    expect(page.get_by_role("link", name="Renew it")).to_be_hidden()
