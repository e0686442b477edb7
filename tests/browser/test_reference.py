"""The page of the API: sound in light and dark, on a telephone, and by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Watched


def test_the_api_is_read_without_an_account(watched: Watched, served: str) -> None:
    page = watched.page
    page.goto(f"{served}/api")
    watched.check("the API")

    page.get_by_role("link", name="PUT /entries/{slug}").press("Enter")
    call = page.get_by_role("article", name="PUT /api/v1/entries/{slug}")
    expect(call).to_be_in_viewport()
    expect(call.get_by_text(re.compile("If-Match has the ETag"))).to_be_visible()
    page.emulate_media(color_scheme="dark")
    watched.check("a call of the API, in the dark")

    call.get_by_role("link", name="Stale").press("Enter")
    expect(page.get_by_role("heading", name="Stale", exact=True)).to_be_in_viewport()
    page.emulate_media(media="print")
    expect(call.get_by_text("$API/entries/too-expensive")).to_be_visible()
