from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from playbook.models import EventType
from tests.usage.acts import copies, events, kept_searches, opens
from tests.web.reading import FIREFOX, counting
from tests.world import Browser, World

Browse = Callable[[str], Browser]

AS_TYPED = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "input#q"}
BY_FORM = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "form#facets"}
BY_THE_BACK_BUTTON = {"HX-Request": "true", "HX-Request-Type": "full", "HX-History-Restore-Request": "true"}

NASTY = (
    *("\0", "%00", "''", '"', '"unended', "((((", "))))", "AND OR NOT", "title:secret", "*", "?", "~2", "a~"),
    *(
        "[a TO z]",
        "{",
        "}",
        "^9",
        "\\",
        "\\\\",
        "/etc/passwd",
        "../../",
        "{{7*7}}",
        "${7*7}",
        "%s%n",
        "\x1b[31m",
    ),
    *(
        "-",
        "--",
        "+",
        "+-",
        "-price",
        '-"price"',
        "+" * 300,
        "a" * 10_000,
        "é" * 400,
        "ß",
        "İ",
        "\u202e",
        "\u200b",
    ),
    *(
        "\ufeff",
        "🙂" * 80,
        "price " * 400,
        "0",
        "1e309",
        "NaN",
        "null",
        "true",
        "\r\nSet-Cookie: a=b",
        "الفاتورة",
    ),
    *("<script>alert(1)</script>", "' OR 1=1 --", "; DROP TABLE entry", "價格", "A AND (B"),
)

BROKEN = (
    *(
        "page=0",
        "page=-1",
        "page=1.5",
        "page=%D9%A1",
        "page=" + "9" * 400,
        "q=%ff%fe",
        "q=%ED%A0%80",
        "kind=%ff",
    ),
    *("&".join(f"tag={n}" for n in range(500)), "kind=" + "x" * 5000, "q=a&q=b", "q[]=a", "=", "&&&", "q"),
)


@pytest.fixture
def shelf(world: World) -> World:
    """An answer, who asks for it, and twenty-five notes."""
    world.write("persona-cfo", kind="persona", title="CFO of a plant", role_in_purchase="economic_buyer")
    world.write(
        "price",
        kind="tough_question",
        title="Your price is too high",
        clarify_first="Compared with what?",
        answer_30s="Compare what each leaves undone.",
        do_not=["Offer a discount"],
        next_step="Price the leftovers",
        category="price",
        asked_by=["persona-cfo"],
    )
    for number in range(25):
        world.write(f"note-{number:02}", title=f"Note {number}", body="About pallets and a price.\n")
    return world


def results(html: str) -> list[str]:
    """The titles of the results, in order."""
    found = re.findall(r'<li class="result".*?<h2><a [^>]*>(.*?)</a></h2>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", title) for title in found]


def test_a_search_shows_what_it_found_and_how_much(shelf: World, browse: Browse) -> None:
    page = browse("ana").get("/search?q=price").text

    assert ">26 entries</output>" in page
    assert results(page)[0] == "Your price is too high"
    assert "Your <mark>price</mark> is too high" in page
    assert len(results(page)) == 20


def test_a_search_asks_the_database_at_most_nine_times(app: Flask, shelf: World, browse: Browse) -> None:
    browser = browse("milo")
    browser.get("/search?q=budget", headers=FIREFOX)
    with counting(app) as asked:
        assert results(browser.get("/search?q=price", headers=FIREFOX).text)

    assert len(asked) <= 9, "\n\n".join(asked)


def test_the_first_answer_is_read_without_opening_it(shelf: World, browse: Browse) -> None:
    page = browse("ana").get("/search?q=price").text

    for words in (
        "Compared with what?",
        "Compare what each leaves undone.",
        "Offer a discount",
        "Next: Price the leftovers",
    ):
        assert words in page
    assert page.count("Compare what each leaves undone.") == 1


def test_only_the_first_result_is_answered_in_place(shelf: World, browse: Browse) -> None:
    page = browse("ana").get("/search?q=pallets+price+too").text

    assert page.count('class="answer"') <= 1
    assert 'class="answer"' not in browse("ana").get("/search?q=pallets").text


def test_boxes_narrow_and_stay_in_the_address(shelf: World, browse: Browse) -> None:
    ana = browse("ana")
    page = ana.get("/search?q=price&kind=tough_question").text

    assert ">1 entry</output>" in page
    assert re.search(r'name="kind" value="tough_question" checked', page)
    assert 'href="/search?q=price" aria-label="Search beyond Tough question"' in page
    assert (
        results(ana.get("/search?q=price&kind=tough_question&kind=note").text)[0] == "Your price is too high"
    )
    assert results(ana.get("/search?persona=persona-cfo").text)


def test_boxes_that_would_find_nothing_are_not_shown(shelf: World, browse: Browse) -> None:
    page = browse("ana").get("/search?q=pallets").text

    assert 'value="tough_question"' not in page


def test_what_is_ticked_can_be_taken_back_though_nothing_has_it(shelf: World, browse: Browse) -> None:
    page = browse("ana").get("/search?q=pallets&kind=story").text

    assert re.search(r'name="kind" value="story" checked', page)
    assert "Without the ticks there are 25 entries." in page
    assert 'href="/search?q=pallets"' in page


def test_nothing_found_says_what_to_try(shelf: World, browse: Browse) -> None:
    ana = browse("ana")

    assert "Nothing found for “zeppelin”" in (page := ana.get("/search?q=zeppelin").text)
    assert 'href="/search?kind=tough_question"' in page
    assert 'href="/search?q=zeppelin+price"' in ana.get('/search?q="zeppelin price"').text


def test_words_without_meaning_say_so(shelf: World, browse: Browse) -> None:
    assert (
        "There is no word in what you typed. These are the newest."
        in browse("ana").get("/search?q=%3F%21").text
    )


def test_before_anything_is_asked_the_page_shows_where_to_start(shelf: World, browse: Browse) -> None:
    opens(shelf, "ana", "note-03")
    copies(shelf, "ana", "price")
    page = browse("ana").get("/search").text

    assert "Most used lately" in page
    assert page.index("Your price is too high") < page.index("Note 3")
    assert 'href="/search?kind=tough_question">Tough questions</a>' in page
    assert kept_searches(shelf) == []


def test_an_empty_playbook_says_so(world: World, browse: Browse) -> None:
    assert "Nothing to find yet" in browse("ana").get("/search").text


def test_pages_follow_one_another(shelf: World, browse: Browse) -> None:
    ana = browse("ana")
    first, second = ana.get("/search?q=price"), ana.get("/search?q=price&page=2")

    assert 'href="/search?q=price&amp;page=2" rel="next"' in first.text
    assert len(results(second.text)) == 6
    assert not set(results(first.text)) & set(results(second.text))
    assert 'start="21"' in second.text
    assert ana.get("/search?q=price&page=3").status_code == 404
    [search] = kept_searches(shelf)
    places = [event.position for event in events(shelf) if event.query_id == search.id]
    assert sorted(place for place in places if place) == list(range(1, 27))


def test_htmx_gets_the_piece_and_caches_are_told(shelf: World, browse: Browse) -> None:
    ana = browse("ana")
    piece, whole = ana.get("/search?q=price", headers=BY_FORM), ana.get("/search?q=price")

    assert piece.text.lstrip().startswith('<div class="columns columns--rail-first" id="found">')
    assert "<!doctype html>" in whole.text
    assert results(piece.text) == results(whole.text)
    for answer in (piece, whole):
        assert {"HX-Request", "HX-Request-Type"} <= set(answer.vary)


def test_the_back_button_gets_the_whole_page(shelf: World, browse: Browse) -> None:
    assert "<!doctype html>" in browse("ana").get("/search?q=price", headers=BY_THE_BACK_BUTTON).text


def test_what_is_still_being_typed_is_nobodys_search(shelf: World, browse: Browse) -> None:
    ana = browse("ana")
    for words in ("p", "pr", "pric", "price"):
        ana.get(f"/search?q={words}", headers=AS_TYPED)

    assert kept_searches(shelf) == []
    assert events(shelf) == []


def test_a_list_that_stood_still_is_kept_under_the_id_its_links_hold(shelf: World, browse: Browse) -> None:
    ana = browse("ana")
    piece = ana.get("/search?q=price", headers=AS_TYPED).text
    [address] = re.findall(r'hx-post="([^"]+)"', piece)
    [id] = re.findall(r'name="id" value="([^"]+)"', piece)
    assert ana.post(address, {"id": id}, headers=BY_FORM).status_code == 204

    [search] = kept_searches(shelf)
    assert (search.id, search.words, search.total) == (id, "price", 26)
    assert f"q={id}&amp;at=1" in piece
    ana.click(ana.get("/search?q=price", headers=AS_TYPED), "Your price is too high")
    assert (events(shelf)[-1].type, events(shelf)[-1].query_id) == (EventType.VIEW, id)


def test_enter_and_boxes_are_kept_at_once(shelf: World, browse: Browse) -> None:
    ana = browse("ana")
    piece = ana.get("/search?q=price&kind=note", headers=BY_FORM).text

    assert "hx-post" not in piece
    assert [(search.words, search.facets) for search in kept_searches(shelf)] == [
        ("price", {"kind": ["note"]})
    ]


@pytest.mark.parametrize("id", ["", "x", "0" * 31, "0" * 33, "\0", "G" * 32])
def test_a_search_is_not_kept_under_an_id_that_is_none(shelf: World, browse: Browse, id: str) -> None:
    assert browse("ana").post("/search?q=price", {"id": id}).status_code == 204

    assert kept_searches(shelf) == []


def test_readers_find_only_what_they_may_see(shelf: World, browse: Browse) -> None:
    shelf.write("secret", title="Secret zeppelin", audience="restricted", owner="dana.okafor")
    shelf.write("draft", title="Draft zeppelin", released=False)

    assert results(browse("ana").get("/search?q=zeppelin").text) == []
    assert results(browse("dana").get("/search?q=zeppelin").text) == ["Secret zeppelin"]


def test_a_newer_version_that_waits_is_told_to_those_who_write(shelf: World, browse: Browse) -> None:
    shelf.revise("price", by="milo", next_step="Something newer", released=False)

    assert "a newer draft waits" in browse("cleo").get("/search?q=price").text
    assert "a newer draft waits" not in browse("ana").get("/search?q=price").text


def test_a_review_that_is_due_travels_with_the_result(world: World, browse: Browse) -> None:
    world.write("price", review_by="2020-01-31")

    assert "Review due since 31 January 2020" in browse("ana").get("/search?q=price").text


def test_whatever_is_typed_is_answered(world: World, browse: Browse, subtests: pytest.Subtests) -> None:
    world.write("price")
    ana = browse("ana")
    for words in NASTY:
        everywhere = {"q": "price", "kind": words, "persona": words, "tag": words, "state": words}
        with subtests.test(words[:40]):
            for answer in (
                ana.get("/search", query_string={"q": words}),
                ana.get("/search", query_string={"q": words}, headers=AS_TYPED),
                ana.get("/search", query_string=everywhere),
                ana.get("/search", query_string={"q": "price", "page": words}),
                ana.post("/search", {"id": words}, query_string=everywhere),
                ana.post("/search", {"id": "0" * 32}, query_string={"q": words}),
            ):
                assert answer.status_code in {200, 204}
                assert "<script>alert" not in answer.text


def test_no_address_breaks_the_page(world: World, browse: Browse, subtests: pytest.Subtests) -> None:
    world.write("price")
    ana = browse("ana")
    for query in BROKEN:
        with subtests.test(query[:40]):
            assert ana.get(f"/search?{query}").status_code in {200, 404}


def test_strangers_find_nothing(shelf: World, browse: Browse) -> None:
    answer = browse("").get("/search?q=price")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/search?q%3Dprice")
