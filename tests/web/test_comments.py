"""Comments through the pages: said, answered, resolved and taken back by forms, and hidden with what they are about."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from playbook import clock
from playbook.db import db
from playbook.models import Comment
from playbook.work import saving
from tests.web.forms import Form, form_of
from tests.web.reading import FIREFOX, counting, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]

PRICE = "/notes/price"
BODY = "Ask how the month closes.\n\nPass mark 60 of 100, agreed in May.\n"
HTMX = {"HX-Request": "true"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[[price|<b>x</b>]]",
    "javascript:alert(1)",
    'https://x.example/"onmouseover=alert(1)//',
    "https://x.example/<svg/onload=alert(1)>",
    "@<b>milo.brandt</b> {{ 7 * 7 }} {% raw %}",
    "[x](javascript:alert(1)) &lt;script&gt;",
]
# All that the words of a comment may be made of: links to entries and other sites, names of people.
TAGS = (
    r'</a>|<b class="remark__name">|</b>'
    r'|<a href="(?:/to/[a-z0-9-]+|https?://[^"<>]*)"(?: rel="noopener noreferrer nofollow")?>'
)


@pytest.fixture
def price(world: World) -> World:
    world.write("price", body=BODY)
    return world


def box(browser: Browser, path: str = PRICE) -> Form:
    return form_of(browser.get(path), "/comments")


def say(browser: Browser, said: str, path: str = PRICE, **typed: str) -> TestResponse:
    return box(browser, path).send(browser, words=said, **typed)


def margin_of(browser: Browser, path: str = PRICE) -> str:
    """The comments of a page, as they are read; nothing where it has none."""
    return read(browser.get(path).text)


def read(page: str) -> str:
    _, mark, section = page.partition('<section class="comments"')
    return words('<main id="main">' + section.split("</section>")[0] + "</main>") if mark else ""


def kept(world: World) -> int:
    with world.context():
        return db.session.query(Comment).count()


def test_a_rep_says_something_and_is_led_to_it(price: World, browse: Browse) -> None:
    ana = browse("ana")

    answer = say(ana, "Is it still 60?", passage="Pass mark 60")

    assert (answer.status_code, answer.location) == (303, f"{PRICE}#comment-1")
    page = browse("cleo").get(PRICE).text
    assert 'id="comment-1"' in page
    assert '<a href="#:~:text=Pass%20mark%2060">Pass mark 60</a>' in page
    assert "One comment" in margin_of(browse("cleo"))
    assert "Ana Ruiz" in margin_of(browse("cleo"))


def test_the_box_says_who_will_see_it(price: World, browse: Browse) -> None:
    assert "Everybody who may read version 1 sees this." in margin_of(browse("ana"))


def test_the_margin_leads_to_the_comments(price: World, browse: Browse) -> None:
    ana = browse("ana")
    assert 'href="#comments"' not in ana.get(PRICE).text

    say(ana, "Is it still 60?")

    assert '<a href="#comments">' in ana.get(PRICE).text


def test_answers_stand_under_what_they_answer(price: World, browse: Browse) -> None:
    say(browse("ana"), "Is it still 60?")
    milo = browse("milo")

    answer = form_of(milo.get(PRICE), "/comments/1/answers").send(milo, words="It is.")

    assert answer.location == f"{PRICE}#comment-2"
    read = margin_of(browse("ana"))
    assert read.index("Is it still 60?") < read.index("It is.")
    assert "One comment" in read, "a thread counts once"


def test_a_resolved_thread_is_folded_and_can_be_opened_again(price: World, browse: Browse) -> None:
    ana = browse("ana")
    say(ana, "Is it still 60?")

    form_of(ana.get(PRICE), "/comments/1/resolve").send(ana)
    assert "1 resolved" in margin_of(ana)
    assert "Resolved by Ana Ruiz" in margin_of(ana)

    form_of(ana.get(PRICE), "/comments/1/reopen").send(ana)
    assert "resolved" not in margin_of(ana)


def test_only_those_who_may_settle_a_thread_are_offered_it(price: World, browse: Browse) -> None:
    say(browse("cleo"), "Is it still 60?")

    assert "/comments/1/resolve" not in browse("ana").get(PRICE).text
    assert browse("ana").post("/comments/1/resolve").status_code == 403
    assert "/comments/1/resolve" in browse("milo").get(PRICE).text


def test_ones_own_words_are_taken_back(price: World, browse: Browse) -> None:
    ana = browse("ana")
    say(ana, "A slip.")

    answer = form_of(ana.get(PRICE), "/take-back").send(ana)

    assert answer.location == f"{PRICE}#comments"
    assert "A slip." not in margin_of(ana)
    assert ana.get("/comments/1").status_code == 404


def test_answers_go_on_standing_under_what_was_taken_back(price: World, browse: Browse) -> None:
    ana = browse("ana")
    say(ana, "A slip.")
    browse("milo").post("/comments/1/answers", {"words": "Never mind."})

    form_of(ana.get(PRICE), "/comments/1/take-back").send(ana)

    assert "Taken back." in margin_of(ana)
    assert "A slip." not in ana.get(PRICE).text
    assert "Never mind." in margin_of(ana)


def test_the_words_of_others_are_not_taken_back(price: World, browse: Browse) -> None:
    say(browse("cleo"), "Mine.")
    for who in ("ana", "milo"):
        assert "/take-back" not in browse(who).get(PRICE).text
        assert browse(who).post("/comments/1/take-back").status_code == 403

    assert kept(price) == 1


def test_people_entries_and_addresses_in_the_words_are_links_and_names(price: World, browse: Browse) -> None:
    say(browse("ana"), "Ask @milo.brandt.\n\nSee [[price|the price]] and https://x.example/a?b=1&c=2.")

    page = browse("cleo").get(PRICE).text

    assert '<b class="remark__name">Milo Brandt</b>.' in page
    assert '<a href="/to/price">the price</a>' in page
    assert (
        '<a href="https://x.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">'
        "https://x.example/a?b=1&amp;c=2</a>." in page
    )


def test_a_name_that_cannot_be_told_is_as_one_that_nobody_has(price: World, browse: Browse) -> None:
    with price.context(), saving():
        price.person("cleo").disable()

    say(browse("ana"), "@cleo.marsh and @nobody.here")

    assert "@cleo.marsh and @nobody.here" in browse("ana").get(PRICE).text


@pytest.mark.parametrize("said", HOSTILE)
def test_markup_in_a_comment_stays_words(price: World, browse: Browse, said: str) -> None:
    ana = browse("ana")
    say(ana, said)

    section = ana.get(PRICE).text.split('class="remark__words"')[1].split("</p>")[0]

    tags = re.findall(r"<[^>]*>", section)
    assert all(re.fullmatch(TAGS, tag) for tag in tags), tags
    assert "49" not in section


def test_a_passage_that_is_not_in_the_text_is_given_back_with_the_words(price: World, browse: Browse) -> None:
    ana = browse("ana")

    refused = say(ana, "Is it still 60?", passage="Words of another text")

    assert refused.status_code == 422
    assert "do not stand together in the text" in refused.text
    again = form_of(refused, "/comments")
    assert again.values["words"] == "Is it still 60?"
    assert again.values["passage"] == "Words of another text"
    assert again.send(ana, passage="").status_code == 303
    assert kept(price) == 1


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("", "Write what you want to say."),
        ("x" * 2001, "This has 2,001 characters; 2,000 is the most."),
        ("bell \x07", "This holds a character that cannot be kept."),
        ("nul \x00", "This holds a character that cannot be kept."),
    ],
)
def test_words_that_are_refused_are_given_back(price: World, browse: Browse, said: str, message: str) -> None:
    ana = browse("ana")
    say(ana, "First.")

    for refused, to in (
        (say(ana, said), "/comments"),
        (ana.post("/comments/1/answers", {"words": said}), "/comments/1/answers"),
    ):
        assert refused.status_code == 422
        assert message in refused.text
        assert form_of(refused, to).values["words"].strip() == said
    assert kept(price) == 1


def test_htmx_gets_the_comments_alone_with_the_cursor_at_what_was_said(price: World, browse: Browse) -> None:
    ana = browse("ana")
    typed = {"words": "Is it still 60?", "version": "1", "passage": "Pass mark 60"}

    said = ana.post(f"{PRICE}/comments", typed, headers=HTMX)

    assert (said.status_code, said.headers["Vary"].count("HX-Request")) == (200, 1)
    assert said.text.lstrip().startswith('<section class="comments"')
    assert 'id="comment-1" tabindex="-1" autofocus' in said.text

    refused = ana.post(
        f"{PRICE}/comments", {"words": "Hm.", "version": "1", "passage": "no such"}, headers=HTMX
    )
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith('<section class="comments"')
    assert form_of(refused, "/comments").values["words"] == "Hm."

    for verb in ("resolve", "reopen", "take-back"):
        answer = ana.post(f"/comments/1/{verb}", {"version": "1"}, headers=HTMX)
        assert (answer.status_code, "<html" in answer.text) == (200, False), verb


def test_a_comment_has_an_address_of_its_own(price: World, browse: Browse) -> None:
    say(browse("ana"), "Is it still 60?")
    price.revise("price", body="A new mark.\n", released=False)
    say(browse("milo"), "Too high.", f"{PRICE}?version=2")

    assert browse("cleo").get("/comments/1").location == f"{PRICE}#comment-1"
    assert browse("cleo").get("/comments/2").location == f"{PRICE}?version=2#comment-2"


def test_comments_on_a_draft_reach_no_rep_in_any_way(price: World, browse: Browse) -> None:
    price.revise("price", body="A new mark.\n", released=False)
    before = browse("ana").get(PRICE).text
    say(browse("milo"), "Hush-hush about it", f"{PRICE}?version=2")
    ana = browse("ana")

    assert "One more on version 2" in margin_of(browse("cleo"))
    assert margin_of(ana) == read(before)
    for method, path in (
        ("GET", ""),
        ("POST", "/answers"),
        ("POST", "/resolve"),
        ("POST", "/reopen"),
        ("POST", "/take-back"),
    ):
        hidden, missing = (
            ana.client.open(
                f"/comments/{number}{path}", method=method, data={"csrf_token": ana.token(), "words": "x"}
            )
            for number in (1, 999)
        )
        assert hidden.status_code == missing.status_code == 404
        assert nameless(hidden) == nameless(missing)


def nameless(answer: TestResponse) -> str:
    """A page without what differs from answer to answer: its address, tokens."""
    page = answer.text.split("<main", 1)[1].split("</main>")[0]
    return page.replace("/comments/999", "/comments/1").replace('value="999"', 'value="1"')


def test_nothing_can_be_said_of_what_one_may_not_read(price: World, browse: Browse) -> None:
    price.revise("price", body="A new mark.\n", released=False)
    price.write("hidden", released=False)
    price.write("ours", audience="restricted", by="dana")
    ana = browse("ana")

    for path, version in (
        (f"{PRICE}/comments", "2"),
        (f"{PRICE}/comments", "99"),
        (f"{PRICE}/comments", "1x"),
        (f"{PRICE}/comments", "-1"),
        ("/notes/hidden/comments", "1"),
        ("/notes/ours/comments", "1"),
        ("/notes/nothing/comments", "1"),
        ("/personas/price/comments", "1"),
    ):
        assert ana.post(path, {"words": "x", "version": version}).status_code == 404, (path, version)
    assert kept(price) == 0


def test_strangers_and_forms_without_a_token_say_nothing(price: World, browse: Browse) -> None:
    say(browse("ana"), "Mine.")
    for path in (f"{PRICE}/comments", "/comments/1/answers", "/comments/1/resolve", "/comments/1/take-back"):
        assert browse("ana").client.post(path, data={"words": "x"}).status_code == 400
        assert browse("").client.post(path, data={"words": "x"}).status_code in {400, 401}
    assert browse("").get("/comments/1").location == "/sign-in?next=/comments/1"
    assert kept(price) == 1


def test_what_was_typed_survives_a_form_that_was_open_too_long(price: World, browse: Browse) -> None:
    ana = browse("ana")
    typed = {"words": "Words that took long", "passage_before": "x", "passage_after": "y", "version": "1"}

    refused = ana.client.post(f"{PRICE}/comments", data=typed, headers={"Sec-Fetch-Site": "same-origin"})
    again = form_of(refused, "/comments")

    assert refused.status_code == 400
    assert again.values["words"] == "Words that took long"
    assert again.send(ana).status_code == 303
    assert "Words that took long" in margin_of(ana)


def test_nobody_says_more_than_thirty_things_an_hour(price: World, browse: Browse) -> None:
    ana = browse("ana")
    token = ana.token(PRICE)
    with time_machine.travel(clock.now(), tick=False) as moment:
        sent = [
            ana.client.post(f"{PRICE}/comments", data={"csrf_token": token, "words": f"Word {number}"})
            for number in range(31)
        ]
        assert [answer.status_code for answer in sent] == [303] * 30 + [429]
        assert "Word 30" in sent[-1].text, "given back"
        assert browse("cleo").post(f"{PRICE}/comments", {"words": "Another may."}).status_code == 303
        moment.shift(timedelta(hours=1, seconds=1))
        assert ana.post(f"{PRICE}/comments", {"words": "Later."}).status_code == 303
    assert kept(price) == 32


def test_old_versions_and_retired_entries_are_only_read(price: World, browse: Browse) -> None:
    say(browse("ana"), "Is it still 60?")
    price.revise("price", body=BODY + "\nMore.\n")
    ana = browse("ana")

    old = ana.get(f"{PRICE}?version=1").text
    assert "Is it still 60?" in old
    assert "Your comment" not in old
    assert "/comments/1/resolve" not in old

    with price.context(), saving():
        price.entry("price").retire(by=price.person("milo"), reason="Out of date.")
    retired = ana.get(PRICE).text
    assert "Is it still 60?" in retired
    assert "Your comment" not in retired
    assert ana.post(f"{PRICE}/comments", {"words": "x"}).status_code == 409


def test_a_comment_is_shown_on_a_newer_version_with_the_way_to_its_own(price: World, browse: Browse) -> None:
    ana = browse("ana")
    say(ana, "One", passage="Pass mark 60 of 100")
    say(ana, "Two", passage="Ask how the month closes.")
    say(ana, "Three")
    price.revise("price", body="Then it begins.\n\nPass mark 65 of 100, agreed in May.\n")

    read = margin_of(ana)

    assert "Moved Reworded since version 1 . Now: Pass mark 65 of 100" in read
    assert "Gone These words are not in version 2 any more. They stood in version 1" in read
    assert "Said of version 1 ." in read
    assert f'<a href="{PRICE}?version=1">' in ana.get(PRICE).text


def test_opening_an_entry_with_comments_asks_the_database_at_most_six_times(
    app: Flask, price: World, browse: Browse
) -> None:
    for who, said in (("ana", "See this, @cleo.marsh and [[price]]."), ("milo", "Seen by @dana.okafor.")):
        say(browse(who), said, passage="Pass mark 60")
        browse("cleo").post("/comments/1/answers", {"words": "Yes, @milo.brandt."})
    price.revise("price", body=BODY + "\nMore.\n")
    for who in ("ana", "milo"):
        browser = browse(who)
        with counting(app) as asked:
            assert browser.get(PRICE, headers=FIREFOX).status_code == 200

        assert len(asked) <= 6, "\n\n".join(asked)


def test_what_somebody_said_is_among_what_is_held_about_them(price: World, browse: Browse) -> None:
    say(browse("ana"), "Is it still 60?", passage="Pass mark 60")
    say(browse("cleo"), "Not Ana’s.")

    page, file = browse("ana").get("/you/held"), browse("ana").get("/you/held.json")

    assert "Comments you made 1" in words(page.text)
    assert "Is it still 60?" in words(page.text)
    [held] = json.loads(file.text)["comments"]
    assert (held["entry"], held["words"], held["passage"]) == (
        "notes/price",
        "Is it still 60?",
        "Pass mark 60",
    )
