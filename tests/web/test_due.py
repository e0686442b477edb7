"""What is due to be looked at again, and by whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from playbook import agreeing
from playbook.models import Answer
from playbook.work import saving
from tests.web.forms import form_of
from tests.web.reading import counting
from tests.world import Browser, World

Browse = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def on_tuesday() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def owned(world: World) -> None:
    """Entries of Cleo, of Milo and of nobody, due on different days."""
    for slug, owner, day in (
        ("long-ago", "cleo.marsh", "2025-11-01"),
        ("yesterday", "cleo.marsh", "2026-03-02"),
        ("today", "cleo.marsh", "2026-03-03"),
        ("in-april", "cleo.marsh", "2026-04-02"),
        ("later", "cleo.marsh", "2026-04-03"),
        ("of-milo", "milo.brandt", "2026-02-01"),
        ("of-dana", "dana.okafor", "2026-01-01"),
        ("of-nobody", "somebody.gone", "2026-02-20"),
    ):
        world.write(slug, owner=owner, review_by=day)


def titles(page: str) -> list[str]:
    """The headings of the lists and the entries in them, from the top."""
    main = page.split('<main id="main"')[1].split("</main>")[0]
    found = re.findall(r"<h[23][^>]*>(.*?)</h[23]>", main, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in found]


def test_owners_see_what_is_theirs_the_longest_due_first(world: World, browse: Browse, owned: None) -> None:
    page = browse("cleo").get("/due").text

    assert titles(page) == ["Yours 4", "Long ago", "Yesterday", "Today", "In april"]
    assert "2 are past the day" in page
    assert "Review due since 1 November 2025" in page
    assert "Review by 2 April" in page
    assert browse("cleo").get("/due?of=all").text.count("Of milo") == 0


def test_who_curates_sees_their_own_first_and_then_everybodys_by_owner(
    world: World, browse: Browse, owned: None
) -> None:
    milo = browse("milo")

    assert titles(milo.get("/due").text) == [
        "Yours 2",
        "Of milo",
        "Of nobody",
        "Cleo Marsh 4",
        "Long ago",
        "Yesterday",
        "Today",
        "In april",
        "Dana Okafor 1",
        "Of dana",
    ]
    assert titles(milo.get("/due?of=mine").text) == ["Yours 2", "Of milo", "Of nobody"]
    assert "Everybody’s 7" in milo.get("/due?of=mine").text


def test_each_leads_to_its_own_question_and_nothing_answers_for_many(
    world: World, browse: Browse, owned: None
) -> None:
    cleo = browse("cleo")
    page = cleo.get("/due")

    assert re.findall(r'href="(/notes/[^"]*/review)"', page.text)[::2] == [
        f"/notes/{slug}/review" for slug in ("long-ago", "yesterday", "today", "in-april")
    ]
    main = page.text.split('<main id="main"')[1].split("</main>")[0]
    assert "<form" not in main
    assert "checkbox" not in main


def test_what_is_still_true_leaves_the_list(world: World, browse: Browse, owned: None) -> None:
    cleo = browse("cleo")
    form = form_of(cleo.get("/notes/long-ago/review"), "/review")

    form.send(cleo, answer="still true", evidence_on="2026-03-01")

    assert titles(cleo.get("/due").text) == ["Yours 3", "Yesterday", "Today", "In april"]


def test_what_is_said_to_have_changed_stays_until_it_is_written_anew(
    world: World, browse: Browse, owned: None
) -> None:
    with world.context(), saving():
        entry = world.entry("later")
        agreeing.review(entry, Answer.CHANGED, by=world.person("cleo"), hash=entry.newest.hash, note="65.")

    page = browse("cleo").get("/due").text
    assert titles(page)[0:2] == ["Yours 5", "Long ago"]
    assert "Not true any more" in page
    world.revise("later", body="It costs 65.\n")
    assert titles(browse("cleo").get("/due").text)[0] == "Yours 4"


def test_a_change_of_something_else_asks_here_too(world: World, browse: Browse) -> None:
    world.write("cost", owner="milo.brandt")
    world.write("answer", body="See [[cost]].\n", owner="cleo.marsh")
    world.revise("cost", body="Other.\n", released=False)
    world.propose("cost")

    page = browse("cleo").get("/due").text

    assert titles(page) == ["Because something changes 1", "Answer"]
    assert "<strong>Cost</strong> has a change." in page
    assert "/notes/cost/diff?to=2" in page


def test_where_nothing_is_due_the_page_says_so(world: World, browse: Browse) -> None:
    page = browse("ana").get("/due").text

    assert "Nothing is due" in page
    assert 'href="/due"' in browse("ana").get("/library").text, "the menu leads here"


# What is not for somebody is not here for them either.


def test_what_is_hidden_retired_or_a_draft_is_in_no_list_and_no_count(world: World, browse: Browse) -> None:
    world.write("secret", by="cleo", owner="cleo.marsh", audience="restricted", review_by="2026-01-01")
    world.write("draft", owner="milo.brandt", released=False, review_by="2026-01-01")
    world.write("gone", owner="milo.brandt", review_by="2026-01-01")
    with world.context(), saving():
        world.entry("gone").retire(by=world.person("milo"), reason="Nobody asks.")

    page = browse("milo").get("/due").text

    assert "Nothing is due" in page
    assert "Secret" not in page
    assert "Everybody’s 0" in page
    assert titles(browse("cleo").get("/due").text) == ["Yours 1", "Secret"]


def test_a_newer_draft_shows_neither_its_title_nor_its_day(world: World, browse: Browse) -> None:
    world.write("price", owner="cleo.marsh", review_by="2026-03-01")
    world.revise("price", title="Another", review_by="2027-01-01", owner="ana.ruiz", released=False)

    assert titles(browse("cleo").get("/due").text) == ["Yours 1", "Price"]
    assert "Nothing is due" in browse("ana").get("/due").text


def test_strangers_sign_in_first_and_odd_addresses_do_no_harm(world: World, browse: Browse) -> None:
    assert browse("").get("/due").location == "/sign-in?next=/due"
    for odd in ("/due?of=", "/due?of=%00", "/due?of=mine&of=all", "/due?of='--"):
        assert browse("milo").get(odd).status_code == 200
    assert browse("milo").post("/due").status_code == 405


def test_the_list_takes_as_many_queries_for_one_entry_as_for_forty(world: World, browse: Browse) -> None:
    world.write("one", owner="cleo.marsh", review_by="2026-01-01")
    milo = browse("milo")
    with counting(world.app) as few:
        milo.get("/due")
    for number in range(40):
        world.write(f"price-{number}", owner="cleo.marsh", review_by="2026-01-01")

    with counting(world.app) as many:
        milo.get("/due")

    assert len(many) == len(few) <= 6
