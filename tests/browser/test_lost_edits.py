"""Whatever fails while somebody writes, their words are still there: in the page, in the browser, on the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect

from playbook.db import db
from playbook.models import Draft, UserSession
from playbook.work import saving
from tests.browser.conftest import VIEWPORTS, WATCH_POLICY, Watched
from tests.browser.test_keyboard import tab_to
from tests.world import World

expect.set_options(timeout=20_000)  # ms; what is kept is kept two seconds after a pause
KEPT = "Only you can see it."
Open = Callable[..., BrowserContext]


@pytest.fixture
def open_as(world: World, served: str, browser: Browser) -> Iterator[Open]:
    """open_as("milo") is a browser of its own in which Milo is signed in."""
    opened: list[BrowserContext] = []

    def begin(first_name: str, size: str = "desktop") -> BrowserContext:
        options: dict[str, Any] = {"viewport": VIEWPORTS[size], "reduced_motion": "reduce"}
        context = browser.new_context(**options)
        context.add_init_script(WATCH_POLICY)
        sign_in(context, world, served, first_name)
        opened.append(context)
        return context

    world.write("price", body="Ask first.\n\nThen answer.\n", summary="What it costs")
    yield begin
    for context in opened:
        context.close()


def sign_in(context: BrowserContext, world: World, served: str, first_name: str) -> None:
    with world.context(), saving():
        _, secret = UserSession.begin(world.person(first_name), days=1)
    context.add_cookies([{"name": "playbook", "value": secret, "url": served}])


def write(page: Page, served: str, words: str, *, address: str = "/notes/price/edit") -> None:
    page.goto(served + address)
    page.wait_for_load_state()
    page.get_by_label("Text", exact=True).fill(words)


def drafts(world: World, of: str = "milo") -> list[str]:
    with world.context():
        return [dict(draft.values).get("body", "") for draft in Draft.all_of(world.person(of))]


def text_of(world: World) -> str:
    with world.context():
        return world.entry("price").newest.document.body


def test_words_outlive_the_browser_and_are_gone_on_with_in_another(
    world: World, served: str, open_as: Open
) -> None:
    first = open_as("milo")
    page = first.new_page()
    write(page, served, "Half a sent")
    expect(page.locator("draft-keeper")).to_contain_text(KEPT)
    first.close()  # at once, as a browser that crashes does

    again = open_as("milo", "phone").new_page()
    again.goto(f"{served}/notes/price/edit")
    expect(again.get_by_label("Text", exact=True)).to_have_value("Ask first.\n\nThen answer.\n")
    expect(again.locator(".draft-offer").first).to_contain_text("You have a draft")
    Watched(again, "phone").check("editor, with a draft offered")
    again.get_by_role("link", name="Go on with it").click()
    expect(again.get_by_label("Text", exact=True)).to_have_value("Half a sent")
    again.get_by_label("Text", exact=True).fill("A whole sentence.")
    again.get_by_role("button", name="Save", exact=True).first.click()
    expect(again.locator("main")).to_contain_text("Version 2 is proposed.")
    assert drafts(world) == []
    assert text_of(world) == "A whole sentence."


def test_something_new_is_kept_too(world: World, served: str, open_as: Open) -> None:
    page = open_as("milo").new_page()
    write(page, served, "The start of it", address="/new/notes")
    page.get_by_label("Title", exact=True).fill("A note from the car park")
    expect(page.locator("draft-keeper")).to_contain_text(KEPT)

    page.goto(f"{served}/drafts")
    Watched(page, "desktop").check("drafts")
    page.get_by_role("link", name="A note from the car park", exact=True).click()
    expect(page.get_by_label("Title", exact=True)).to_have_value("A note from the car park")
    expect(page.get_by_label("Text", exact=True)).to_have_value("The start of it")


def test_without_a_network_the_words_stay_and_are_sent_when_it_is_back(
    world: World, served: str, open_as: Open
) -> None:
    context = open_as("milo")
    page = context.new_page()
    page.goto(f"{served}/notes/price/edit")
    page.wait_for_load_state()
    context.set_offline(True)
    page.get_by_label("Text", exact=True).fill("Written in a tunnel.")
    expect(page.locator("draft-keeper")).to_contain_text("Not sent. Your text is still here.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#toasts")).to_contain_text("Not sent. Your text is still here.")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Written in a tunnel.")
    assert text_of(world) != "Written in a tunnel."

    context.set_offline(False)
    page.locator("#toasts").get_by_role("button", name="Try again").click()
    page.wait_for_url("**/notes/price")
    assert text_of(world) == "Written in a tunnel."
    assert drafts(world) == []


def test_what_the_server_never_got_is_offered_by_the_browser(
    world: World, served: str, open_as: Open
) -> None:
    context = open_as("milo")
    page = context.new_page()
    page.goto(f"{served}/notes/price/edit")
    page.wait_for_load_state()
    context.set_offline(True)
    page.get_by_label("Text", exact=True).fill("Never sent.")
    expect(page.locator("draft-keeper")).to_contain_text("Not sent.")
    page.close()
    context.set_offline(False)
    assert drafts(world) == []

    again = context.new_page()
    again.goto(f"{served}/notes/price/edit")
    expect(again.locator("unsent-words")).to_contain_text("This browser has kept words of yours")
    Watched(again, "desktop").check("editor, with unsent words offered")
    again.get_by_role("button", name="Go on with them").click()
    expect(again.get_by_label("Text", exact=True)).to_have_value("Never sent.")
    assert drafts(world) == ["Never sent."]


def test_a_note_from_the_car_park_survives_the_network_and_is_sent_when_it_is_back(
    world: World, served: str, open_as: Open
) -> None:
    context = open_as("cleo", "phone")
    page = context.new_page()
    page.goto(f"{served}/new/notes")
    page.wait_for_load_state()
    context.set_offline(True)
    page.get_by_label("Title", exact=True).fill("Pallets at the second dock")
    page.get_by_label("Text", exact=True).fill("They count twice.")
    expect(page.locator("draft-keeper")).to_contain_text("Not sent. Your text is still here.")

    context.set_offline(False)

    expect(page.locator("draft-keeper")).to_contain_text(KEPT)
    assert drafts(world, of="cleo") == ["They count twice."]


def test_only_words_that_are_kept_nowhere_ask_not_to_be_left(
    world: World, served: str, open_as: Open
) -> None:
    context = open_as("milo")
    context.add_init_script(
        "if (location.hash) Storage.prototype.setItem = () => { throw new Error('full') }"
    )
    asked: list[str] = []
    for address in ("/notes/price/edit", "/notes/price/edit#full"):
        page = context.new_page()
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.goto(served + address)
        page.wait_for_load_state()
        context.set_offline(True)
        page.get_by_label("Text", exact=True).fill("Kept where?")
        expect(page.locator("draft-keeper")).to_contain_text("Not sent.")
        with page.expect_event("close"):
            page.close(run_before_unload=True)
        context.set_offline(False)
        assert asked == (["beforeunload"] if "#" in address else [])


def test_nobody_else_is_offered_what_a_browser_has_kept(world: World, served: str, open_as: Open) -> None:
    context = open_as("milo")
    page = context.new_page()
    page.goto(f"{served}/notes/price/edit")
    page.wait_for_load_state()
    context.set_offline(True)
    page.get_by_label("Text", exact=True).fill("Milo’s own.")
    expect(page.locator("draft-keeper")).to_contain_text("Not sent.")
    page.close()
    context.set_offline(False)

    sign_in(context, world, served, "dana")
    other = context.new_page()
    other.goto(f"{served}/notes/price/edit")
    other.wait_for_load_state("networkidle")
    expect(other.locator("unsent-words")).to_be_hidden()
    assert "Milo’s own." not in other.content()


def test_a_sign_out_while_writing_loses_nothing(world: World, served: str, open_as: Open) -> None:
    context = open_as("milo")
    page = context.new_page()
    page.goto(f"{served}/notes/price/edit")
    page.wait_for_load_state()
    with world.context(), saving():
        db.session.execute(sa.delete(UserSession))
    page.get_by_label("Text", exact=True).fill("Written while signed out.")
    expect(page.locator("draft-keeper")).to_contain_text(
        "You are signed out. Sign in in another tab, then go on here."
    )
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#toasts")).to_contain_text("You are signed out.")

    sign_in(context, world, served, "milo")
    page.locator("draft-keeper").get_by_role("button", name="Try again").click()
    expect(page.locator("draft-keeper")).to_contain_text(KEPT)
    assert drafts(world) == ["Written while signed out."]
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.wait_for_url("**/notes/price")
    assert text_of(world) == "Written while signed out."


def test_a_form_whose_token_is_gone_comes_back_to_be_sent_again(
    world: World, served: str, open_as: Open
) -> None:
    context = open_as("milo")
    page = context.new_page()
    write(page, served, "Still mine.")
    context.clear_cookies(name="playbook_form")
    page.get_by_role("button", name="Save", exact=True).first.click()

    expect(page.get_by_role("heading", name="Your text is still here")).to_be_visible()
    expect(page.get_by_label("Body", exact=True)).to_have_value("Still mine.")
    Watched(page, "desktop").check("a form given back")
    assert text_of(world) != "Still mine."
    page.get_by_role("button", name="Send it again").click()
    page.wait_for_url("**/notes/price")
    assert text_of(world) == "Still mine."


def test_what_is_too_large_is_not_sent_and_says_how_much_may_be(
    world: World, served: str, open_as: Open
) -> None:
    page = open_as("milo").new_page()
    write(page, served, "word " * 210_000)

    expect(page.locator("draft-keeper")).to_contain_text("Too long to keep as a draft.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.locator("#toasts")).to_contain_text("the playbook takes 1.0 MB in one go")
    assert page.get_by_label("Text", exact=True).input_value() == "word " * 210_000


def test_two_devices_are_told_of_each_other(world: World, served: str, open_as: Open) -> None:
    desk, phone = open_as("milo").new_page(), open_as("milo", "phone").new_page()
    write(desk, served, "Begun at the desk.")
    expect(desk.locator("draft-keeper")).to_contain_text(KEPT)
    phone.goto(f"{served}/notes/price/edit")
    phone.get_by_role("link", name="Go on with it").click()
    phone.get_by_label("Text", exact=True).fill("Gone on with on the phone.")
    expect(phone.locator("draft-keeper")).to_contain_text("Draft saved")
    expect(phone.locator("draft-keeper")).not_to_contain_text("Not saved yet")

    desk.get_by_label("Text", exact=True).fill("Gone on with at the desk.")

    expect(desk.locator("draft-keeper")).to_contain_text("Both are kept.")
    assert sorted(drafts(world)) == ["Gone on with at the desk.", "Gone on with on the phone."]


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_two_who_write_at_once_settle_it(world: World, served: str, open_as: Open, size: str) -> None:
    milo, dana = open_as("milo", size).new_page(), open_as("dana").new_page()
    write(milo, served, "Ask Milo first.\n\nThen answer.\n")
    milo.get_by_label("What changed").fill("Milo’s reason")
    write(dana, served, "Ask Dana first.\n\nThen answer.\n")
    dana.get_by_role("button", name="Save", exact=True).first.click()
    dana.wait_for_url("**/notes/price")
    milo.get_by_role("button", name="Save", exact=True).first.click()

    expect(milo.get_by_role("heading", level=1)).to_have_text("Dana saved while you were writing")
    Watched(milo, size).check("two wrote at once")
    milo.emulate_media(color_scheme="dark")
    Watched(milo, size).check("two wrote at once, in the dark")
    milo.get_by_role("button", name="Save what I chose").click()
    expect(milo.get_by_role("heading", level=1)).to_have_text(
        "Dana saved while you were writing"
    )  # not chosen
    milo.locator("textarea[name^='write.']").fill("Ask both first.")
    expect(milo.get_by_label("Write a third", exact=True)).to_be_checked()
    milo.get_by_role("button", name="See the whole text first").click()
    expect(milo.get_by_label("Document", exact=True)).to_have_value(
        '---\nkind: note\nsummary: "What it costs"\ntitle: "Price"\n---\nAsk both first.\n\nThen answer.\n'
    )
    milo.get_by_role("button", name="Save", exact=True).first.click()
    milo.wait_for_url("**/notes/price")
    assert text_of(world) == "Ask both first.\n\nThen answer.\n"


def test_a_clash_is_settled_by_keys_alone(world: World, served: str, open_as: Open) -> None:
    page = open_as("milo").new_page()
    write(page, served, "Ask Milo first.\n\nThen answer.\n")
    world.revise("price", by="dana", body="Ask Dana first.\n\nThen answer.\n")
    page.get_by_role("button", name="Save", exact=True).first.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dana saved while you were writing")
    page.wait_for_load_state()

    tab_to(page, "choice.")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Save what I chose")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notes/price")
    assert text_of(world) == "Ask Dana first.\n\nThen answer.\n"
