"""The form of the editor: rows, pickers and what is missing, by keyboard, on a desk and on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from playbook.models import Entry, Role, Team, User, UserSession
from playbook.work import saving
from tests.browser.conftest import Watched

MILESTONES = ("The cost is named", "Who else must agree is named", "A date is set", "The profile is checked")


@pytest.fixture
def writing(app: Flask, served: str, watched: Watched) -> Page:
    """A page on which a marketer is signed in, with every script loaded before anything is pressed."""
    with app.app_context(), saving():
        person = User.invite(
            email="robin@example.com", name="Robin Hale", role=Role.MARKETER, team=Team.SALES
        )
        User.invite(email="cleo@example.com", name="Cleo Marsh", role=Role.CONTRIBUTOR, team=Team.SALES)
        _, secret = UserSession.begin(person, days=1)
    watched.page.context.add_cookies([{"name": "playbook", "value": secret, "url": served}])
    return watched.page


def open_form(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("!!(customElements.get('sortable-rows') && customElements.get('entry-picker'))")
    page.wait_for_load_state()


def fields_of(app: Flask, slug: str) -> dict[str, Any]:
    with app.app_context():
        entry = Entry.find(slug, reader=User(id=0, handle="", role=Role.ADMIN, team=Team.OTHER))
        return entry.newest.document.fields


def focused(page: Page) -> Locator:
    return page.locator(":focus")


def tab_to(page: Page, name: str, *, backwards: bool = False, most: int = 120) -> None:
    """Press Tab until what has the focus has that name or id, or says so."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        at = page.evaluate(
            "(at => [at.name, at.id, at.textContent.trim().replace(/\\s+/g, ' ')])(document.activeElement)"
        )
        if name in at[:2] or (at[2] and len(at[2]) < 200 and name in at[2]):
            return
    raise AssertionError(f"Tab never reached {name!r}")


def choose(page: Page, words: str) -> None:
    """Type into the picker that has the focus, wait for what is found, and take the first."""
    page.keyboard.type(words)
    expect(
        page.locator("[role='listbox']:not([hidden]) [role='option'][aria-selected='true']")
    ).to_be_visible()
    page.keyboard.press("Enter")


def test_a_stage_with_four_milestones_is_written_and_ordered_by_keys_alone(
    app: Flask, served: str, watched: Watched, writing: Page
) -> None:
    page = writing
    open_form(page, f"{served}/new/stages")
    tab_to(page, "title")
    page.keyboard.type("Handover")
    tab_to(page, "order")
    page.keyboard.type("7")
    tab_to(page, "Before it can be agreed")
    page.keyboard.press("Enter")
    tab_to(page, "exit_milestones.1.id")
    for number, statement in enumerate(MILESTONES, start=1):
        if number > 1:
            tab_to(page, "Another row of Milestones to leave it")
            page.keyboard.press("Enter")
            expect(focused(page)).to_have_attribute("name", f"exit_milestones.{number}.id")
        page.keyboard.type(f"H{number}")
        page.keyboard.press("Tab")
        page.keyboard.type(statement)
    watched.check("a stage being written")

    expect(page.locator("[data-said]").first).to_have_text("Row 4 of 4")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-said]").first).to_have_text("Row 3 of 4")
    expect(focused(page)).to_have_value("The profile is checked")
    tab_to(page, "Move down: Milestones to leave it, row 1", backwards=True)
    page.keyboard.press("Enter")
    expect(focused(page)).to_contain_text("row 2")

    tab_to(page, "Take out: Milestones to leave it, row 4")
    page.keyboard.press("Enter")
    expect(page.locator(".rows__row:visible")).to_have_count(3)
    expect(page.get_by_text("Row taken out.")).to_be_visible()
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    expect(page.locator(".rows__row:visible")).to_have_count(4)
    expect(page.locator("[data-said]").first).to_have_text("Row 4 of 4")
    watched.check("a stage whose rows were moved")

    tab_to(page, "title", backwards=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Handover")
    written = fields_of(app, "handover")["exit_milestones"]
    assert [row["id"] for row in written] == ["H2", "H1", "H4", "H3"]
    assert {row["statement"] for row in written} == set(MILESTONES)
    watched.check("the stage")


def test_an_issue_map_with_five_rows_is_written_by_keys_alone(
    app: Flask, served: str, watched: Watched, writing: Page
) -> None:
    page = writing
    open_form(page, f"{served}/new/issue-maps")
    tab_to(page, "title")
    page.keyboard.type("From slips to proof")
    tab_to(page, "issue")
    choose(page, "close slips")
    tab_to(page, "Before it can be agreed")
    page.keyboard.press("Enter")
    tab_to(page, "rows-1-persona")
    for number, who in enumerate(("cfo", "controller", "payable", "plant", "it man"), start=1):
        if number > 1:
            tab_to(page, "Another row of Row by row")
            page.keyboard.press("Enter")
            expect(focused(page)).to_have_attribute("id", f"rows-{number}-persona")
        choose(page, who)
        tab_to(page, f"rows.{number}.consequence")
        page.keyboard.type(f"Consequence {number}")
        tab_to(page, f"rows-{number}-capability")
        choose(page, "line match" if number % 2 else "write-back")
    watched.check("an issue map being written")

    tab_to(page, "title", backwards=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("From slips to proof")
    fields = fields_of(app, "from-slips-to-proof")
    assert fields["issue"] == "issue-close-slips"
    assert [(row["persona"], row["consequence"], row["capability"]) for row in fields["rows"]] == [
        ("persona-cfo", "Consequence 1", "cap-line-match"),
        ("persona-controller", "Consequence 2", "cap-erp-writeback"),
        ("persona-ap-manager", "Consequence 3", "cap-line-match"),
        ("persona-plant-manager", "Consequence 4", "cap-erp-writeback"),
        ("persona-it-erp", "Consequence 5", "cap-line-match"),
    ]
    watched.check("the issue map")


def test_entries_and_people_are_found_as_somebody_types(
    app: Flask, served: str, watched: Watched, writing: Page
) -> None:
    page = writing
    open_form(page, f"{served}/tough-questions/tq-wait-for-erp/edit")
    asked_by = page.get_by_role("combobox", name="Asked by")
    chips = page.locator("entry-picker", has=asked_by).locator(".chip")
    before = chips.count()
    offered = page.locator("[role='listbox'] [role='option']")
    asked_by.focus()
    page.keyboard.type("manager")
    expect(offered).to_have_count(3)
    watched.check("a list of entries")
    page.keyboard.press("ArrowDown")
    expect(offered.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    page.keyboard.press("Escape")
    expect(asked_by).to_have_value("")

    page.keyboard.type("nobody yet")
    expect(offered).to_contain_text("not written yet")
    page.keyboard.press("Enter")
    expect(chips.last).to_contain_text("nobody-yet")
    page.keyboard.press("Backspace")
    expect(chips).to_have_count(before)
    page.keyboard.type("not chosen")
    page.get_by_role("button", name="Save").first.click()
    assert asked_by.evaluate("field => field.validationMessage") == "Choose one from the list, or clear this."
    asked_by.fill("")

    owner = page.locator("entry-picker:has(#owner)")
    owner.get_by_role("button").click()
    expect(focused(page)).to_have_attribute("id", "owner")
    page.keyboard.type("cleo")
    expect(offered).to_have_text(re.compile("Cleo Marsh"))
    page.keyboard.press("Enter")
    watched.check("a chosen owner")

    page.get_by_label("What changed").fill("Another owner")
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url("**/tough-questions/tq-wait-for-erp")
    fields = fields_of(app, "tq-wait-for-erp")
    assert fields["owner"] == "cleo.marsh"
    assert len(fields["asked_by"]) == before


def test_what_is_missing_shrinks_while_it_is_written(served: str, watched: Watched, writing: Page) -> None:
    page = writing
    open_form(page, f"{served}/new/stages")
    list_of_missing = page.locator("agree-list")
    expect(list_of_missing).to_contain_text("7 things before this can be agreed:")
    watched.check("a new stage")

    page.get_by_label("Title").fill("Handover")
    list_of_missing.get_by_role("link", name="You are here when").click()
    expect(page.get_by_label("You are here when")).to_be_focused()
    page.keyboard.type("The contract is signed")
    expect(list_of_missing).to_contain_text("5 things before this can be agreed:")
    expect(list_of_missing.get_by_role("link")).to_have_count(5)

    expect(page.get_by_role("group", name="Who else may read it")).to_be_hidden()
    page.get_by_label("Who may read it").select_option("restricted")
    expect(page.get_by_role("group", name="Who else may read it")).to_be_visible()
    watched.check("a restricted stage")


def test_a_refused_form_has_the_cursor_where_the_first_fault_is(served: str, writing: Page) -> None:
    page = writing
    open_form(page, f"{served}/stages/stage-2-discovery/edit")
    page.locator("summary", has_text="D2").click()
    page.locator("[name='exit_milestones.2.statement']").fill("")
    page.locator("summary", has_text="D2").click()
    page.locator("[name='exit_milestones.2.statement']").wait_for(state="hidden")
    page.get_by_role("button", name="Save").first.click()

    expect(focused(page)).to_have_attribute("name", "exit_milestones.2.statement")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text("Milestone is needed.")


def test_rows_that_were_moved_come_back_in_their_new_order_with_the_draft(
    app: Flask, served: str, writing: Page
) -> None:
    page = writing
    open_form(page, f"{served}/stages/stage-2-discovery/edit")
    page.locator("summary", has_text="D4").press("Alt+ArrowUp")
    page.locator("summary", has_text="D2").press("Alt+ArrowUp")
    page.get_by_label("What changed").fill("Another order")
    expect(page.locator(".keeper__words")).to_contain_text("Draft saved")

    open_form(page, f"{served}/stages/stage-2-discovery/edit")
    page.get_by_role("link", name="Go on with it").click()
    expect(page.locator("#exit_milestones .rows__words")).to_have_text(
        [re.compile(f"^{mark} ") for mark in ("D2", "D1", "D4", "D3")]
    )
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_url("**/stages/stage-2-discovery")
    assert [row["id"] for row in fields_of(app, "stage-2-discovery")["exit_milestones"]] == [
        "D2",
        "D1",
        "D4",
        "D3",
    ]
