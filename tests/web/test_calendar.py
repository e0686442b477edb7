"""A calendar of when one's entries are due, at an address that only its person has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from icalendar import Calendar
from werkzeug.test import TestResponse

from playbook import agreeing
from playbook.models import Answer, Role
from playbook.web.calendar import secret_of
from playbook.work import saving
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def on_tuesday() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 3, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def price(world: World) -> None:
    world.write("price", title="Price, or: what; it costs", owner="cleo.marsh", review_by="2026-03-01")


def address(browser: Browser) -> str:
    """The private address that the page gives, below the root of the site."""
    found = re.search(
        r"<code id=\"address\"[^>]*>https?://[^/]+(/calendar/[^<]+\.ics)</code>",
        browser.get("/you/calendar").text,
    )
    assert found
    return found.group(1)


def events(answer: TestResponse) -> list[tuple[str, date]]:
    assert answer.status_code == 200
    return [
        (str(event["summary"]), event["dtstart"].dt)
        for event in Calendar.from_ical(answer.data).walk("VEVENT")
    ]


def test_the_calendar_has_a_whole_day_for_each_entry_one_owns(
    world: World, browse: Browse, price: None
) -> None:
    world.write("both", owner="dana.okafor", co_owner="cleo.marsh", review_by="2026-06-01")
    world.write("other", owner="dana.okafor", review_by="2026-06-01")
    world.write("dayless", owner="cleo.marsh")

    answer = browse("").get(address(browse("cleo")))

    assert events(answer) == [
        ("Still true? Price, or: what; it costs", date(2026, 3, 1)),
        ("Still true? Both", date(2026, 6, 1)),
    ]
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    [first, _] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert first["url"].endswith("/notes/price/review")
    assert b"\r\n" in answer.data
    assert max(len(line) for line in answer.data.split(b"\r\n")) <= 75


def test_an_event_keeps_its_name_when_its_day_moves(world: World, browse: Browse, price: None) -> None:
    cleo = browse("cleo")
    where = address(cleo)
    before = Calendar.from_ical(cleo.get(where).data).walk("VEVENT")[0]
    with world.context(), saving():
        entry = world.entry("price")
        agreeing.review(
            entry,
            Answer.STILL_TRUE,
            by=world.person("cleo"),
            hash=entry.newest.hash,
            evidence_on="2026-03-02",
        )

    after = Calendar.from_ical(cleo.get(where).data).walk("VEVENT")[0]

    assert after["uid"] == before["uid"]
    assert (before["dtstart"].dt, after["dtstart"].dt) == (date(2026, 3, 1), date(2027, 3, 3))


def test_a_calendar_that_has_not_changed_is_not_sent_again(world: World, browse: Browse, price: None) -> None:
    anybody = browse("")
    where = address(browse("cleo"))
    first = anybody.get(where)

    again = anybody.get(where, headers={"If-None-Match": first.headers["ETag"]})
    world.revise("price", title="What it costs")
    changed = anybody.get(where, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200


def test_of_a_text_it_holds_the_title_only(world: World, browse: Browse) -> None:
    world.write(
        "secret",
        body="Nobody else.\n",
        summary="In short.",
        by="cleo",
        owner="cleo.marsh",
        audience="restricted",
        review_by="2026-03-01",
    )

    text = browse("").get(address(browse("cleo"))).text

    assert "Secret" in text
    assert "Nobody else" not in text
    assert "In short" not in text


def test_drafts_and_what_is_retired_are_not_in_it(world: World, browse: Browse, price: None) -> None:
    world.write("draft", owner="cleo.marsh", released=False, review_by="2026-03-01")
    world.write("gone", owner="cleo.marsh", review_by="2026-03-01")
    world.revise("price", title="A secret title", review_by="2026-09-09", released=False)
    with world.context(), saving():
        world.entry("gone").retire(by=world.person("milo"), reason="Nobody asks.")

    text = browse("").get(address(browse("cleo"))).text

    assert text.count("BEGIN:VEVENT") == 1
    assert "secret" not in text
    assert "20260909" not in text


def test_line_ends_in_a_title_add_nothing_to_it(world: World, browse: Browse) -> None:
    world.write("odd", title="A\r\nEND:VEVENT\r\nX:\x85B", owner="cleo.marsh", review_by="2026-03-01")

    answer = browse("").get(address(browse("cleo")))

    assert len(events(answer)) == 1
    assert answer.data.count(b"END:VEVENT\r\n") == 1


def test_a_text_whose_day_is_none_does_no_harm(world: World, browse: Browse) -> None:
    with world.context(), saving():
        pass
    world.write("price", owner="cleo.marsh", review_by="2026-03-01")
    with world.context(), saving():
        world.entry("price").review_by = "soon"

    assert events(browse("").get(address(browse("cleo")))) == []


# Nobody reads the calendar of another, and an address that was ended leads nowhere.


def test_another_address_ends_the_one_before(world: World, browse: Browse, price: None) -> None:
    cleo, anybody = browse("cleo"), browse("")
    before = address(cleo)

    assert form_of(cleo.get("/you/calendar"), "/you/calendar").send(cleo).status_code == 303

    assert anybody.get(before).status_code == 404
    assert events(anybody.get(address(cleo)))


def test_t64_it_ends_with_a_role_a_password_and_an_account(world: World, browse: Browse, price: None) -> None:
    anybody = browse("")
    ways = {
        "another role": lambda: world.person("cleo").take_role(Role.REP, by=world.person("ada")),
        "another password": lambda: world.person("cleo").set_password("hash"),
        "disabled": lambda: world.person("cleo").disable(),
    }
    for name, end in ways.items():
        with world.context():
            where = f"/calendar/{secret_in(world, 'cleo')}.ics"
        assert anybody.get(where).status_code == 200, name
        with world.context(), saving():
            end()
        assert anybody.get(where).status_code == 404, name
    with world.context(), saving():
        world.person("cleo").enable()
    assert anybody.get(where).status_code == 404, "letting somebody in again opens no address of old"


def test_nobody_guesses_an_address(world: World, browse: Browse, price: None) -> None:
    anybody = browse("")
    where = address(browse("cleo"))
    secret = where.removeprefix("/calendar/").removesuffix(".ics")
    payload, _, signature = secret.rpartition(".")
    other = address(browse("ana")).removeprefix("/calendar/").removesuffix(".ics")
    forged = [
        "1",
        "cleo.marsh",
        payload,
        f"{payload}.",
        f".{signature}",
        f"{other.rpartition('.')[0]}.{signature}",
        secret[:-1],
        secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        secret + "A",
        secret.swapcase(),
        "%00",
        "a" * 5000,
        "é",
        "..%2f..",
    ]
    missing = anybody.get("/calendar/nothing.ics")
    for each in forged:
        answer = anybody.get(f"/calendar/{each}.ics")
        assert answer.status_code == 404, each
        assert b"VCALENDAR" not in answer.data
    assert missing.status_code == 404
    assert anybody.client.post(where).status_code == 405


def test_a_stamp_of_another_page_opens_no_calendar(world: World, browse: Browse, price: None) -> None:
    cleo = browse("cleo")
    stamp = form_of(cleo.get("/notes/price/review"), "/review").values["opened"]

    assert browse("").get(f"/calendar/{stamp}.ics").status_code == 404


def test_each_person_has_an_address_of_their_own(world: World, browse: Browse, price: None) -> None:
    where = {who: address(browse(who)) for who in ("ana", "cleo", "milo")}

    assert len(set(where.values())) == 3
    assert events(browse("").get(where["ana"])) == []
    assert browse("").get("/you/calendar").status_code == 303


def test_taking_another_address_needs_the_token_of_ones_own_page(world: World, browse: Browse) -> None:
    cleo = browse("cleo")
    before = address(cleo)

    assert cleo.client.post("/you/calendar").status_code == 400
    assert browse("").client.post("/you/calendar").status_code == 400
    assert address(cleo) == before


def secret_in(world: World, who: str) -> str:
    with world.app.test_request_context():
        return secret_of(world.person(who))
