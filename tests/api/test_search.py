from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.models import SearchQuery, UsageEvent
from tests.api.programs import Program, refused
from tests.world import Browser, World

Programs = Callable[..., Program]
Browse = Callable[[str], Browser]


@pytest.fixture
def shelf(world: World) -> World:
    """An answer, who asks for it, and notes, one of them for few."""
    world.write("persona-cfo", kind="persona", title="CFO of a plant", role_in_purchase="economic_buyer")
    world.write(
        "price",
        kind="tough_question",
        title="Your price is too high",
        clarify_first="Compared with what?",
        answer_30s="Compare what each leaves undone.",
        do_not=["Offer a discount"],
        category="price",
        asked_by=["persona-cfo"],
    )
    for number in range(12):
        world.write(f"note-{number:02}", title=f"Note {number}", body="About pallets and a price.\n")
    hidden = {"audience": "restricted", "owner": "dana.okafor", "by": "dana"}
    world.write("secret-price", title="Secret price", body="A price for few.\n", **hidden)
    world.write("waiting-price", title="Waiting price", released=False)
    return world


def titles(asking: Program, query: str) -> list[str]:
    answer = asking.get(f"/search?{query}")
    assert answer.status_code == 200, answer.text
    return [each["title"] for each in answer.json["results"]]


def on_page(html: str) -> list[str]:
    """The titles of the results of a page, in order."""
    found = re.findall(r'<li class="result".*?<h2><a [^>]*>(.*?)</a></h2>', html, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", title)) for title in found]


@pytest.mark.parametrize("person", ["ana", "milo", "dana", "ada"])
def test_programs_find_what_the_page_shows_in_the_same_order(
    shelf: World, browse: Browse, program: Programs, person: str
) -> None:
    for query in (
        *(
            "q=price",
            "q=pallets+price",
            "q=%22too+high%22",
            "q=price+-pallets",
            "q=price&kind=tough_question",
        ),
        *(
            "persona=persona-cfo",
            "q=price&state=agreed",
            "q=secret",
            "q=nothing+so+called",
            "kind=note&q=price",
        ),
    ):
        page = browse(person).get(f"/search?{query}")
        assert titles(program(person), query) == on_page(page.text), query


def test_t50_rights_are_checked_for_each_result_whatever_is_asked(shelf: World, program: Programs) -> None:
    for person, knows in (("ana", False), ("milo", False), ("dana", True), ("ada", True)):
        asking = program(person)
        told = [
            asking.get(f"/{address}").text
            for address in (
                *("search?q=secret&explain=true", "search?q=price&limit=100", "search", "search?kind=note"),
                *("search?state=agreed&limit=100", "search?q=few", "suggest?q=secret", "suggest?q=secret+pr"),
            )
        ]
        assert any("secret-price" in each for each in told) == knows, person
        assert any("A price for few" in each for each in told) == knows, person
        assert not any("waiting-price" in each for each in told)
    seen, hidden = (program(person).get("/search?q=price").json for person in ("ada", "ana"))
    assert seen["total"] == hidden["total"] + 1
    [notes], [fewer] = (
        [value["count"] for value in told["facets"]["kind"] if value["value"] == "note"]
        for told in (seen, hidden)
    )
    assert notes == fewer + 1


@pytest.mark.parametrize(
    "query",
    [
        *(
            "fields=text",
            "sort=hash",
            "filter[password_hash]=a",
            "order=-1",
            "hidden=true",
            "as=ada",
            "offset=1",
        ),
        *("limit=0", "limit=-1", "limit=101", "limit=1e3", "limit=٣", "limit=0x1", "page=0", "page=101"),
        *("kind=king", "kind=note&kind=story", "stage=-x", "stage=..", "state=secret", "explain=1", "q=%00"),
        *("tag=", "tag=" + "x" * 201, "q=" + "x" * 2001, "q=a&q=b", "q=%ED%A0%80%00"),
    ],
)
def test_t54_what_is_no_parameter_is_refused_by_name(shelf: World, program: Programs, query: str) -> None:
    refused(program("ana").get(f"/search?{query}"), 422, query.partition("=")[0])


def test_the_first_answer_comes_with_the_results(shelf: World, program: Programs) -> None:
    first, *others = program("ana").get("/search?q=price").json["results"]

    assert first["title"] == "Your price is too high"
    assert first["answer"] == {
        "field": "answer_30s",
        "label": "Then say",
        "text": "Compare what each leaves undone.",
        "seconds": 2,
        "ask_first": "Compared with what?",
        "dont": "Offer a discount",
        "next_step": "",
        "expired_claims": 0,
    }
    assert {each["answer"] for each in others} == {None}
    assert program("ana").get("/search").json["results"][0]["answer"] is None


def test_why_something_was_found_is_told_to_who_asks(shelf: World, program: Programs) -> None:
    ana = program("ana")

    explained = ana.get("/search?q=prices&kind=note&explain=true&limit=1").json
    assert explained["results"][0]["why"] == {"fields": ["text"], "words": ["price"]}
    assert ana.get("/search?q=prices&limit=1").json["results"][0]["why"] is None
    assert explained["understood"] == ["prices"]


def test_what_to_mark_in_a_snippet_is_told_apart_and_nothing_in_it_is_html(
    shelf: World, program: Programs
) -> None:
    shelf.write("angles", body="Angles <b>are</b> **written** 3 < 4.\n")
    [found] = program("ana").get("/search?q=angle&kind=note").json["results"]

    assert "".join(piece["text"] for piece in found["pieces"]) == found["snippet"]
    assert [piece["text"] for piece in found["pieces"] if piece["marked"]] == ["Angles"]
    assert "3 < 4" in found["snippet"]


def test_results_come_a_page_at_a_time(shelf: World, program: Programs) -> None:
    ana = program("ana")
    whole = titles(ana, "q=price&limit=100")

    parts = [title for page in range(1, 8) for title in titles(ana, f"q=price&limit=3&page={page}")]
    assert parts == whole
    assert len(whole) == ana.get("/search?q=price&limit=1").json["total"] == 13


@pytest.mark.parametrize("words", ["%", "_", "*", "n*te", "n_te", "-", '"', "title:price", "' OR 1=1 --"])
def test_t98_signs_that_mean_something_elsewhere_mean_nothing(
    shelf: World, program: Programs, words: str
) -> None:
    asking = program("ana")

    assert asking.get("/suggest", query_string={"q": words}).status_code == 200
    found = asking.get("/search", query_string={"q": words})
    assert found.status_code == 200
    if words in {"%", "_", "*", "n*te", "n_te"}:
        assert asking.get("/suggest", query_string={"q": words}).json["suggestions"] == []


def test_at_most_eight_titles_are_suggested(shelf: World, program: Programs) -> None:
    told = program("ana").get("/suggest?q=not").json

    assert len(told["suggestions"]) == 8
    assert told["suggestions"][0] == {
        "slug": "note-00",
        "kind": "note",
        "title": "Note 0",
        "url": "/notes/note-00",
    }
    assert program("ana").get("/suggest").json["suggestions"] == []


def test_nothing_that_programs_search_is_kept(shelf: World, browse: Browse, program: Programs) -> None:
    program("ana").get("/search?q=price")
    browse("ana").client.get("/api/v1/search?q=price", headers={"User-Agent": "Firefox/150.0"})

    with shelf.context():
        for table in (SearchQuery, UsageEvent):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
