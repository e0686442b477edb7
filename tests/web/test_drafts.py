from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from playbook.content.exporting import export_folder
from playbook.models import Draft
from playbook.models.draft import MOST
from tests.routes import routes
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]
ONE, OTHER = "1" * 32, "2" * 32
JSON = {"Accept": "application/json"}
FIREFOX = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}


def drafts(world: World, of: str = "milo") -> list[Draft]:
    with world.context():
        return Draft.all_of(world.person(of))


def keep(browser: Browser, address: str = "/drafts/notes/price", **given: str) -> TestResponse:
    """As the script on the page keeps it."""
    typed = {"draft": ONE, "draft_at": "/notes/price/edit", "base": "1", "title": "Price", "body": "Typed"}
    return browser.post(address, {**typed, **given}, headers=JSON)


def test_a_draft_without_a_script_is_kept_by_a_button_and_gone_on_with(world: World, browse: Browse) -> None:
    world.write("price", body="Saved.\n")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit"), "/edit")
    assert 'formaction="/drafts/notes/price"' in milo.get("/notes/price/edit").text
    form.values.setlist("body", ["Half a sent"])
    form.values.setlist("note", ["Why"])

    kept = milo.client.post("/drafts/notes/price", data=form.values)

    assert kept.status_code == 303
    again = milo.get(kept.location)
    assert "Only you can see it." in again.text
    values = form_of(again, "/edit").values
    assert (values["body"], values["note"], values["base"]) == ("Half a sent", "Why", "1")
    assert "Saved." in milo.get("/notes/price").text, "nobody reads a draft"


def test_a_draft_of_something_new_comes_back_whole(world: World, browse: Browse) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/new/triggers"), "/new/triggers")
    typed = {
        "title": "Audit finding",
        "type": "external",
        "signals.1.what": "The report",
        "signals.3.where": "A third",
        "body": "At <length>",
        "slug": "audit",
    }
    for name, value in typed.items():
        form.values.setlist(name, [value])
    form.values.setlist("propose", [])

    kept = milo.client.post("/drafts/triggers", data=form.values, follow_redirects=True)

    again = form_of(kept, "/new/triggers").values
    assert set(typed.values()) <= set(again.values())
    assert "propose" not in again, "what was not ticked stays so"


def test_the_page_says_that_there_is_a_draft_and_leaves_the_choice(world: World, browse: Browse) -> None:
    world.write("price", body="Saved.\n")
    milo = browse("milo")
    milo.post(
        "/drafts/notes/price",
        {"draft": ONE, "draft_at": "/notes/price/edit", "base": "1", "body": "Typed"},
        headers=FIREFOX,
    )

    page = milo.get("/notes/price/edit")

    assert "You have a draft" in page.text
    assert "in Firefox on Windows, begun from version 1" in page.text
    assert form_of(page, "/notes/price/edit").values["body"] == "Saved.\r\n", "it is not put there unasked"
    assert form_of(milo.click(page, "Go on with it"), "/notes/price/edit").values["body"] == "Typed"
    assert "Typed" in milo.click(page, "See what it says").text
    assert "You have a draft" not in browse("dana").get("/notes/price/edit").text


def test_a_saved_draft_ends_with_what_it_saved(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit"), "/edit")
    keep(milo, draft=form.values["draft"])
    new = form_of(milo.get("/new/notes"), "/new/notes")
    keep(milo, "/drafts/notes", draft=new.values["draft"], draft_at="/new/notes", base="")
    whole = form_of(milo.get("/notes/price/edit?as=document"), "/edit")
    assert len(drafts(world)) == 2

    assert form.send(milo, body="Saved").status_code == 303
    assert len(drafts(world)) == 1
    assert new.send(milo, title="Fresh").status_code == 303
    assert drafts(world) == []

    keep(milo, draft=whole.values["draft"], document="---\ntitle: Whole\n---\n")
    whole.values["draft_revision"] = "1"
    assert whole.send(milo, document="---\ntitle: Other\n---\n").status_code == 409, "version 2 is newer"
    assert len(drafts(world)) == 1


def test_a_save_that_is_refused_leaves_the_draft(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit?as=document"), "/edit")
    keep(milo, draft=form.values["draft"])

    answer = form.send(milo, document="---\ntitle: [\n---\n")

    assert answer.status_code == 422
    assert len(drafts(world)) == 1
    assert form_of(answer, "/edit").values["draft"] == form.values["draft"]


def test_a_whole_document_comes_back_as_a_whole_document(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit?as=document"), "/edit")
    form.values.setlist("document", ["---\r\ntitle: [half\r\n---\r\n"])

    kept = milo.client.post("/drafts/notes/price", data=form.values)

    assert "as=document" in kept.location
    assert form_of(milo.get(kept.location), "/edit").values["document"] == "---\r\ntitle: [half\r\n---\r\n"


def test_two_devices_are_told_of_each_other_and_both_texts_are_kept(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    assert keep(milo, body="Begun", draft_writer="a" * 32, draft_turn="1").status_code == 200
    assert (
        keep(milo, body="Phone", draft_revision="1", draft_writer="b" * 32, draft_turn="1").status_code == 200
    )

    desk = keep(milo, body="Desk", draft_revision="1", draft_writer="a" * 32, draft_turn="2")

    assert desk.status_code == 409
    told = desk.json
    assert told is not None
    assert told["draft"] != ONE
    assert told["other"]["address"] == f"/drafts/{ONE}"
    assert "Phone" in milo.get(told["other"]["address"]).text
    assert "Desk" in milo.get(f"/drafts/{told['draft']}").text


def test_drafts_are_listed_for_their_writer_alone(world: World, browse: Browse) -> None:
    world.write("price", title="What it costs")
    milo = browse("milo")
    keep(milo, title="Secret plans")
    keep(milo, "/drafts/stories", draft=OTHER, draft_at="/new/stories", title="", base="")

    page = milo.get("/drafts")

    assert "Secret plans" in page.text
    assert "A new story" in page.text
    assert f"At most {MOST} are kept" in page.text
    for other in ("ada", "dana", "cleo", "ana"):
        somebody = browse(other)
        for address in (
            "/drafts",
            "/",
            "/library",
            "/notes/price",
            "/notes/price/versions",
            "/search?q=secret",
        ):
            assert "Secret plans" not in somebody.get(address).text, (other, address)
        assert somebody.get(f"/drafts/{ONE}").status_code == 404
        assert somebody.post(f"/drafts/{ONE}/discard").status_code == 404
        assert somebody.post(f"/drafts/{ONE}/take-back").status_code == 404
        assert somebody.get(f"/notes/price/edit?draft={ONE}").status_code in {403, 404}


def test_discarding_can_be_undone(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    keep(milo, body="Typed")

    gone = milo.client.post(
        f"/drafts/{ONE}/discard", data={"csrf_token": milo.token()}, follow_redirects=True
    )

    assert "Discarded." in gone.text
    assert "You are not writing anything" in gone.text
    back = form_of(gone, "/take-back").send(milo)
    assert back.status_code == 303
    assert "Your draft is back." in milo.get("/drafts").text
    assert form_of(milo.get(f"/notes/price/edit?draft={ONE}"), "/edit").values["body"] == "Typed"


def test_a_draft_says_how_it_differs_and_what_was_saved_meanwhile(world: World, browse: Browse) -> None:
    world.write("price", body="Ask first.\n")
    world.revise("price", by="dana", title="Cost")
    milo = browse("milo")
    keep(milo, title="Price list", body="Ask at last.\n")

    page = milo.get(f"/drafts/{ONE}")

    assert "How it differs from version 1" in page.text
    assert "<ins>at last</ins>" in page.text
    assert "Price list" in page.text
    assert "Version 2 was saved meanwhile." in page.text


def test_a_draft_that_cannot_be_read_shows_its_words(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    keep(milo, document="---\ntitle: [half\n---\n<b>")

    page = milo.get(f"/drafts/{ONE}")

    assert page.status_code == 200
    assert "title: [half" in page.text
    assert "&lt;b&gt;" in page.text


def test_whoever_may_not_know_of_the_entry_any_more_still_has_their_words(
    world: World, browse: Browse
) -> None:
    world.write("price", by="dana")
    milo = browse("milo")
    keep(milo, body="My words")
    world.revise("price", by="dana", audience="restricted", owner="dana.okafor", title="Hidden now")

    page = milo.get(f"/drafts/{ONE}")

    assert page.status_code == 200
    assert "My words" in page.text
    assert "You cannot change this entry any more." in page.text
    assert "Hidden now" not in page.text
    assert milo.get(f"/notes/price/edit?draft={ONE}").status_code == 404
    assert keep(milo, body="More").status_code == 404


def test_a_draft_is_gone_on_with_where_it_belongs(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("terms")
    milo = browse("milo")
    keep(milo)

    for address in ("/notes/terms/edit", "/new/notes", "/new/stories"):
        assert milo.get(f"{address}?draft={ONE}").status_code == 404
    for nonsense in ("x", "0" * 32, "%00", "../.."):
        assert milo.get(f"/notes/price/edit?draft={nonsense}").status_code == 404


@pytest.mark.parametrize(
    "at", ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", ""]
)
def test_a_draft_leads_only_to_a_page_of_this_site(world: World, browse: Browse, at: str) -> None:
    world.write("price")
    milo = browse("milo")
    keep(milo, draft_at=at)

    assert "example.com" not in milo.get("/drafts").text
    assert "javascript:" not in milo.get("/drafts").text
    answer = milo.post("/drafts/notes/price", {"draft": ONE, "draft_at": at, "draft_revision": "1"})
    assert answer.location.startswith("/drafts/")


def test_tokens_and_what_nobody_typed_are_not_kept(world: World, browse: Browse) -> None:
    world.write("price")
    keep(browse("milo"), action="preview")

    with world.context():
        [draft] = Draft.all_of(world.person("milo"))
        assert dict(draft.values) == {"title": "Price", "body": "Typed"}


@pytest.mark.parametrize("person", ["", "milo"])
def test_t82_a_draft_is_not_kept_without_its_token_or_for_nobody(
    world: World, browse: Browse, person: str
) -> None:
    world.write("price")
    client = browse(person).client
    typed: dict[str, Any] = {"draft": ONE, "body": "Typed <b>"}
    if not person:
        typed["csrf_token"] = re.findall(r'csrf_token" value="([^"]+)', client.get("/sign-in").text)[0]

    for address in ("/drafts/notes/price", "/drafts/notes"):
        answer = client.post(address, data=typed)
        assert answer.status_code == (400 if person else 401)
        assert "Typed &lt;b&gt;" in answer.text

    assert drafts(world) == []


def test_what_is_too_much_is_refused_with_words_for_the_script(world: World, browse: Browse) -> None:
    milo = browse("milo")
    for number in range(MOST):
        keep(milo, "/drafts/notes", draft=f"{number:032x}")

    answer = keep(milo, "/drafts/notes", draft="f" * 32)

    assert answer.status_code == 409
    assert answer.json == {
        "said": f"You have {MOST} drafts, and more are not kept. Discard one that you do not need."
    }


def test_a_script_that_sends_a_form_is_told_where_to_go(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit"), "/edit")

    answer = milo.client.post(form.action, data=form.values, headers={"Form-Sent-By": "script"})

    assert (answer.status_code, answer.location, answer.text) == (204, "/notes/price", "")


def test_the_first_page_says_what_somebody_was_writing(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    assert "You were writing" not in milo.get("/").text
    keep(milo, title="What it <costs>")

    page = milo.get("/")

    assert "What it &lt;costs&gt;</a>. Only you can see it." in page.text
    assert form_of(milo.click(page, "What it"), "/notes/price/edit").values["body"] == "Typed"
    assert "You were writing" not in browse("dana").get("/").text
    for address in ("/new", "/library"):
        assert 'href="/drafts"' in milo.get(address).text


def test_no_list_no_search_no_report_no_program_and_no_export_has_a_draft(
    app: Flask, world: World, browse: Browse, tmp_path: Path
) -> None:
    world.write("price")
    milo = browse("milo")
    keep(milo, title="Xylograph", body="xylograph", summary="xylograph", tags="xylograph")
    keep(milo, "/drafts/notes", draft=OTHER, draft_at="/new/notes", title="Xylograph", body="xylograph")
    pages = [
        route.address
        for route in routes(app)
        if not route.writes and not route.rule.startswith(("/drafts", "/static"))
    ]

    for person in ("ada", "dana"):
        somebody = browse(person)
        for address in pages:
            assert "ylograph" not in somebody.get(address).text, (person, address)
    for person in ("ada", "milo"):
        assert "data-result" not in browse(person).get("/search?q=xylograph").text
    with world.context():
        export_folder(tmp_path / "out", all_versions=True)
    for file in (tmp_path / "out").rglob("*"):
        assert not file.is_file() or b"ylograph" not in file.read_bytes(), file


def test_a_part_written_alone_is_gone_on_with_alone(world: World, browse: Browse) -> None:
    world.write("price", body="One.\n\n## Then\n\nTwo.\n")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit/then"), "/edit/then")
    form.values.setlist("part_text", ["## Then\r\n\r\nTwo, half wr"])

    kept = milo.client.post("/drafts/notes/price", data=form.values)

    assert kept.location.startswith("/notes/price/edit/then?draft=")
    again = form_of(milo.get(kept.location), "/edit/then")
    assert again.values["part_text"] == "## Then\r\n\r\nTwo, half wr"
    shown = milo.get(f"/drafts/{again.values['draft']}").text
    assert "<ins>, half wr</ins>" in shown
    assert again.send(milo).status_code == 303
    assert drafts(world) == []
