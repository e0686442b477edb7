"""A token made, kept and revoked, by the keyboard alone."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import expect

from playbook.models import Role, Token, User, UserSession
from playbook.models.password import hash_password
from playbook.work import saving
from tests.browser.conftest import Watched
from tests.browser.test_people import PASSWORD, enter, fill, press, tab_to


def test_a_token_is_made_copied_and_revoked(app: Flask, watched: Watched, served: str) -> None:
    page = watched.page
    with app.app_context():
        hashed = hash_password(PASSWORD)
        with saving():
            user = User.invite(email="ines@example.com", name="Ines Calder-Moss", role=Role.ADMIN)
            user.set_password(hashed)
            secret = UserSession.begin(user, days=1)[1]
    page.context.add_cookies([{"name": "playbook", "value": secret, "url": served}])

    page.goto(f"{served}/you/tokens")
    watched.check("tokens, none")
    fill(page, What__it__is__for="CRM, every night")
    fill(page, Your__password="four wrong words here")
    enter(page)
    expect(page.get_by_role("alert")).to_contain_text("This is not your password.")
    watched.faults.clear()  # the browser tells its console that the answer was 422
    watched.check("tokens, wrong password")
    fill(page, Your__password=PASSWORD)
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("CRM, every night")
    watched.check("token, shown once")
    shown = page.locator("#secret").inner_text()
    with app.app_context():
        assert Token.of(shown) is not None
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab_to(page, "Copy")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == shown

    press(page, "I have kept it")
    watched.check("tokens, one")
    page.emulate_media(color_scheme="dark")
    watched.check("tokens, one, in the dark")
    tab_to(page, "Revoke CRM, every night")
    enter(page)
    expect(page.locator("#toasts")).to_contain_text("CRM, every night is revoked.")
    expect(page.get_by_role("button", name="Revoke")).to_have_count(0)
    with app.app_context():
        assert Token.of(shown) is None
