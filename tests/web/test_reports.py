from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from time_machine import TimeMachineFixture

from playbook.models import Permission, Role
from playbook.models.permission import GRANTS
from tests.usage.acts import copies, opens, searches
from tests.world import PEOPLE, Browser, World

Browse = Callable[[str], Browser]

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock(time_machine: TimeMachineFixture) -> TimeMachineFixture:
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def three(world: World, clock: TimeMachineFixture) -> World:
    """Three entries of half a year: one never used, one used long ago, one used lately."""
    clock.move_to(NOON - timedelta(days=180), tick=False)
    for slug in ("never", "long-ago", "lately"):
        world.write(slug, by="ada", owner="tomas.reyes")
    clock.move_to(NOON - timedelta(days=120), tick=False)
    copies(world, "ana", "long-ago")
    clock.move_to(NOON - timedelta(days=2), tick=False)
    copies(world, "ana", "lately")
    clock.move_to(NOON, tick=False)
    return world


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("who", PEOPLE)
def test_the_report_is_for_those_who_improve_the_playbook(world: World, browse: Browse, who: str) -> None:
    expected = 200 if Permission.REPORTS in GRANTS[PEOPLE[who][1]] else 403
    assert browse(who).get("/reports/unused").status_code == expected
    assert browse(who).get("/reports/unused.csv").status_code == expected
    assert (expected == 403) is (PEOPLE[who][1] in {Role.REP, Role.CONTRIBUTOR})


def test_strangers_are_sent_to_the_door(world: World, browse: Browse) -> None:
    answer = browse("").get("/reports/unused?days=30")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/reports/unused?days%3D30")


def test_the_sentence_under_the_title_is_the_report(three: World, browse: Browse) -> None:
    page = browse("milo").get("/reports/unused")

    assert "2 of 3 entries have not been used by anybody in 90 days." in page.text
    assert (
        "1 of 3 entries has not been used by anybody in 150 days."
        in browse("milo").get("/reports/unused?days=150").text
    )


def test_never_used_stand_first_and_every_entry_is_a_link(three: World, browse: Browse) -> None:
    page = browse("milo").get("/reports/unused")
    places = [page.text.index(f'href="/notes/{slug}"') for slug in ("never", "long-ago", "lately")]

    assert places == sorted(places)
    headings = re.findall(r'scope="rowgroup"[^>]*>(.*?)</th>', page.text)
    assert [text_of(heading) for heading in headings] == [
        "Never used 1",
        "Not used in 90 days 1",
        "Used in the last 90 days 1",
    ]


def test_the_page_says_what_it_does_not_say(three: World, browse: Browse) -> None:
    assert "A view is not a use, and a use is not help." in browse("milo").get("/reports/unused").text


def test_nobody_who_read_or_searched_is_named(three: World, browse: Browse) -> None:
    opens(three, "ana", "never")
    for who in ("ana", "cleo", "dana"):
        searches(three, who, "too dear", "never")
    milo = browse("milo")

    page = milo.get("/reports/unused").text
    assert "“too dear”" in page
    for told in (page, milo.get("/reports/unused.csv").text):
        assert not re.search(r"Ana|Cleo|Dana|ana\.ruiz|example\.com", told)


def test_a_playbook_that_is_too_young_says_so(
    world: World, browse: Browse, clock: TimeMachineFixture
) -> None:
    clock.move_to(NOON - timedelta(days=4), tick=False)
    for slug in ("price", "timing"):
        world.write(slug)
    clock.move_to(NOON, tick=False)
    copies(world, "ana", "price")
    milo = browse("milo")

    assert (
        "Too early to say for 90 days: readers have had the playbook for 4 days. "
        "So far 1 of 2 entries has not been used by anybody."
    ) in milo.get("/reports/unused").text
    assert "Too early" not in milo.get("/reports/unused?days=4").text


def test_new_entries_are_told_apart_in_the_sentence(three: World, browse: Browse) -> None:
    three.write("brand-new")

    assert (
        "3 of 4 entries have not been used by anybody in 90 days. 1 of them is newer than 30 days."
    ) in browse("milo").get("/reports/unused").text


def test_everything_used_is_said_in_a_sentence_too(three: World, browse: Browse) -> None:
    for slug in ("never", "long-ago"):
        copies(three, "ana", slug)

    assert "Everything was used: 3 entries in 90 days." in browse("milo").get("/reports/unused").text


def test_an_empty_playbook_says_when_the_report_begins(world: World, browse: Browse) -> None:
    page = browse("milo").get("/reports/unused")

    assert "The report begins when the first one is released." in page.text
    assert "<table" not in page.text


def test_one_kind_can_be_looked_at_alone(three: World, browse: Browse) -> None:
    three.write("dear", kind="tough_question", answer_30s="Compare.", category="price")
    milo = browse("milo")

    page = milo.get("/reports/unused?kind=tough_question").text
    assert "1 tough question" in page
    assert 'href="/tough-questions/dear"' in page
    assert 'href="/notes/never"' not in page
    assert "Readers see no issue maps." in milo.get("/reports/unused?kind=issue_map").text


@pytest.mark.parametrize(
    "query",
    [
        "days=0",
        "days=-1",
        "days=ninety",
        "days=99999999",
        "days=%00",
        "days=1e3",
        "kind=nothing",
        "kind=%00",
        "page=0",
        "page=999",
        "page=x",
        "days=90&days=30",
        "kind[]=story",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_usual_report(
    three: World, browse: Browse, query: str
) -> None:
    page = browse("milo").get(f"/reports/unused?{query}")

    assert page.status_code == 200
    assert "2 of 3 entries" in page.text


def test_a_long_report_has_pages_that_count_alike(
    world: World, browse: Browse, clock: TimeMachineFixture
) -> None:
    for number in range(101):
        world.write(f"entry-{number:03}")
    milo = browse("milo")

    first, second = milo.get("/reports/unused").text, milo.get("/reports/unused?page=2").text
    assert first.count('class="unused__row"') == 100
    assert second.count('class="unused__row"') == 1
    assert "Never used <span>101</span>" in first
    assert "Never used <span>101</span>" in second
    assert 'href="/reports/unused?days=90&amp;page=2"' in first


def test_the_file_holds_the_rows_of_the_page(three: World, browse: Browse) -> None:
    answer = browse("milo").get("/reports/unused.csv?days=30&kind=note")

    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="unused-30-days-notes.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["slug"] for row in rows] == ["never", "long-ago", "lately"]
    assert [row["last used"] for row in rows] == ["never", "2026-02-01", "2026-05-30"]
    assert [row["days unused"] for row in rows] == ["180", "120", "2"]
    assert {row["owner"] for row in rows} == {"tomas.reyes"}


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_title_becomes_a_formula(
    world: World, browse: Browse, clock: TimeMachineFixture, sign: str
) -> None:
    world.write("price", title=f"{sign}HYPERLINK(1)", owner=f"{sign}ana", by="ada")
    for who in ("ana", "cleo", "dana"):
        searches(world, who, f"{sign}cmd", "price")
    [row] = list(
        csv.DictReader(io.StringIO(browse("milo").get("/reports/unused.csv").data.decode("utf-8-sig")))
    )

    assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert row["days unused"] == "0"


def test_titles_are_text_and_nothing_else(world: World, browse: Browse) -> None:
    world.write("price", title="<script>alert(1)</script>", owner='"><b>x')
    page = browse("milo").get("/reports/unused").text

    assert "<script>alert" not in page
    assert "<b>x" not in page
