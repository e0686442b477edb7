"""Writing Markdown in a browser: toolbar, undo, preview beside the text, `[[`, pasting, and parts of an entry."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from playbook.models import Entry, Role, Team, User, UserSession
from playbook.work import saving
from tests.browser.conftest import Watched

ENTRY = "stories/story-garrick-second-close"
ELEMENTS = ("markdown-tools", "link-picker", "rich-paste", "draft-keeper")
WORD = (
    "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><style>p {margin: 0}</style></head><body>"
    "<!--StartFragment--><p class=MsoNormal>We <b>start</b> with one gate.<o:p></o:p></p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>One</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Two</p>"
    "<!--EndFragment--></body></html>"
)
PASTE = """([selector, html, plain]) => {
  const data = new DataTransfer()
  if (html) data.setData("text/html", html)
  data.setData("text/plain", plain)
  const field = document.querySelector(selector)
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
  return field.dispatchEvent(event)
}"""


@pytest.fixture
def writing(app: Flask, served: str, watched: Watched) -> Page:
    """A page on which a marketer is signed in."""
    with app.app_context(), saving():
        person = User.invite(
            email="robin@example.com", name="Robin Hale", role=Role.MARKETER, team=Team.SALES
        )
        _, secret = UserSession.begin(person, days=1)
    watched.page.context.add_cookies([{"name": "playbook", "value": secret, "url": served}])
    return watched.page


def open_editor(page: Page, address: str) -> None:
    page.goto(address)
    for name in ELEMENTS:
        page.wait_for_function("name => !!customElements.get(name)", arg=name)
    page.wait_for_load_state()


def body_of(app: Flask, slug: str) -> str:
    with app.app_context():
        entry = Entry.find(slug, reader=User(id=0, handle="", role=Role.ADMIN, team=Team.OTHER))
        return entry.newest.document.body


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def paste(page: Page, html: str, plain: str, field: str = "#body") -> bool:
    """Paste as a browser does; whether the browser would put in the plain words itself."""
    page.locator(field).focus()
    return bool(page.evaluate(PASTE, [field, html, plain]))


def test_the_toolbar_marks_words_and_each_act_is_undone_by_itself(served: str, writing: Page) -> None:
    page = writing
    open_editor(page, f"{served}/new/notes")
    body = page.locator("#body")
    body.fill("We start with one gate")
    body.evaluate("field => field.setSelectionRange(3, 8)")

    tool(page, "Bold").click()
    expect(body).to_have_value("We **start** with one gate")
    tool(page, "Italic").click()
    expect(body).to_have_value("We ***start*** with one gate")
    tool(page, "Bold").click()
    expect(body).to_have_value("We *start* with one gate")
    tool(page, "Numbered list").click()
    expect(body).to_have_value("1. We *start* with one gate")
    tool(page, "List").click()
    expect(body).to_have_value("- We *start* with one gate")
    for before in (
        "1. We *start* with one gate",
        "We *start* with one gate",
        "We ***start*** with one gate",
        "We **start** with one gate",
        "We start with one gate",
    ):
        page.keyboard.press("Control+z")
        expect(body).to_have_value(before)


def test_lines_become_headings_lists_and_quotes_and_words_become_links(served: str, writing: Page) -> None:
    page = writing
    open_editor(page, f"{served}/new/notes")
    body = page.locator("#body")
    for name, typed, expected in (
        ("Heading", "What they mean", "## What they mean"),
        ("Heading", "## What they mean", "What they mean"),
        ("Quote", "One\nTwo", "> One\n> Two"),
        ("List", "One\n\nTwo", "- One\n\n- Two"),
        ("Numbered list", "- One\n- Two", "1. One\n2. Two"),
        ("Link", "https://example.com/a", "[](https://example.com/a)"),
        ("Link", "the page", "[the page](https://)"),
        ("Table", "", "| Column | Column |\n| --- | --- |\n|  |  |\n"),
    ):
        body.fill(typed)
        body.evaluate("field => field.select()")
        tool(page, name).click()
        expect(body).to_have_value(expected)
        expect(body).to_be_focused()


def test_the_toolbar_is_one_stop_for_tab_and_arrows_walk_it(
    served: str, watched: Watched, writing: Page
) -> None:
    page = writing
    open_editor(page, f"{served}/new/notes")
    body = page.locator("#body")
    body.fill("words")
    body.press("Control+a")
    body.press("Control+b")
    expect(body).to_have_value("**words**")
    body.press("Control+i")
    expect(body).to_have_value("***words***")
    body.press("Control+k")
    expect(body).to_have_value("***[words](https://)***")

    page.keyboard.press("Shift+Tab")
    expect(tool(page, "Heading")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(tool(page, "Table")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(tool(page, "Bold")).to_be_focused()
    page.keyboard.press("Tab")
    expect(body).to_be_focused()
    page.keyboard.press("Tab")
    expect(body).not_to_be_focused()
    least = 44 if watched.size == "phone" else 24
    for box in page.get_by_role("toolbar").get_by_role("button").all():
        size = box.bounding_box()
        assert size is not None
        assert min(size["width"], size["height"]) >= least


def test_the_preview_follows_the_typing_and_a_fault_leaves_the_last_one(
    served: str, watched: Watched, writing: Page
) -> None:
    page = writing
    open_editor(page, f"{served}/new/notes")
    body, pane = page.locator("#body"), page.locator("#preview-pane")
    body.press_sequentially("Some *words* to [[story-garrick-second-close|Garrick]] and [[not-there]].")
    if watched.size == "phone":
        page.get_by_role("button", name="Preview", exact=True).click()
    expect(pane.locator("em")).to_have_text("words")
    expect(pane.get_by_role("link", name="Garrick")).to_have_attribute(
        "href", "/to/story-garrick-second-close"
    )
    expect(pane.locator("a.unwritten")).to_have_text("not-there")
    expect(pane).to_contain_text("Leads nowhere yet: not-there")
    watched.check("preview")
    with page.context.expect_page() as beside:
        pane.get_by_role("link", name="Garrick").click()
    expect(beside.value).to_have_url(re.compile("/stories/story-garrick-second-close$"))
    beside.value.close()

    with page.expect_response("**/preview") as answer:
        body.evaluate(
            "field => { field.value += 'x'.repeat(200_001); field.dispatchEvent(new Event('input')) }"
        )
    assert answer.value.status == 422
    expect(pane.get_by_role("status")).to_contain_text("200,000 is the most")
    expect(pane.locator("em")).to_have_text("words")
    watched.faults = [fault for fault in watched.faults if "422" not in fault]

    body.evaluate("field => { field.value = 'Shorter.'; field.dispatchEvent(new Event('input')) }")
    expect(pane).to_have_text(re.compile(r"^\s*Shorter\.\s*$"))
    assert watched.faults == []


def test_the_preview_keeps_its_place(served: str, watched: Watched, writing: Page) -> None:
    page = writing
    open_editor(page, f"{served}/new/notes")
    body, pane = page.locator("#body"), page.locator(".preview")
    body.fill("\n\n".join(f"Paragraph {number}" for number in range(120)))
    expect(page.locator("#preview-pane")).to_contain_text("Paragraph 119")
    if watched.size == "desktop":
        pane.evaluate("pane => { pane.scrollTop = 900 }")
        body.press("Control+Home")
        page.keyboard.type("First. ")
        expect(page.locator("#preview-pane")).to_contain_text("First. Paragraph 0")
        assert pane.evaluate("pane => pane.scrollTop") == 900


def test_two_brackets_open_a_list_of_entries(served: str, watched: Watched, writing: Page) -> None:
    page = writing
    open_editor(page, f"{served}/new/notes")
    body = page.locator("#body")
    offers = page.get_by_role("listbox", name="Entries to link")
    body.press_sequentially("As told in [[garrick sec")
    expect(offers.get_by_role("option").first).to_contain_text("Garrick")
    expect(page.locator("link-picker [role='status']")).to_contain_text("Enter takes")
    active = body.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    expect(page.locator("#preview-pane")).to_contain_text("As told in")
    watched.check("list of entries")
    body.press("Enter")
    expect(body).to_have_value(re.compile(r"^As told in \[\[story-garrick-second-close\|Garrick[^\]|]*\]\]$"))
    expect(offers).to_be_hidden()

    page.keyboard.type(" [[garr")
    expect(offers).to_be_visible()
    page.keyboard.press("ArrowDown")
    second = offers.get_by_role("option").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(offers).to_be_hidden()
    expect(body).to_be_focused()
    expect(body).to_have_value(re.compile(r" \[\[garr$"))
    page.keyboard.press("Control+z")
    assert watched.faults == []


def test_words_that_are_selected_stay_the_words_of_the_link(served: str, writing: Page) -> None:
    page = writing
    open_editor(page, f"{served}/{ENTRY}/edit?as=document")
    field = page.locator("#document")
    field.fill("Told by garrick second")
    field.evaluate("field => field.setSelectionRange(8, 22)")
    tool(page, "Link an entry").click()
    expect(page.get_by_role("option").first).to_contain_text("Garrick")
    field.press("Tab")
    expect(field).to_have_value("Told by [[story-garrick-second-close|garrick second]]")
    expect(field).to_be_focused()


def test_what_is_copied_in_word_comes_in_as_markdown_in_one_act(
    served: str, watched: Watched, writing: Page
) -> None:
    page = writing
    open_editor(page, f"{served}/new/notes")
    body = page.locator("#body")
    body.fill("Before. ")
    body.press("Control+End")

    assert paste(page, WORD, "We start with one gate.\n· One\n· Two") is False

    expect(body).to_have_value("Before. We **start** with one gate.\n\n- One\n- Two")
    expect(page.locator("#toasts")).to_contain_text("Pasted as Markdown")
    watched.check("pasted")
    page.keyboard.press("Control+z")
    expect(body).to_have_value("Before. ")
    page.keyboard.press("Control+Shift+z")
    page.get_by_role("button", name="Keep plain text instead").click()
    expect(body).to_have_value("Before. We start with one gate.\n· One\n· Two")
    assert watched.faults == []


def test_what_cannot_be_made_markdown_comes_in_as_plain_words(
    served: str, watched: Watched, writing: Page
) -> None:
    page = writing
    open_editor(page, f"{served}/new/notes")
    body = page.locator("#body")
    paste(page, "<b>" * 5_000 + "deep", "deep words")
    expect(body).to_have_value("deep words")
    body.fill("")
    page.route("**/paste", lambda route: route.abort())
    paste(page, WORD, "offline words")
    expect(body).to_have_value("offline words")
    page.unroute("**/paste")
    watched.faults.clear()  # a browser notes down both

    for html, plain in (
        ("", "plain"),
        ("<span style='color: red'>red</span>", "red"),
        ("<b>x</b>" * 200_000, "long"),
    ):
        assert paste(page, html, plain) is True, "left to the browser"
    page.keyboard.down("Shift")
    assert paste(page, WORD, "by hand") is True
    page.keyboard.up("Shift")
    expect(body).to_have_value("offline words")
    assert watched.faults == []


def test_one_part_is_edited_from_its_heading(
    app: Flask, served: str, watched: Watched, writing: Page
) -> None:
    page = writing
    page.goto(f"{served}/{ENTRY}")
    before = body_of(app, "story-garrick-second-close")
    link = page.get_by_role("link", name=re.compile("^Edit this part: ")).last
    heading = (link.get_attribute("aria-label") or "").removeprefix("Edit this part: ")
    watched.check("entry with ways to edit")
    link.click()
    field = page.get_by_label("This part", exact=True)
    for name in ELEMENTS:
        page.wait_for_function("name => !!customElements.get(name)", arg=name)
    text = field.input_value()
    assert heading in text.splitlines()[0]
    watched.check("part")
    field.press("Control+End")
    page.keyboard.type("\nAnd one line more.")
    page.get_by_role("button", name="Save", exact=True).first.click()
    page.wait_for_url(f"**/{ENTRY}#*")
    expect(page.locator("main")).to_contain_text("Version 2 is proposed.")
    page.goto(f"{served}/{ENTRY}?version=2")
    expect(page.locator("main")).to_contain_text("And one line more.")

    assert body_of(app, "story-garrick-second-close") == before.replace(text, text + "\nAnd one line more.")


def test_a_fault_of_the_whole_text_leads_to_its_line(served: str, watched: Watched, writing: Page) -> None:
    page = writing
    open_editor(page, f"{served}/{ENTRY}/edit?as=document")
    field = page.locator("#document")
    lines = field.input_value().split("\n")
    lines.insert(2, "title: twice")
    field.fill("\n".join(lines))
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("alert").first).to_contain_text("thing to put right")
    watched.faults.clear()  # the browser notes the 422 down
    open_line = page.locator("line-jump a").first
    expect(open_line).to_contain_text(re.compile(r"Line \d+"))
    watched.check("document with a fault")
    open_line.click()
    expect(field).to_be_focused()
    number = int(re.findall(r"Line (\d+)", open_line.inner_text())[0])
    marked = field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert marked == lines[number - 1]
    expect(page.locator("line-number")).to_have_text(f"Line {number}")
    page.keyboard.press("Tab")
    expect(field).not_to_be_focused()


def test_the_pages_to_write_on_have_nothing_that_axe_minds(
    served: str, watched: Watched, writing: Page
) -> None:
    for address in (f"{ENTRY}/edit", f"{ENTRY}/edit?as=document"):
        open_editor(writing, f"{served}/{address}")
        watched.check(address)
        if watched.size == "phone":
            writing.get_by_role("button", name="Preview", exact=True).click()
            expect(writing.locator(".preview")).to_be_visible()
            watched.check(f"{address}, preview")
