"""The first day: come in, find, read, change, compare, take back, and see who uses what."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watched

PASSWORD = "a horse, a battery, a staple"


def come_in(watched: Watched, first_link: str) -> None:
    page = watched.page
    page.goto(first_link)
    watched.check("first sign-in")
    page.get_by_label("Your name").fill("Robin Hale")
    page.get_by_label("Work email").fill("robin@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What do you need")


def test_a_newcomer_finds_reads_changes_compares_takes_back_and_is_counted(
    watched: Watched, first_link: str
) -> None:
    page = watched.page
    come_in(watched, first_link)
    watched.check("home")

    page.locator("main").get_by_role("searchbox").fill("wait erp upgrade")
    page.keyboard.press("Enter")
    expect(page.locator("[data-result]").first).to_contain_text("wait until after the ERP upgrade")
    watched.check("search")

    page.locator("[data-result]").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("wait until after the ERP upgrade")
    expect(page.locator("main")).to_contain_text("If cut-over is inside ninety days")
    watched.check("entry")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("Copied")

    page.get_by_role("link", name=re.compile("change|edit", re.IGNORECASE)).first.click()
    page.get_by_label("Our honest limit").fill("Inside 120 days of cut-over we do not start")
    page.get_by_label("What changed").fill("Honest limit 90 to 120 days")
    watched.check("editor")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("main")).to_contain_text("Version 2 is proposed.")
    expect(page.locator("main")).to_contain_text("Inside 90 days of cut-over")
    watched.check("entry, a change proposed")
    page.get_by_role("link", name="2, proposed").click()
    expect(page.locator("main")).to_contain_text("Inside 120 days of cut-over")
    watched.check("entry, version 2")

    page.get_by_role("link", name="Compare versions").click()
    expect(page.locator("main")).to_contain_text("Honest limit 90 to 120 days")
    watched.check("versions")
    page.get_by_role("button", name=re.compile("compare", re.IGNORECASE)).first.click()
    expect(page.locator("main del").first).to_contain_text("90")
    expect(page.locator("main ins").first).to_contain_text("120")
    watched.check("comparison")

    page.get_by_role("link", name="All versions").click()
    page.get_by_role("button", name="Restore version 1").click()
    expect(page.locator("#toasts")).to_contain_text(
        "Version 1 is back as version 3, and says what readers see."
    )
    watched.check("versions, restored")
    page.get_by_role("link", name="Version 3").click()
    expect(page.locator("main")).to_contain_text("Inside 90 days of cut-over")
    watched.check("entry, restored")

    page.goto(f"{first_link.split('/first/')[0]}/reports/unused")
    expect(page.get_by_role("heading", level=1)).to_have_text("What is not used")
    expect(page.locator("main")).to_contain_text("58 of 59")
    watched.check("report")


def test_every_shelf_and_overview_is_sound(watched: Watched, first_link: str) -> None:
    come_in(watched, first_link)
    root = first_link.split("/first/")[0]
    for path in (
        "/library",
        "/journey",
        "/map",
        "/new",
        "/new/stages",
        "/stories/",
        "/stages/stage-2-discovery",
    ):
        answer = watched.page.goto(root + path)
        assert answer is not None
        assert answer.status == 200
        watched.check(path)
    watched.page.emulate_media(color_scheme="dark")
    for path in ("/", "/personas/persona-cfo", "/search?q=price", "/issue-maps/map-close-slips"):
        watched.page.goto(root + path)
        watched.check(f"{path} in the dark")
