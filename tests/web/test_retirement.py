from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import Entry, EventType, UsageEvent
from playbook.reports import MostUsed, UnusedEntries
from playbook.work import saving
from tests.kinds.samples import minimum
from tests.routes import routes
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]

# Routes that are about one entry, and what is held about a person; every other page is a list, or holds one.
OF_ONE = re.compile(r"<slug:slug>|<number:|<string|/to/|/e/|^/you/held")


def retire(browser: Browser, slug: str, *, reason: str = "Nobody asks for it.", successor: str = "") -> None:
    form = form_of(browser.get(f"/notes/{slug}/retire"), "/retire")
    answer = form.send(browser, reason=reason, successor=successor)
    assert answer.status_code == 303, answer.text


def test_retiring_says_so_with_an_undo_that_works(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")

    retire(milo, "price")

    page = milo.get("/notes/price?itself=yes")
    assert "Retired. The old link says so." in page.text
    assert "Nobody asks for it." in page.text
    answer = form_of(page, "/unretire").send(milo)
    assert answer.location == "/notes/price"
    assert "It is back, as it was." in milo.get("/notes/price").text


def test_the_old_link_leads_to_what_replaced_it_and_says_why(world: World, browse: Browse) -> None:
    for slug in ("price", "cost", "final"):
        world.write(slug)
    milo, ana = browse("milo"), browse("ana")
    retire(milo, "price", successor="cost")
    retire(milo, "cost", reason="Said better.", successor="final")

    for address in ("/notes/price", "/to/price"):
        landed = ana.get(address, follow_redirects=True)
        assert landed.request.full_path == "/notes/final?instead_of=price"
        assert "Price is retired." in landed.text
        assert "Nobody asks for it." in landed.text
    assert ana.get("/notes/price").status_code == 302
    itself = ana.get("/notes/price?itself=yes")
    assert itself.status_code == 200
    assert "Bring it back" not in itself.text
    assert ana.get("/notes/price?version=1").status_code == 200
    assert "is retired." not in ana.get("/notes/final?instead_of=other").text
    assert ana.get("/notes/final?instead_of=nothing-here").status_code == 200


def test_a_successor_that_somebody_may_not_know_of_is_not_told(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("secret-plan", audience="restricted", by="ada")
    retire(browse("ada"), "price", successor="secret-plan")

    answer = browse("ana").get("/notes/price")
    assert answer.status_code == 200
    assert "secret-plan" not in answer.text
    assert "Secret plan" not in answer.text


def test_retiring_asks_for_a_reason_and_for_a_successor_that_is_there(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("hidden", audience="restricted", by="ada")
    milo = browse("milo")

    for typed, said in (
        ({"reason": " "}, "Say why, in a sentence."),
        ({"reason": "Kept words.", "successor": "nothing-here"}, "There is no entry with this address."),
        ({"reason": "Kept words.", "successor": "hidden"}, "There is no entry with this address."),
        ({"reason": "Kept words.", "successor": "price"}, "An entry cannot replace itself."),
    ):
        answer = form_of(milo.get("/notes/price/retire"), "/retire").send(milo, **typed)
        assert answer.status_code == 422
        assert said in answer.text
        assert typed["reason"].strip() in answer.text
    assert "Retired" not in milo.get("/notes/price").text


def test_before_it_retires_the_page_says_what_points_to_it(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("close", body="[[price]]\n")
    world.write("secret", body="[[price]]\n", audience="restricted", by="ada")

    page = browse("milo").get("/notes/price/retire").text

    assert "1 entry points to it" in page
    assert "Close" in page
    assert "Secret" not in page


@pytest.mark.parametrize("person", ["ana", "cleo"])
def test_whoever_may_not_curate_does_not_retire(world: World, browse: Browse, person: str) -> None:
    world.write("price")
    browser = browse(person)
    for path in ("retire", "unretire", "address", "kind", "merge", "erase"):
        assert browser.post(f"/notes/price/{path}", {"reason": "x", "slug": "price"}).status_code == 403
    assert "Retire" not in browser.get("/notes/price").text


def test_a_hidden_entry_is_not_there_to_retire_move_merge_or_erase(world: World, browse: Browse) -> None:
    world.write("price", audience="restricted", by="ada")
    milo = browse("milo")
    for path in ("retire", "address", "kind", "merge", "links"):
        assert milo.get(f"/notes/price/{path}").status_code == 404
        assert milo.post(f"/notes/price/{path}", {"reason": "x", "slug": "cost"}).status_code == 404
    assert milo.post("/notes/price/unretire").status_code == 404


def test_what_is_retired_stands_in_no_list(world: World, browse: Browse, app: Flask) -> None:
    world.write("zanzibar", owner="ada.field", review_by="2020-01-01", tags=["zanzibar"], by="dana")
    world.write("zanzibar-issue", kind="issue", title="Zanzibar issue", by="dana",
                in_their_words=[{"persona": "x", "words": "y"}])  # fmt: skip
    world.write(
        "zanzibar-stage", kind="stage", by="dana", **{**minimum(KINDS["stage"]), "title": "Zanzibar stage"}
    )
    world.write("price", body="[[zanzibar]] and [[zanzibar-issue]]\n", issues=["zanzibar-issue"])
    world.write("other", issues=["zanzibar-issue"])
    world.revise("zanzibar", body="Waits.\n", released=False, by="dana")
    browse("ana").get("/notes/zanzibar")
    names = [
        route.address
        for route in routes(app)
        if route.method == "GET" and not OF_ONE.search(route.rule) and "audit" not in route.rule
    ]  # what was done stays in the log
    asked = ["", "?q=zanzibar", "?kind=note", "?q=zanz", "?owned_by=ada.field", "?tag=zanzibar"]
    addresses = [*(name + query for name in names for query in asked), "/issues/", "/stages/", "/notes/"]
    ada = browse("ada")
    assert sum("Zanzibar" in ada.get(address).text for address in addresses) > 8  # or nothing is tested
    with world.context(), saving():
        for slug in ("zanzibar", "zanzibar-issue", "zanzibar-stage"):
            world.entry(slug).retire(by=None, reason="Over.")

    for address in addresses:
        for person in (ada, browse("ana")):
            answer = person.get(address)
            listed = re.findall(r'<a\b[^>]*href="/[a-z-]+/(zanzibar[a-z-]*)', answer.text)
            assert listed == [], address
            assert "Zanzibar" not in re.sub(r"<input[^>]*|<title>.*?</title>", "", answer.text), address
    with world.context():
        assert "zanzibar" not in {entry.slug for entry in MostUsed(reader=world.person("ada"))}
        assert "zanzibar" not in {row.slug for row in UnusedEntries()}


def test_use_stays_with_the_entry_it_belongs_to(world: World, browse: Browse) -> None:
    number = world.write("price")
    world.write("cost")
    browse("ana").get("/notes/price")
    retire(browse("milo"), "price", successor="cost")
    browse("ana").get("/notes/price", follow_redirects=True)

    with world.context():
        seen = db.session.execute(
            sa.select(UsageEvent.entry_id == number).where(UsageEvent.type == EventType.VIEW)
        ).scalars()
        assert sorted(seen) == [False, True]


def test_an_administrator_erases_and_others_still_name_it(world: World, browse: Browse) -> None:
    world.write("price", body="The quokka.\n")
    world.write("close", body="[[price]]\n")
    ada = browse("ada")
    page = ada.get("/notes/price/erase")
    assert "Close" in page.text

    wrong = form_of(page, "/erase").send(ada, reason="By letter.", slug="cost")
    assert wrong.status_code == 422
    assert "By letter." in wrong.text
    answer = form_of(page, "/erase").send(ada, reason="By letter.", slug="price")

    assert answer.location == "/notes/"
    assert "Erased. 1 entry still names it." in ada.get("/notes/").text
    assert ada.get("/notes/price").status_code == 404
    with world.context():
        assert db.session.scalars(sa.select(Entry.slug)).all() == ["close"]
        database = (world.app.config["SETTINGS"].instance / "playbook.db").read_bytes()
        database += (world.app.config["SETTINGS"].instance / "playbook.db-wal").read_bytes()
        assert b"quokka" not in database
        index = world.app.config["SETTINGS"].instance / "index"
        assert not [file for file in index.rglob("*") if file.is_file() and b"quokka" in file.read_bytes()]
    answer = form_of(ada.get("/new/notes"), "/new/notes").send(ada, title="Price", slug="price")
    assert answer.status_code == 422
    assert "that was erased" in answer.text
