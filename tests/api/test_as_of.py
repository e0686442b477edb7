from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
import time_machine

from playbook.db import db
from playbook.models import UsageEvent
from playbook.work import saving
from tests.api.programs import MARKDOWN, Program, refused
from tests.world import World

Programs = Callable[..., Program]

SECRET = "xylograph"


@contextmanager
def at(day: int) -> Iterator[None]:
    """That day of March 2026, at noon."""
    with time_machine.travel(f"2026-03-{day:02}T12:00:00Z", tick=False):
        yield


@pytest.fixture
def past(world: World) -> World:
    """A price and a persona, agreed on 2 March and otherwise on 5 March."""
    with at(2):
        world.write("cfo", kind="persona", title="Old CFO", role_in_purchase="economic_buyer")
        world.write("price", title="Old price", body="Old words.\n", personas=["cfo"], owner="ana.ruiz")
    with at(5):
        world.write("later", title="Later")
        world.revise("cfo", title="New CFO")
        world.revise("price", title="New price", body="New words.\n", owner="cleo.marsh", personas=[])
    return world


def slugs(asking: Program, query: str) -> list[str]:
    answer = asking.get(f"/entries?{query}")
    assert answer.status_code == 200, answer.text
    assert answer.json["total"] == len(answer.json["items"])
    return [each["slug"] for each in answer.json["items"]]


def test_an_entry_is_told_as_it_stood(past: World, program: Programs) -> None:
    told = program("ana").get("/entries/price?as_of=2026-03-03").json

    assert (told["title"], told["body"], told["owner"]) == ("Old price", "Old words.\n", "ana.ruiz")
    assert (told["version"], told["agreed"], told["newest"], told["state"]) == (1, 1, 1, "agreed")
    assert [(link["slug"], link["title"]) for link in told["links"]] == [("cfo", "Old CFO")]
    assert told["released_at"].startswith("2026-03-02")


def test_its_text_is_told_byte_for_byte(past: World, program: Programs) -> None:
    with past.context():
        first = past.entry("price").version(1).text

    assert program("ana").text("/entries/price?as_of=2026-03-03") == first.encode()


@pytest.mark.parametrize("form", ["application/json", MARKDOWN])
def test_every_day_has_an_etag_of_its_own(past: World, program: Programs, form: str) -> None:
    ana, accept = program("ana"), {"Accept": form}
    tags = {
        ana.get(f"/entries/price{query}", headers=accept).headers["ETag"]
        for query in ("", "?as_of=2026-03-03", "?as_of=2026-03-04", "?as_of=2026-03-05")
    }
    assert len(tags) == 4

    held = ana.get("/entries/price?as_of=2026-03-03", headers=accept).headers["ETag"]
    again = ana.get("/entries/price?as_of=2026-03-03", headers={**accept, "If-None-Match": held})
    assert again.status_code == 304


def test_what_was_not_agreed_yet_is_not_found(past: World, program: Programs) -> None:
    refused(program("ana").get("/entries/later?as_of=2026-03-03"), 404)
    refused(program("cleo").get("/entries/price?as_of=2026-03-01"), 404)


@pytest.mark.parametrize("address", ["/entries/price", "/entries", "/search"])
def test_a_day_that_lies_ahead_or_is_none_is_refused_by_name(
    past: World, program: Programs, address: str
) -> None:
    ana = program("ana")
    with time_machine.travel("2026-12-24T23:00:00Z", tick=False):
        assert ana.get(f"{address}?as_of=2026-12-24").status_code == 200
        refused(ana.get(f"{address}?as_of=2026-12-25"), 422, "as_of")
    for typed in ("junk", "2026-02-30", ""):
        refused(ana.get(f"{address}?as_of={typed}"), 422, "as_of")


def test_a_list_is_that_of_the_day(past: World, program: Programs) -> None:
    ana = program("ana")

    assert slugs(ana, "as_of=2026-03-01") == []
    assert slugs(ana, "as_of=2026-03-03") == ["cfo", "price"]
    assert slugs(ana, "as_of=2026-03-05") == ["cfo", "later", "price"]
    [cfo, price] = ana.get("/entries?as_of=2026-03-03").json["items"]
    assert (price["title"], price["version"], price["owner"]) == ("Old price", 1, "ana.ruiz")
    assert cfo["changed_at"].startswith("2026-03-02")


def test_a_list_of_a_day_is_narrowed_by_what_was_said_then(past: World, program: Programs) -> None:
    ana = program("ana")

    assert slugs(ana, "as_of=2026-03-03&kind=note") == ["price"]
    assert slugs(ana, "as_of=2026-03-03&owner=ana.ruiz") == ["price"]
    assert slugs(ana, "as_of=2026-03-05&owner=ana.ruiz") == []
    assert slugs(ana, "as_of=2026-03-03&persona=cfo") == ["price"]
    assert slugs(ana, "as_of=2026-03-05&persona=cfo") == []
    assert slugs(ana, "as_of=2026-03-05&updated_since=2026-03-04T00:00:00Z") == ["cfo", "later", "price"]
    assert slugs(ana, "as_of=2026-03-04&updated_since=2026-03-04T00:00:00Z") == []
    assert slugs(ana, "as_of=2026-03-03&status=agreed") == ["cfo", "price"]
    for status in ("draft", "proposed", "retired", "superseded"):
        refused(program("cleo").get(f"/entries?as_of=2026-03-03&status={status}"), 422, "status")


def test_what_was_due_that_day_is_told_to_be(world: World, program: Programs) -> None:
    with at(2):
        world.write("price", review_by="2026-03-05")
    ana = program("ana")

    assert slugs(ana, "as_of=2026-03-05&status=review+due") == []
    assert slugs(ana, "as_of=2026-03-06&status=review+due") == ["price"]
    assert slugs(ana, "as_of=2026-03-06&status=agreed") == []
    for day, state in (("05", "agreed"), ("06", "review due")):
        told = ana.get(f"/entries/price?as_of=2026-03-{day}").json
        assert (told["state"], told["review_by"]) == (state, "2026-03-05")


def test_pages_of_a_list_keep_the_day(past: World, program: Programs) -> None:
    answer = program("ana").get("/entries?as_of=2026-03-03&per_page=1")

    assert answer.json["total"] == 2
    assert "as_of=2026-03-03" in answer.headers["Link"]


def test_a_search_is_that_of_the_day(past: World, program: Programs) -> None:
    ana = program("ana")

    old = ana.get("/search?q=price&as_of=2026-03-03").json
    assert [each["title"] for each in old["results"]] == ["Old price"]
    assert [each["label"] for each in old["facets"]["persona"]] == ["Old CFO"]
    assert ana.get("/search?q=new&as_of=2026-03-03").json["total"] == 0
    assert [each["title"] for each in ana.get("/search?q=price&as_of=2026-03-05").json["results"]] == [
        "New price"
    ]
    with past.context(), saving():
        past.entry("price").retire(by=past.person("milo"), reason="It is over.")
    assert ana.get("/search?q=price&as_of=2026-03-03").json["total"] == 1


@pytest.mark.parametrize("who", ["ana", "cleo", "milo", "ada"])
def test_drafts_and_proposals_are_told_of_no_day(past: World, program: Programs, who: str) -> None:
    needed = {"summary": "Words.", "owner": "milo.brandt", "audience": "internal"}
    with at(6):
        past.write("proposed", by="cleo", released=False, title=f"{SECRET} proposed", **needed)
        past.propose("proposed", by="cleo")
        past.revise("price", by="cleo", released=False, title=f"{SECRET} price", body=f"{SECRET}\n", **needed)
        past.propose("price", by="cleo")
    asking = program(who)

    for address in ("/entries", "/entries/price", "/entries/cfo", "/search", "/search?q=price"):
        answer = asking.get(f"{address}{'&' if '?' in address else '?'}as_of=2026-03-06")
        assert answer.status_code == 200
        assert SECRET not in answer.text
    assert asking.get(f"/search?q={SECRET}&as_of=2026-03-06").json["total"] == 0
    refused(asking.get("/entries/proposed?as_of=2026-03-06"), 404)


def test_a_restricted_version_is_told_to_those_it_names(world: World, program: Programs) -> None:
    with at(2):
        world.write("price", by="dana", title=SECRET, audience="restricted", owner="dana.okafor")
    with at(4):
        world.revise("price", by="dana", title="For all", audience="internal")

    for who, may in (("ana", False), ("milo", False), ("dana", True), ("ada", True)):
        asking = program(who)
        assert (asking.get("/entries/price?as_of=2026-03-03").status_code == 200) is may
        assert (slugs(asking, "as_of=2026-03-03") == ["price"]) is may
        assert (asking.get(f"/search?q={SECRET}&as_of=2026-03-03").json["total"] == 1) is may


def test_what_is_past_is_no_use_of_what_readers_see_today(past: World, program: Programs) -> None:
    assert program("ana").get("/entries/price?as_of=2026-03-03").status_code == 200

    with past.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(UsageEvent)) == 0


def test_what_is_told_of_a_day_cannot_be_written_over(past: World, program: Programs) -> None:
    held = program("cleo").get("/entries/price?as_of=2026-03-03").headers["ETag"]

    answer = program("cleo").put(
        "/entries/price", {"fields": {"title": "Mine"}, "body": "Mine.\n"}, etag=held
    )

    refused(answer, 412)
