"""A comment on a passage, in a browser: marked by hand or by keys, answered, resolved, followed when it moves."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from playbook.models import Entry, Ground, User, read
from playbook.work import saving
from tests.browser.conftest import Watched
from tests.browser.test_first_day import come_in

CFO = "/personas/persona-cfo"
OPENING = "She has ten minutes and one worry"


def mark_by_mouse(page: Page) -> None:
    """Drag over the beginning of the first paragraph."""
    box = page.locator(".prose p").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 1, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 10, steps=4)
    page.mouse.up()


def mark_by_keys(page: Page) -> None:
    """What caret browsing does: the cursor stands in a word, and Shift with the arrows marks more."""
    page.evaluate(
        "() => { const words = document.querySelector('.prose p').firstChild;"
        " getSelection().setBaseAndExtent(words, 0, words, 1) }"
    )
    for _ in range(16):
        page.keyboard.press("Shift+ArrowRight")


def mark_by_touch(page: Page) -> None:
    """What a long press leaves marked; no program can press long."""
    page.evaluate(
        "() => { const words = document.querySelector('.prose p').firstChild;"
        " getSelection().setBaseAndExtent(words, 0, words, 17) }"
    )


def commented(page: Page) -> list[str]:
    """The passages that are highlighted."""
    found: list[str] = page.evaluate(
        "() => [...CSS.highlights.get('commented') ?? []].map(range => range.toString())"
    )
    return found


def test_a_passage_is_commented_answered_and_resolved(watched: Watched, first_link: str, served: str) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + CFO)
    page.wait_for_load_state("networkidle")
    offer = page.get_by_role("button", name="Comment on this")
    expect(offer).to_be_hidden()

    (mark_by_mouse if watched.size == "desktop" else mark_by_touch)(page)
    expect(offer).to_be_visible()
    watched.check("Words are marked")
    offer.click()
    expect(page.get_by_label("Your comment")).to_be_focused()
    assert page.get_by_label("The words it is about").input_value().startswith("She has ten")
    page.keyboard.type("Is it still so, @dana.okafor?")
    watched.check("Writing a comment")
    page.get_by_role("button", name="Comment", exact=True).click()

    thread = page.locator(".thread")
    expect(thread).to_contain_text("Is it still so, Dana Okafor?")
    expect(page.locator(".remark").first).to_be_focused()
    expect(page.get_by_label("Your comment")).to_have_value("")
    [marked] = commented(page)
    assert marked.startswith("She has ten")
    watched.check("A comment on a passage")

    page.locator(".prose p").first.click(position={"x": 30, "y": 12})
    expect(page.locator(".remark").first).to_be_focused()
    thread.locator(".thread__passage a").click()
    assert page.evaluate("CSS.highlights.has('looked-at')")

    thread.locator("summary").click()
    page.get_by_label("Your answer").fill("Still so.")
    thread.get_by_role("button", name="Answer").click()
    expect(thread.locator(".thread__answers")).to_contain_text("Still so.")
    watched.check("An answer")
    thread.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("1 resolved")).to_be_visible()
    expect(page.get_by_role("heading", name="Comments", exact=True)).to_be_visible()
    assert commented(page) == []
    watched.check("Resolved")
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("heading", name="One comment")).to_be_visible()
    watched.check("Open again")


def test_by_keys_alone(watched: Watched, first_link: str, served: str) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + CFO)
    page.wait_for_load_state("networkidle")
    mark_by_keys(page)
    page.keyboard.press("c")
    expect(page.get_by_label("Your comment")).to_be_focused()
    expect(page.get_by_label("The words it is about")).to_have_value("She has ten minut")
    page.keyboard.type("By keys.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".thread")).to_contain_text("By keys.")
    assert commented(page) == ["She has ten minut"]
    page.keyboard.press("Tab")
    watched.check("Said by keys")


def test_a_passage_is_followed_into_a_new_version(
    watched: Watched, first_link: str, served: str, app: Flask
) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + CFO)
    page.get_by_text("About a passage").click()
    page.get_by_label("The words it is about").fill(OPENING)
    page.get_by_label("Your comment").fill("Is it still so?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".thread")).to_contain_text("Is it still so?")
    say_otherwise(app, "She has ten minutes", "Today she has twelve minutes")

    page.goto(served + "/comments/1")

    expect(page.locator(".thread__then")).to_contain_text("Moved")
    expect(page.locator(".thread__then a")).to_have_text("version 1")
    page.wait_for_load_state("networkidle")
    assert commented(page) == ["She has twelve minutes and one worry".replace("She", "she")]
    watched.check("A passage that moved")


def test_what_is_typed_stays_until_it_is_said(watched: Watched, first_link: str, served: str) -> None:
    come_in(watched, first_link)
    page = watched.page
    page.goto(served + CFO)
    page.wait_for_load_state("networkidle")
    page.get_by_label("Your comment").fill("Half a thought")

    page.reload()
    expect(page.get_by_label("Your comment")).to_have_value("Half a thought")
    page.get_by_text("About a passage").click()
    page.get_by_label("The words it is about").fill("words that stand nowhere")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_label("The words it is about")).to_be_focused()
    expect(page.locator(".field__error")).to_contain_text("do not stand together")
    expect(page.get_by_label("Your comment")).to_have_value("Half a thought")
    page.get_by_label("The words it is about").fill("")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".thread")).to_contain_text("Half a thought")

    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("Your comment")).to_have_value("")
    page.emulate_media(media="print")
    expect(page.locator("#comments")).to_be_hidden()


def say_otherwise(app: Flask, words: str, instead: str) -> None:
    """Let readers see a version of the entry that says something else, and more before it."""
    with app.app_context():
        first = sa.select(User).where(User.email == "robin@example.com")
        with saving() as session:
            admin = session.scalars(first).one()
            entry = Entry.find("persona-cfo", reader=admin)
            document = entry.newest.document
            body = document.body.replace(words, instead)
            reading = read(document.with_changes({}, body=body), kind=entry.kind, slug=entry.slug)
            version = entry.revise(reading, by=admin, base=entry.newest.number)
            entry.release(version, by=admin, ground=Ground.MIGRATED)
