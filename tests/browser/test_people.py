"""From being invited to signing in with a code, by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from playbook import clock
from playbook.models import Role, User, UserSession
from playbook.work import saving
from tests.browser.conftest import VIEWPORTS, WATCH_POLICY, Watched

PASSWORD = "a horse, a battery, a staple"


@pytest.fixture
def administrator(app: Flask, served: str) -> str:
    """The secret of a session of somebody who looks after people."""
    with app.app_context(), saving():
        user = User.invite(email="ines@example.com", name="Ines Calder-Moss", role=Role.ADMIN)
        return UserSession.begin(user, days=1)[1]


@pytest.fixture
def theirs(watched: Watched, browser: Browser, served: str, administrator: str) -> Iterator[Watched]:
    """The administrator's browser, beside that of the newcomer."""
    context = browser.new_context(viewport=VIEWPORTS[watched.size], reduced_motion="reduce")  # type: ignore[arg-type]
    context.add_init_script(WATCH_POLICY)
    context.add_cookies([{"name": "playbook", "value": administrator, "url": served}])
    yield Watched(context.new_page(), watched.size)
    context.close()


NAMES = """
    [document.activeElement.getAttribute('aria-label'), document.activeElement.labels?.[0]?.textContent,
     document.activeElement.labels ? '' : document.activeElement.textContent, document.activeElement.tagName == 'BUTTON'
     && document.activeElement.textContent].map(said => (said || '').trim()).filter(Boolean)
"""
LABEL = "[document.activeElement.labels?.[0]?.textContent.trim()]"


def tab_to(page: Page, name: str, *, called: str = NAMES, most: int = 80) -> None:
    """Press Tab until what has the focus is called so, by its label or by its words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(called):
            return
    raise AssertionError(f"Tab never reached {name!r} on {page.url}")


def fill(page: Page, **fields: str) -> None:
    """Go to each field by Tab and type; "__" stands for a space."""
    for label, text in fields.items():
        tab_to(page, label.replace("__", " "), called=LABEL)
        page.keyboard.press("Control+a")
        page.keyboard.type(text)


def enter(page: Page) -> None:
    """Press Enter where that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    enter(page)


def test_a_newcomer_is_invited_comes_in_and_signs_in_with_a_code(
    watched: Watched, theirs: Watched, served: str
) -> None:
    page, admin = watched.page, theirs.page

    admin.goto(f"{served}/people")
    theirs.check("people")
    press(admin, "Invite somebody")
    fill(admin, Name="Noor Haddad", Work__email="noor@example.com")
    tab_to(admin, "Role")
    admin.keyboard.type("Contributor")
    theirs.check("invite")
    press(admin, "Invite and show the link")
    expect(admin.get_by_role("heading", level=1)).to_have_text("A link for Noor Haddad")
    theirs.check("invitation link")
    link = admin.get_by_label("Link", exact=True).input_value()
    assert link.startswith(served), "the address that is served, where nobody said what people type"

    page.goto(link)
    fill(page, Password=PASSWORD)
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("What do you need")

    page.wait_for_load_state()
    tab_to(page, "NH, Noor Haddad: account, theme and keys")
    page.keyboard.press("Enter")
    press(page, "Your account")
    expect(page.locator("main")).to_contain_text("noor.haddad")
    watched.check("your account")
    press(page, "Second factor")
    watched.check("second factor")
    fill(page, Password=PASSWORD)
    enter(page)
    expect(page.get_by_role("img", name="as a picture to scan")).to_be_visible()
    loaded = page.get_by_role("img", name="as a picture to scan").evaluate("image => image.naturalWidth")
    assert loaded > 0
    watched.check("second factor, setting up")
    telephone = pyotp.TOTP("".join(page.locator("#secret").inner_text().split()))
    now = clock.now()
    fill(page, Code=telephone.at(now))
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    codes = page.locator("#codes").inner_text().split()
    assert len(codes) == 10
    watched.check("recovery codes")
    tab_to(page, "Copy")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Copied")

    press(page, "I have kept them")
    expect(page.locator("main")).to_contain_text("10 of 10 are unused")
    watched.check("second factor, on")
    tab_to(page, "NH, Noor Haddad: account, theme and keys")
    page.keyboard.press("Enter")
    press(page, "Sign out")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    fill(page, Work__email="noor@example.com", Password=PASSWORD)
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter a code")
    watched.check("code")
    fill(page, Code="000 000")
    enter(page)
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    watched.faults.clear()  # the browser tells its console that the answer was 422
    watched.check("code, wrong")
    # The code of the next half minute, because that of this one has been used to set up.
    fill(page, Code=telephone.at(now + timedelta(seconds=30)))
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("What do you need")

    elsewhere = page.context.browser.new_page()  # type: ignore[union-attr]
    elsewhere.goto(f"{served}/sign-in")
    elsewhere.get_by_label("Work email").fill("noor@example.com")
    elsewhere.get_by_label("Password").fill(PASSWORD)
    elsewhere.get_by_label("Password").press("Enter")
    elsewhere.get_by_label("Code").fill(codes[0])
    elsewhere.get_by_label("Code").press("Enter")
    expect(elsewhere.get_by_role("heading", level=1)).to_contain_text("What do you need")

    page.goto(f"{served}/you/sessions")
    expect(page.locator("main")).to_contain_text("Chrome on Linux")
    watched.check("browsers")
    tab = re.compile("Sign out Chrome on Linux")
    expect(page.get_by_role("button", name=tab)).to_have_count(1)
    tab_to(page, page.get_by_role("button", name=tab).inner_text().replace("\n", " "))
    enter(page)
    expect(page.locator("#toasts")).to_contain_text("Chrome on Linux is signed out.")
    elsewhere.goto(f"{served}/you")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")
    elsewhere.close()

    for path in ("/you/password", "/you/held", "/you/leave"):
        page.goto(served + path)
        watched.check(path)
    admin.goto(f"{served}/people?q=noor")
    theirs.check("people, found")
    press(admin, "Noor Haddad")
    theirs.check("a person")
    press(admin, "Erase this person")
    theirs.check("erase")
    for watcher, paths in (
        (theirs, ("/people", "/people/new")),
        (watched, ("/you", "/you/sessions", "/you/held")),
    ):
        watcher.page.emulate_media(color_scheme="dark")
        for path in paths:
            watcher.page.goto(served + path)
            watcher.check(f"{path} in the dark")
