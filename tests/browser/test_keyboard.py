"""The way from a question to a changed answer, without a mouse."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watched
from tests.browser.test_first_day import come_in


def tab_to(page: Page, words: str, *, most: int = 60) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(most):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "document.activeElement.getAttribute('aria-label')"
            " || document.activeElement.name || document.activeElement.textContent.trim()"
        )
        if words in (name or ""):
            return
    raise AssertionError(f"Tab never reached {words!r}")


def test_everything_on_the_way_can_be_reached_by_keys(browser: Browser, first_link: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    watched = Watched(page, "desktop")
    page.add_init_script("window.breaches = []")
    come_in(watched, first_link)
    page.wait_for_load_state()  # the keys are listened for when the scripts have run

    page.keyboard.press("/")
    expect(page.locator("main").get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("wait erp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search**")
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-result] h2 a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tough-questions/**")

    tab_to(page, "Propose a change")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")
    tab_to(page, "honest_limit")
    page.keyboard.press("Control+a")
    page.keyboard.type("Inside 100 days of cut-over we do not start")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Version 2 is proposed.")
    assert not page.url.endswith("/edit")
    tab_to(page, "2, proposed", most=120)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Inside 100 days of cut-over we do not start")

    page.wait_for_load_state()
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_contain_text("What do you need")
    assert watched.faults == []
    page.close()
