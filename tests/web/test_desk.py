"""The desk: what waits for somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from playbook import clock
from tests.agreeing.customer import change, customer, proposed
from tests.web.forms import form_of
from tests.web.reading import counting, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def words_of(answer: TestResponse) -> str:
    return words(answer.text)


def test_a_row_says_what_changes_and_who_asks(world: World, browse: Browse) -> None:
    customer(world, title="Plants on orders")
    change(world, note="They never pass")
    shown = words_of(browse("dana").get("/desk"))

    assert "One thing waits for you" in shown
    assert "Ideal customer Plants on orders Pass mark 60 becomes 65" in shown
    assert "Cleo Marsh, today. They never pass" in shown


def test_further_changes_are_counted(world: World, browse: Browse) -> None:
    customer(world)
    change(world, summary="Three", must_have=["Receipts", "Orders"], title="Sites", body="Other.\n")
    shown = words_of(browse("dana").get("/desk"))

    assert "and 2 more changes" in shown


def test_the_button_leads_to_the_signature(world: World, browse: Browse) -> None:
    proposed(world)
    dana = browse("dana")
    page = dana.click(dana.get("/desk"), "Compare and sign")
    form_of(page, "/signatures").send(dana, team="sales")

    assert "Nothing waits for you" in words_of(dana.get("/desk"))


def test_the_oldest_comes_first(world: World, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    for slug, days in (("later", 2), ("earlier", 9)):
        monkeypatch.setattr(clock, "now", lambda days=days: now - timedelta(days=days))
        proposed(world, slug)
    monkeypatch.setattr(clock, "now", lambda: now)

    shown = words_of(browse("dana").get("/desk"))
    assert shown.index("Earlier") < shown.index("Later")
    assert "9 days ago" in shown


def test_ones_own_proposal_says_whom_it_waits_for(world: World, browse: Browse) -> None:
    proposed(world)
    shown = words_of(browse("cleo").get("/desk"))

    assert "Nothing waits for you" in shown
    assert "Waits for Dana Okafor, for Sales. Waits for Milo Brandt, for Marketing." in shown


def test_who_is_the_only_signer_is_told_what_to_do(world: World, browse: Browse) -> None:
    proposed(world, by="milo")
    shown = words_of(browse("milo").get("/desk"))

    assert "Nobody may sign for Marketing here: an administrator can name somebody." in shown


def test_what_one_did_not_agree_to_is_no_task(world: World, browse: Browse) -> None:
    proposed(world)
    dana = browse("dana")
    form_of(dana.get("/icps/plants/sign"), "/disagreements").send(dana, reason="Not like this.")
    page = dana.get("/desk")

    assert "Nothing waits for you" in words_of(page)
    assert "You did not agree: Not like this." in words_of(page)
    assert "Dana Okafor did not agree: Not like this." in words_of(browse("cleo").get("/desk"))


def test_what_is_to_be_looked_at_again_waits_too(world: World, browse: Browse) -> None:
    customer(world)
    world.write(
        "fair",
        owner="milo.brandt",
        review_by="2020-01-01",
        body="For [[plants]].\n",
        title="Trade fair",
    )
    change(world)
    shown = words_of(browse("milo").get("/desk"))

    assert "2 things wait for you" in shown
    assert shown.count("Trade fair") == 2  # the entry, and its button
    assert "Review was due 1 January 2020." in shown
    assert "“Plants” changes." in shown


def test_a_calm_page_where_nothing_waits(world: World, browse: Browse) -> None:
    page = browse("dana").get("/desk")
    assert "Nothing waits for you" in words_of(page)
    assert "All quiet" in words_of(page)
    assert "to sign" not in page.text


def test_the_bar_leads_to_the_desk_and_counts_there(world: World, browse: Browse) -> None:
    proposed(world)
    assert 'aria-label="Work, 1 to sign"' in browse("dana").get("/desk").text
    assert 'aria-label="Work"' in browse("dana").get("/library").text
    assert 'href="/desk"' not in browse("ana").get("/library").text


def test_readers_and_strangers_have_none(world: World, browse: Browse) -> None:
    assert browse("ana").get("/desk").status_code == 403
    assert browse("").get("/desk").status_code == 303


def test_what_is_hidden_is_not_counted(world: World, browse: Browse) -> None:
    proposed(world, by="milo", audience="restricted", owner="milo.brandt")
    assert "Nothing waits for you" in words_of(browse("dana").get("/desk"))


def test_many_rows_ask_the_database_no_more_than_few(app: Flask, world: World, browse: Browse) -> None:
    def asked_for() -> int:
        dana = browse("dana")
        dana.get("/desk")
        with counting(app) as statements:
            dana.get("/desk")
        return len(statements)

    customer(world, "one")
    change(world, "one")
    alone = asked_for()
    for slug in ("two", "three", "four"):
        customer(world, slug)
        change(world, slug)
    assert asked_for() == alone


def test_the_first_page_asks_for_the_oldest_signatures(app: Flask, world: World, browse: Browse) -> None:
    for slug in ("one", "two", "three", "four"):
        proposed(world, slug)
    dana = browse("dana")
    shown = words_of(dana.get("/"))

    assert "Waiting for you One Cleo Marsh asks for your signature" in shown
    assert "1 more to sign" in shown
    assert "asks for your signature" not in words_of(browse("cleo").get("/"))
    with counting(app) as statements:
        dana.get("/")
    assert len(statements) <= 15, "\n\n".join(statements)
