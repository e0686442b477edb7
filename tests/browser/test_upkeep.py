"""Entries as wholes, in a browser: retired and brought back, renamed with the links, many changed by keys alone."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from playbook.models import Entry, User
from playbook.work import saving
from tests.browser.conftest import Watched
from tests.browser.test_first_day import come_in
from tests.browser.test_keyboard import tab_to

CFO = "/personas/persona-cfo"


def tab_on(page: Page, selector: str, *, most: int = 60) -> None:
    """Press Tab until what has the focus fits the selector."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reached {selector}")


def toast(page: Page) -> None:
    expect(page.locator("#toasts .toast")).to_be_visible()


def test_an_entry_retires_in_favour_of_another_and_undo_brings_it_back(
    watched: Watched, first_link: str, served: str
) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + "/personas/persona-controller")
    page.get_by_text("More to do with this entry").locator("..").click()
    watched.check("More to do")
    page.get_by_role("link", name="Retire").click()
    expect(page.get_by_role("heading", name=re.compile("points? to it"))).to_be_visible()
    watched.check("Retiring")
    page.get_by_label("Why").fill("The CFO says it all.")
    page.get_by_role("combobox", name="What replaces it").fill("cfo")
    page.get_by_role("option", name=re.compile("CFO of a multi-plant")).click()
    page.get_by_role("button", name="Retire it").click()
    expect(page.get_by_role("note")).to_contain_text("The CFO says it all.")
    watched.check("Retired")

    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("It is back")
    expect(page.get_by_role("note")).to_have_count(0)


def test_the_old_link_shows_what_replaced_it(
    watched: Watched, first_link: str, served: str, app: Flask
) -> None:
    come_in(watched, first_link)
    with app.app_context(), saving() as session:
        admin = session.scalars(sa.select(User).where(User.email == "robin@example.com")).one()
        old, new = (Entry.find(slug, reader=admin) for slug in ("persona-controller", "persona-cfo"))
        old.retire(by=admin, reason="The CFO says it all.", successor=new)
    page = watched.page

    page.goto(served + "/personas/persona-controller")

    expect(page.get_by_role("heading", level=1)).to_have_text("CFO of a multi-plant manufacturer")
    expect(page.get_by_role("note").first).to_contain_text("The CFO says it all. This replaced it.")
    watched.check("What replaced it")


def test_an_address_changes_and_links_follow(watched: Watched, first_link: str, served: str) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(f"{served}{CFO}/address")
    watched.check("Changing an address")
    page.get_by_label("Address of this entry").fill("the-cfo")
    page.get_by_role("button", name="Change the address").click()
    page.wait_for_url("**/links")
    watched.check("Links that could follow")
    page.get_by_role("button", name="Let these follow").click()
    expect(page.get_by_role("heading", name="Every link is up to date")).to_be_visible()
    watched.check("Links that followed")
    for path in ("kind", "kind?to=story", "merge", "merge?into=persona-controller", "erase"):
        page.goto(f"{served}/personas/the-cfo/{path}")
        watched.check(path)


def test_many_are_changed_and_changed_back_by_keys_alone(
    browser: Browser, first_link: str, served: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.add_init_script("window.breaches = []")
    watched = Watched(page, "desktop")
    come_in(watched, first_link)
    page.goto(served + "/personas/")
    page.wait_for_load_state()
    tab_to(page, "Change several")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bulk?kind=persona")
    page.wait_for_load_state()
    tab_on(page, "input[name=entry]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    tab_on(page, "input[name=what]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("milo")
    expect(page.locator(".picker__offers li")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    tab_to(page, "See what becomes of them")
    page.keyboard.press("Enter")
    expect(page.locator(".bulk__row")).to_have_count(2)
    watched.check("What would become of them")
    tab_to(page, "Change 2 entries")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/bulk/\d+$"))
    watched.check("What became of them")
    toast(page)
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Undone for 2 entries.")
    page.close()


def test_the_list_to_choose_from_holds_on_a_phone(watched: Watched, first_link: str, served: str) -> None:
    come_in(watched, first_link)
    watched.page.goto(served + "/bulk")
    watched.check("Choosing entries")
