"""A company of two relaxes the rule in a browser, by keys alone, and an entry says so."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.test_first_day import come_in
from tests.browser.test_upkeep import tab_on

PAGE = "/settings/agreement"


def test_a_rule_is_relaxed_by_keys_alone(watched: Watched, first_link: str, served: str) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + "/library")
    page.locator("summary.avatar").focus()
    page.keyboard.press("Enter")
    tab_on(page, f'a[href$="{PAGE}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PAGE}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who signs what")
    watched.check("Who signs what")

    tab_on(page, 'select[name="lesson"]')
    page.keyboard.type("Nobody")
    expect(page.get_by_label("Lesson")).to_have_value("")
    tab_on(page, 'main button[type="submit"]')
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Kept.")
    expect(page.locator("main")).to_contain_text("Relaxed.")
    watched.check("Who signs what, relaxed")

    page.emulate_media(color_scheme="dark")
    page.goto(served + PAGE)
    watched.check("Who signs what, in the dark")
