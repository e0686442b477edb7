from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from playbook.db import db
from playbook.models import SearchQuery, UsageEvent
from playbook.work import saving
from tests.web.reading import FIREFOX, counting, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]

SECRET = "xylograph"
PAGES = (
    "/notes/price",
    "/notes/price.md",
    "/notes/",
    "/search?q=price",
    "/search",
    "/journey",
    "/map",
    "/library",
)


@contextmanager
def at(day: int) -> Iterator[None]:
    """That day of March 2026, at noon."""
    with time_machine.travel(f"2026-03-{day:02}T12:00:00Z", tick=False):
        yield


@pytest.fixture
def past(world: World) -> World:
    """A price that was agreed on 2 March, a persona beside it, and another price since 5 March."""
    with at(2):
        world.write("cfo", kind="persona", title="Old CFO", role_in_purchase="economic_buyer")
        world.write(
            "price",
            title="Old price",
            body="Old words: [[cfo]] and [[later|what comes later]].\n\n## Why\n\nBecause.\n",
            personas=["cfo"],
        )
    with at(5):
        world.write("later", title="What came later")
        world.revise("cfo", title="New CFO")
        world.revise("price", title="New price", body="New words.\n")
    return world


def beside(page: str, day: str = "2026-03-03") -> str:
    return f"{page}{'&' if '?' in page else '?'}as_of={day}"


def test_an_entry_is_read_as_it_stood(past: World, browse: Browse) -> None:
    answer = browse("ana").get("/notes/price?as_of=2026-03-03")
    read = words(answer.text)

    assert answer.status_code == 200
    assert "Old price" in read
    assert "Old words" in read
    assert "New" not in read
    assert "As it stood on 3 March 2026. Today it says something else . See the difference" in read
    assert "Persona: Old CFO" in read
    assert '<a href="/notes/price">' in answer.text
    assert "/notes/price/diff?from=1&amp;to=2" in answer.text


def test_what_says_the_same_today_is_said_to(past: World, browse: Browse) -> None:
    assert "Today it says the same ." in words(browse("ana").get("/notes/price?as_of=2026-03-05").text)


@pytest.mark.parametrize("who", ["ana", "cleo", "milo", "ada"])
def test_what_is_past_can_only_be_read(past: World, browse: Browse, who: str) -> None:
    page = browse(who).get("/notes/price?as_of=2026-03-03").text
    main = page.split('<main id="main"', 1)[1].split("</main>", 1)[0]

    assert re.findall(r'<form[^>]*action="([^"]*)"', main) == ["/notes/price"]
    assert 'method="post"' not in main
    for act in ("/edit", "/propose", "/sign", "/comments", "/retire", "/restore", "/watch", "/sections"):
        assert act not in main


def test_every_link_to_another_page_of_that_day_keeps_the_day(past: World, browse: Browse) -> None:
    ana = browse("ana")
    telling = re.compile(r"^/(?:to|e|search|library|journey|map|notes|personas|stages|issues)\b")
    for page in PAGES:
        answer = ana.get(beside(page))
        links = re.findall(r'<a [^>]*href="([^"]+)"', answer.text)
        kept = [link.replace("&amp;", "&") for link in links if telling.match(link)]
        ways_out = {"/notes/price", "/notes/price/diff?from=1&to=2", *PAGES}
        assert answer.status_code == 200
        assert all("as_of=2026-03-03" in link for link in kept if link not in ways_out), (page, kept)


def test_links_in_a_body_lead_to_that_day(past: World, browse: Browse) -> None:
    ana = browse("ana")
    page = ana.get("/notes/price?as_of=2026-03-03")
    assert 'href="/to/cfo?as_of=2026-03-03"' in page.text

    followed = ana.get("/to/cfo?as_of=2026-03-03", follow_redirects=True)
    assert followed.request.full_path == "/personas/cfo?as_of=2026-03-03"
    assert "Old CFO" in followed.text

    to_later = ana.get("/to/later?as_of=2026-03-03", follow_redirects=True)
    assert to_later.status_code == 404
    assert "Nothing of this was agreed on 3 March 2026" in to_later.text


def test_an_old_address_leads_to_the_present_one_on_that_day(past: World, browse: Browse) -> None:
    with past.context(), saving():
        past.entry("price").rename("cost", by=past.person("milo"))
    ana = browse("ana")

    assert ana.get("/notes/price?as_of=2026-03-03").location == "/notes/cost?as_of=2026-03-03"
    assert ana.get("/notes/price.md?as_of=2026-03-03").location == "/notes/cost.md?as_of=2026-03-03"


def test_the_text_of_a_day_is_the_version_byte_for_byte_and_has_its_own_etag(
    past: World, browse: Browse
) -> None:
    ana = browse("ana")
    with past.context():
        first = past.entry("price").version(1).text

    third = ana.get("/notes/price.md?as_of=2026-03-03")
    fifth = ana.get("/notes/price.md?as_of=2026-03-05")

    assert third.text == first
    assert (
        len({third.headers["ETag"], fifth.headers["ETag"], ana.get("/notes/price.md").headers["ETag"]}) == 3
    )
    again = ana.get("/notes/price.md?as_of=2026-03-03", headers={"If-None-Match": third.headers["ETag"]})
    assert again.status_code == 304


def test_what_was_not_agreed_yet_is_not_found_and_leads_to_today(past: World, browse: Browse) -> None:
    for who in ("ana", "cleo"):
        answer = browse(who).get("/notes/later?as_of=2026-03-03")
        assert answer.status_code == 404
        assert "Nothing of this was agreed on 3 March 2026" in words(answer.text)
        assert '<a href="/notes/later">What came later</a>' in answer.text
    assert browse("ana").get("/notes/later.md?as_of=2026-03-03").status_code == 404


def test_what_is_hidden_looks_like_what_is_missing_on_any_day(past: World, browse: Browse) -> None:
    with at(2):
        past.write("hidden", audience="restricted", owner="dana.okafor", by="dana", body=f"{SECRET}\n")
        past.write("draft", released=False, by="dana", title=SECRET)
    ana = browse("ana")
    for kind in ("", ".md"):
        answers = [
            ana.get(f"/notes/{slug}{kind}?as_of=2026-03-03") for slug in ("hidden", "draft", "missing")
        ]
        assert {answer.status_code for answer in answers} == {404}
        bodies = {
            re.sub(r"hidden|draft|missing", "SLUG", answer.text.split("<main", 1)[-1]) for answer in answers
        }
        assert len(bodies) == 1
        assert "Nothing of this" not in answers[0].text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "junk",
        "2026-02-30",
        "2026-3-1",
        "20260301",
        "0000-00-00",
        "２０２６-03-01",
        "2026-03-01T00:00:00Z",
    ],
)
def test_a_day_that_is_none_is_refused_by_name(past: World, browse: Browse, typed: str) -> None:
    ana = browse("ana")
    for page in PAGES:
        answer = ana.get(page.partition("?")[0], query_string={"as_of": typed})
        assert answer.status_code == 422
        assert "as_of has to be a day, such as 2026-02-10." in answer.text
        assert 'type="date"' in answer.text


def test_a_day_that_lies_ahead_is_refused(past: World, browse: Browse) -> None:
    with time_machine.travel("2026-12-24T23:00:00Z", tick=False):
        ana = browse("ana")
        assert ana.get("/notes/price?as_of=2026-12-24").status_code == 200
        answer = ana.get("/notes/price?as_of=2026-12-25")
    assert answer.status_code == 422
    assert "25 December 2026 lies ahead. It is 24 December 2026 now, in UTC." in answer.text


def test_a_day_before_anything_was_agreed_is_refused_alike_everywhere(past: World, browse: Browse) -> None:
    ana = browse("ana")
    for page in (*PAGES, "/notes/later", "/notes/missing", "/stages/"):
        answer = ana.get(beside(page, "2026-03-01"))
        assert answer.status_code == 422, page
        assert "The first day with something to read is 2 March 2026." in answer.text


def test_the_first_day_is_that_of_what_the_reader_may_know(world: World, browse: Browse) -> None:
    with at(2):
        world.write("hidden", audience="restricted", owner="dana.okafor", by="dana")
    with at(4):
        world.write("price")

    assert "4 March 2026" in browse("ana").get("/notes/?as_of=2026-03-02").text
    assert "hidden" in browse("dana").get("/notes/?as_of=2026-03-02").text
    assert "Nothing has been agreed yet" not in browse("ana").get("/notes/?as_of=2026-03-02").text


def test_nothing_can_be_told_where_nothing_was_ever_agreed(world: World, browse: Browse) -> None:
    answer = browse("ana").get("/notes/?as_of=2026-03-02")

    assert answer.status_code == 422
    assert "Nothing has been agreed yet." in answer.text


def test_a_version_and_a_day_cannot_both_be_asked_for(past: World, browse: Browse) -> None:
    answer = browse("ana").get("/notes/price?as_of=2026-03-03&version=1")

    assert answer.status_code == 422
    assert "Ask for a version or for a day, not for both." in answer.text


def test_strangers_are_sent_to_sign_in_and_come_back_to_the_day(past: World, browse: Browse) -> None:
    answer = browse("").get("/notes/price?as_of=2026-03-03")

    assert answer.status_code == 303
    assert "as_of%3D2026-03-03" in answer.location


def test_a_retired_entry_is_read_as_it_stood_and_said_to_be_retired(past: World, browse: Browse) -> None:
    with time_machine.travel("2026-03-10T12:00:00Z", tick=False), past.context(), saving():
        past.entry("price").retire(
            by=past.person("milo"), reason="It is over.", successor=past.entry("later")
        )
    ana = browse("ana")

    answer = ana.get("/notes/price?as_of=2026-03-03")
    assert answer.status_code == 200
    assert "As it stood on 3 March 2026. It was retired on 10 March. Read why" in words(answer.text)
    assert "/notes/price?itself=yes" in answer.text
    assert ana.get("/notes/price?as_of=2026-03-10").status_code == 404
    assert "Old price" in ana.get("/notes/?as_of=2026-03-03").text
    assert "Old price" in ana.get("/search?q=words&as_of=2026-03-03").text


def test_a_shelf_is_read_and_narrowed_as_it_stood(past: World, browse: Browse) -> None:
    ana = browse("ana")

    read = words(ana.get("/notes/?as_of=2026-03-03").text)
    assert "This shelf as it stood on 3 March 2026." in read
    assert "1 entry" in read
    assert "Old price" in read
    assert "later" not in read

    assert "Old price" in ana.get("/notes/?as_of=2026-03-03&persona=cfo").text
    assert "Nothing on this shelf fits" in ana.get("/notes/?as_of=2026-03-03&persona=nobody").text
    assert "This shelf was empty" in ana.get("/stages/?as_of=2026-03-03").text
    assert ana.get("/notes/?as_of=2026-03-03&page=2").status_code == 404
    milo = browse("milo").get("/notes/?as_of=2026-03-03").text
    assert "Add to notes" not in milo
    assert "Change several" not in milo


def test_a_long_shelf_offers_what_its_entries_pointed_to_then(world: World, browse: Browse) -> None:
    with at(2):
        for slug in ("cfo", "coo"):
            world.write(slug, kind="persona", title=f"Old {slug}", role_in_purchase="economic_buyer")
        for number in range(9):
            world.write(f"note-{number}", personas=["cfo" if number % 3 else "coo"])
    with at(4):
        world.revise("cfo", title="New cfo")
        world.revise("note-1", personas=[])

    read = words(browse("ana").get("/notes/?as_of=2026-03-03").text)
    assert "Persona All Old cfo 6 Old coo 3" in read
    read = words(browse("ana").get("/notes/?as_of=2026-03-04").text)
    assert "Persona All New cfo 5 Old coo 3" in read


def test_the_journey_and_the_map_are_those_of_that_day(world: World, browse: Browse) -> None:
    with at(2):
        world.write("notice", kind="buying_step", title="Old step", order=1)
        world.write("connect", kind="stage", title="Old stage", order=1, buyer_step="notice")
        world.write("slips", kind="issue", title="Old issue")
    with at(4):
        for slug, title in (("notice", "New step"), ("connect", "New stage"), ("slips", "New issue")):
            world.revise(slug, title=title)

    journey = browse("ana").get("/journey?as_of=2026-03-03").text
    assert "The journey as it stood on 3 March 2026." in words(journey)
    assert "Old step" in journey
    assert "Old stage" in journey
    assert "New" not in words(journey)
    read = words(browse("ana").get("/map?as_of=2026-03-03").text)
    assert "The map as it stood on 3 March 2026." in read
    assert "Old issue" in read
    assert "New issue" not in read


def test_the_library_counts_what_was_agreed_that_day(past: World, browse: Browse) -> None:
    past.write("draft", released=False)
    ana = browse("ana")

    for day, notes in (("2026-03-03", "1 entry"), ("2026-03-05", "2 entries")):
        read = words(ana.get(f"/library?as_of={day}").text)
        assert f"The library as it stood on {day[-1]} March 2026." in read
        assert re.search(rf"Notes .*? {notes}$", read.replace(" Write ", " "))
    assert words(ana.get("/library").text).endswith("2 entries")


def test_search_finds_what_was_agreed_that_day(past: World, browse: Browse) -> None:
    ana = browse("ana")

    old = ana.get("/search?q=words&as_of=2026-03-03")
    assert "Old price" in old.text
    assert "New price" not in old.text
    assert 'href="/notes/price?as_of=2026-03-03"' in old.text
    assert '<input type="hidden" name="as_of" value="2026-03-03">' in old.text
    assert "0 entries" in ana.get("/search?q=new&as_of=2026-03-03").text
    new = ana.get("/search?q=words&as_of=2026-03-05").text
    assert "New price" in new
    assert "Old price" not in new


def test_facets_of_a_day_count_and_name_what_was_agreed_then(past: World, browse: Browse) -> None:
    ana = browse("ana")
    with at(7):
        past.revise("cfo", title="Newest CFO")

    read = words(ana.get("/search?q=&persona=cfo&as_of=2026-03-03").text)

    assert "Old CFO" in read
    assert "Newest CFO" not in read
    assert "2 entries" in read
    start = words(ana.get("/search?as_of=2026-03-03").text)
    assert "Searching what was agreed on 3 March 2026." in start
    assert "Notes 1" in start
    assert "Personas 1" in start


def test_the_state_in_a_search_is_that_of_the_day(world: World, browse: Browse) -> None:
    with at(2):
        world.write("price", title="Price", review_by="2026-03-05")
    ana = browse("ana")

    assert "1 entry" in words(ana.get("/search?state=agreed&as_of=2026-03-05").text)
    assert "0 entries" in words(ana.get("/search?state=agreed&as_of=2026-03-06").text)
    assert "1 entry" in words(ana.get("/search?state=review+due&as_of=2026-03-06").text)


def test_a_piece_that_follows_the_typing_stays_on_its_day(past: World, browse: Browse) -> None:
    answer = browse("ana").get(
        "/search?q=words&as_of=2026-03-03",
        headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "input#q"},
    )

    assert "<html" not in answer.text
    assert "Old price" in answer.text
    assert "hx-post" not in answer.text


def test_what_is_past_is_no_use_of_what_readers_see_today(past: World, browse: Browse) -> None:
    ana = browse("ana")
    for page in PAGES:
        assert ana.get(beside(page), headers=FIREFOX).status_code == 200

    with past.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(UsageEvent)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchQuery)) == 0
    assert 'report="' not in ana.get("/notes/price?as_of=2026-03-03").text


@pytest.mark.parametrize("who", ["ana", "cleo", "milo", "ada"])
def test_no_word_of_a_draft_or_a_proposal_stands_on_a_page_of_another_day(
    past: World, browse: Browse, who: str
) -> None:
    needed = {"summary": "Words.", "owner": "milo.brandt", "audience": "internal"}
    with at(6):
        past.write("proposed", by="cleo", released=False, title=f"{SECRET} proposed", **needed)
        past.propose("proposed", by="cleo")
        past.write("draft", by="cleo", released=False, title=f"{SECRET} draft", personas=["cfo"])
        past.revise("price", by="cleo", released=False, title=f"{SECRET} price", body=f"{SECRET}\n", **needed)
        past.propose("price", by="cleo")
        past.revise("cfo", by="cleo", released=False, title=f"{SECRET} CFO", body="See [[price]].\n")
    browser = browse(who)

    for day in ("2026-03-03", "2026-03-06"):
        for page in (*PAGES, f"/search?q={SECRET}", "/personas/cfo", "/personas/cfo.md"):
            answer = browser.get(beside(page, day))
            text = (
                answer.text.replace(f"q={SECRET}", "")
                .replace(f"“{SECRET}”", "")
                .replace(f'value="{SECRET}"', "")
            )
            text = re.sub(rf"<title>{SECRET}[^<]*</title>", "", text)
            assert SECRET not in text, (page, day)
        counted = words(browser.get(beside("/notes/", day)).text)
        assert ("1 entry" if day == "2026-03-03" else "2 entries") in counted


def test_a_restricted_version_is_told_on_no_page_of_its_day(world: World, browse: Browse) -> None:
    with at(2):
        world.write("cfo", kind="persona", title="CFO", role_in_purchase="economic_buyer")
        world.write(
            "price", by="dana", title=SECRET, audience="restricted", owner="dana.okafor", personas=["cfo"]
        )
    with at(4):
        world.revise("price", by="dana", title="For all", audience="internal")

    for who, may in (("ana", False), ("milo", False), ("dana", True)):
        browser = browse(who)
        for page in (
            "/notes/",
            f"/search?q={SECRET}",
            "/personas/cfo",
            "/search?persona=cfo",
            "/notes/price",
        ):
            answer = browser.get(beside(page))
            main = answer.text.split("<main", 1)[1]
            shown = f"<h1>{SECRET}" in main or f"{SECRET}</a>" in main or f"<mark>{SECRET}</mark>" in main
            assert shown is may, (who, page)
        assert ("2 entries" in browser.get("/search?persona=cfo&as_of=2026-03-03").text) is may


def test_an_entry_of_a_day_asks_the_database_at_most_six_times(
    app: Flask, past: World, browse: Browse
) -> None:
    ana = browse("ana")
    with counting(app) as asked:
        assert ana.get("/notes/price?as_of=2026-03-03", headers=FIREFOX).status_code == 200

    assert len(asked) <= 6, "\n\n".join(asked)
