"""What is due, looked at again in a browser: read, answered by keys alone, on a desk and on a phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect

from playbook import agreeing, clock
from playbook.models import Entry, User, read
from playbook.work import saving
from tests.browser.conftest import Watched
from tests.browser.test_first_day import come_in
from tests.browser.test_upkeep import tab_on

QUESTION = "/tough-questions/tq-wait-for-erp/review"


@pytest.fixture
def overdue(app: Flask, first_link: str) -> None:
    """An answer of the starter that is overdue, and a change of what it links to."""
    with app.app_context():
        admin = sa.select(User).where(User.email == "first@example.com")
        with saving() as session:
            entry = Entry.find("tq-wait-for-erp", reader=session.scalars(admin).one())
            entry.review_by = (clock.now() - timedelta(days=90)).date().isoformat()
        entry = Entry.find("persona-cfo", reader=session.scalars(admin).one())
        document = entry.newest.document.with_changes({"summary": "Signs under GBP 50k alone."})
        reading = read(document, kind=entry.kind, slug=entry.slug)
        with saving() as session:
            robin = session.scalars(admin).one()
            entry = Entry.find("persona-cfo", reader=robin)
            entry.revise(reading, by=robin, base=entry.newest.number)
            agreeing.propose(entry, by=robin)


def test_what_is_due_is_read_and_answered_by_keys_alone(
    watched: Watched, first_link: str, served: str, overdue: None
) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + "/due")
    watched.check("Due for review")

    tab_on(page, f'a[href$="{QUESTION}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{QUESTION}")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Shouldn't we wait until after the ERP upgrade?"
    )
    watched.check("Still true?")
    tab_on(page, 'a[href="#question"]')
    page.keyboard.press("Enter")
    tab_on(page, 'input[name="answer"]')
    page.keyboard.press("Space")
    page.get_by_label("Evidence of").fill(clock.now().date().isoformat())
    tab_on(page, 'input[name="note"]')
    page.keyboard.type("Two buyers said so.")
    page.keyboard.press("Enter")

    page.wait_for_url("**/due")
    expect(page.locator("#toasts")).to_contain_text("Kept: still true.")
    expect(page.locator(f'a[href$="{QUESTION}"]')).to_have_count(0)


def test_an_answer_without_evidence_comes_back_with_its_fault(
    watched: Watched, first_link: str, served: str, overdue: None
) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + QUESTION)
    page.get_by_text("Still true", exact=True).click()
    page.get_by_role("button", name="Keep the answer").click()

    expect(page.get_by_role("alert")).to_contain_text("Name the day of the newest evidence")
    watched.faults = [fault for fault in watched.faults if "422" not in fault]  # Chromium tells of refusals
    watched.check("Still true? Refused")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Evidence of")).to_be_focused()


def test_what_a_change_touches_and_the_calendar_are_pages_for_everybody(
    watched: Watched, first_link: str, served: str, overdue: None
) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + "/personas/persona-cfo")
    page.get_by_role("link", name="What they say").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("30 entries link to this")
    watched.check("What a change touches")

    page.goto(served + "/you/calendar")
    watched.check("Your calendar")
    address = page.locator("#address").inner_text()
    answer = page.request.get(re.sub(r"^https?://[^/]+", served, address))
    assert answer.status == 200
    assert answer.text().startswith("BEGIN:VCALENDAR")
    page.get_by_role("button", name="Take another address").click()
    expect(page.locator("#toasts")).to_contain_text("Your calendar has another address")
    expect(page.locator("#address")).not_to_have_text(address)
