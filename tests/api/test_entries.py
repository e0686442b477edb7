from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.models import EventType, UsageEvent
from tests.api.programs import Program, refused
from tests.world import World

Programs = Callable[..., Program]


def slugs(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["slug"] for item in answer.json["items"]]


def test_a_list_holds_what_its_reader_may_know_of(world: World, program: Programs) -> None:
    world.write("b-released")
    world.write("a-draft", released=False)
    world.write("c-hidden", audience="restricted", owner="dana.okafor", by="dana")

    assert slugs(program("ana").get("/entries")) == ["b-released"]
    assert slugs(program("cleo").get("/entries")) == ["a-draft", "b-released"]
    assert slugs(program("ada").get("/entries")) == ["a-draft", "b-released", "c-hidden"]


def test_a_list_is_narrowed(world: World, program: Programs) -> None:
    world.write("discovery", kind="stage", order=1)
    world.write("persona-cfo", kind="persona", role_in_purchase="coach")
    world.write("of-both", personas=["persona-cfo"], body="After [[discovery]].\n")
    world.write("of-one", body="See [[persona-cfo]].\n", owner="ana.ruiz")
    world.write("draft", released=False)
    world.write("due", review_by="2020-01-01")
    world.write("waiting")
    world.revise("waiting", body="More.\n", released=False)
    world.propose("waiting")
    world.write("drafted")
    world.revise("drafted", body="More.\n", released=False)
    ask = program("milo").get

    assert slugs(ask("/entries?kind=note")) == ["draft", "drafted", "due", "of-both", "of-one", "waiting"]
    assert slugs(ask("/entries?persona=persona-cfo")) == ["of-both", "of-one"]
    assert slugs(ask("/entries?persona=persona-cfo&stage=discovery")) == ["of-both"]
    assert slugs(ask("/entries?persona=nobody-such")) == []
    assert slugs(ask("/entries?owner=ana.ruiz")) == ["of-one"]
    assert slugs(ask("/entries?status=draft")) == ["draft"]
    assert slugs(ask("/entries?status=proposed")) == ["waiting"]
    assert slugs(ask("/entries?status=review%20due")) == ["due"]
    assert slugs(ask("/entries?status=agreed&kind=note")) == ["drafted", "of-both", "of-one"]
    assert slugs(program("ana").get("/entries?status=proposed")) == []
    assert slugs(program("ana").get("/entries?status=agreed&kind=note")) == [
        "drafted",
        "of-both",
        "of-one",
        "waiting",
    ]
    assert slugs(ask("/entries?status=superseded")) == []
    assert slugs(ask("/entries?status=retired")) == []
    assert slugs(ask("/entries?updated_since=2999-01-01T00:00:00Z")) == []
    assert len(slugs(ask("/entries?updated_since=2020-01-01T02:00:00%2B02:00"))) == 8


def test_nothing_points_to_what_the_reader_may_not_know_of(world: World, program: Programs) -> None:
    hidden = {"audience": "restricted", "owner": "dana.okafor", "by": "dana"}
    world.write("persona-secret", kind="persona", role_in_purchase="coach", **hidden)
    world.write("pointing", body="[[persona-secret]]\n")

    assert slugs(program("ana").get("/entries?persona=persona-secret")) == []
    assert slugs(program("ada").get("/entries?persona=persona-secret")) == ["pointing"]


def test_a_list_comes_in_pages_with_links_between_them(world: World, program: Programs) -> None:
    for number in range(5):
        world.write(f"note-{number}")
    answer = program("ana").get("/entries?kind=note&per_page=2&page=2")

    assert slugs(answer) == ["note-2", "note-3"]
    assert (answer.json["total"], answer.json["page"], answer.json["per_page"]) == (5, 2, 2)
    links = dict(reversed(part.split("; ")) for part in answer.headers["Link"].split(", "))
    at = "<http://localhost/api/v1/entries?kind=note&per_page=2&page="
    assert links == {
        'rel="first"': f"{at}1>",
        'rel="prev"': f"{at}1>",
        'rel="next"': f"{at}3>",
        'rel="last"': f"{at}3>",
    }
    assert slugs(program("ana").get("/entries?per_page=2&page=9")) == []


def test_t105_a_page_is_never_longer_than_a_hundred(world: World, program: Programs) -> None:
    for number in range(102):
        world.write(f"note-{number:03}")
    ask = program("ana").get

    longest = ask("/entries?per_page=999999999")
    assert len(slugs(longest)) == 100
    assert longest.json["per_page"] == 100
    assert slugs(ask("/entries?per_page=100&page=999999999")) == []
    for typed in ("-1", "0", "1000000000", "1e9"):
        refused(ask(f"/entries?per_page={typed}"), 422, "per_page")


@pytest.mark.parametrize(
    "query",
    [
        "filter[password_hash]~=a%25",
        "sort=token_hash",
        "order_by=id",
        "fields=password_hash",
        "kind=note&kind=play",
        "q=x",
    ],
)
def test_t54_a_list_is_narrowed_by_nothing_but_what_it_says(program: Programs, query: str) -> None:
    refused(program("ada", scope="admin").get(f"/entries?{query}"), 422)


@pytest.mark.parametrize("typed", ["-x", "--help", "0x1", "1e3", "٣", "+1", " 1", "1_0", "1.0", ""])
def test_t63_numbers_are_ascii_digits(world: World, program: Programs, typed: str) -> None:
    world.write("price")
    ask = program("ana").get
    for name in ("page", "per_page"):
        refused(ask("/entries", query_string={name: typed}), 422, name)
    refused(ask("/entries/price", query_string={"version": typed}), 422, "version")
    refused(ask("/entries/price", query_string={"as_of": typed}), 422, "as_of")
    refused(ask("/entries/price/diff", query_string={"from": typed, "to": "1"}), 422, "from")
    refused(ask(f"/entries/price/versions/{typed or '0'}"), 404)


@pytest.mark.parametrize(
    "moment",
    ["2026-13-01T00:00:00Z", "2026-01-01", "yesterday", "2026-01-01T00:00:00", "٢026-01-01T00:00:00Z"],
)
def test_a_moment_is_rfc_3339(program: Programs, moment: str) -> None:
    refused(program("ana").get("/entries", query_string={"updated_since": moment}), 422, "updated_since")


def test_an_entry_is_told_whole(world: World, program: Programs) -> None:
    world.write("persona-cfo", kind="persona", role_in_purchase="coach", title="CFO")
    world.write(
        "price",
        body="# Hello\n\nSee [[persona-cfo]] and [[not-there]].\n",
        summary="Short.",
        owner="ana.ruiz",
    )

    answer = program("ana").get("/entries/price")

    told = answer.json
    assert told["slug"] == "price"
    assert told["kind"] == "note"
    assert told["state"] == "agreed"
    assert told["fields"] == {"kind": "note", "summary": "Short.", "owner": "ana.ruiz", "title": "Price"}
    assert told["body"].startswith("# Hello\n")
    assert "Hello</h" in told["html"]
    assert (told["version"], told["agreed"], told["newest"]) == (1, 1, 1)
    assert told["author"] == "milo.brandt"
    assert told["at"].endswith("Z")
    assert told["url"] == "/notes/price"
    assert told["links"] == [
        {"field": "body", "slug": "persona-cfo", "title": "CFO", "kind": "persona"},
        {"field": "body", "slug": "not-there", "title": None, "kind": None},
    ]
    assert told["retired"] is None


def test_readers_are_told_the_agreed_version_and_writers_that_another_waits(
    world: World, program: Programs
) -> None:
    world.write("price")
    world.revise("price", body="Waiting words.\n", released=False)

    for_ana, for_cleo = (program(name).get("/entries/price").json for name in ("ana", "cleo"))

    assert (for_ana["version"], for_ana["newest"]) == (1, 1)
    assert (for_cleo["version"], for_cleo["newest"]) == (1, 2)
    refused(program("ana").get("/entries/price?version=2"), 404)
    assert program("cleo").get("/entries/price?version=2").json["body"] == "Waiting words.\n"


def test_what_readers_saw_on_a_day_can_be_asked_for(
    world: World, program: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from playbook import clock

    for day, word in ((1, "first"), (3, "second"), (5, "third")):
        monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 3, day, 12, tzinfo=UTC))
        if day == 1:
            world.write("price", body=f"{word}\n")
        else:
            world.revise("price", body=f"{word}\n")
    ana = program("ana")

    def body(day: str) -> str:
        told: str = ana.get(f"/entries/price?as_of={day}").json["body"]
        return told

    assert body("2026-03-01") == body("2026-03-02") == "first\n"
    assert body("2026-03-03") == "second\n"
    assert body("2026-03-05") == "third\n"
    refused(ana.get("/entries/price?as_of=2026-03-06"), 422, "as_of")
    refused(ana.get("/entries/price?as_of=9999-12-31"), 422, "as_of")
    refused(ana.get("/entries/price?as_of=2026-02-28"), 404)
    refused(ana.get("/entries/price?as_of=2026-02-30"), 422, "as_of")
    refused(ana.get("/entries/price?as_of=2026-03-01&version=1"), 422, "as_of")


def test_an_old_slug_leads_to_the_present_one(world: World, program: Programs) -> None:
    from playbook.work import saving

    world.write("price")
    with world.context(), saving():
        world.entry("price").rename("cost", by=world.person("milo"))
    milo = program("milo")

    for address in ("/entries/price", "/entries/price/versions", "/entries/price/versions/1"):
        answer = milo.get(f"{address}?x=1" if address.endswith("s") else address)
        if answer.status_code == 422:
            answer = milo.get(address)
        assert answer.status_code == 308
        assert answer.location == "/api/v1" + address.replace("price", "cost")
    moved = milo.get("/entries/price?version=1")
    assert moved.location == "/api/v1/entries/cost?version=1"


def test_a_program_reads_and_nobody_has_viewed(world: World, program: Programs) -> None:
    world.write("price")

    program("ana").get("/entries/price")
    program("ana").get("/entries")

    with world.context():
        types = list(db.session.scalars(sa.select(UsageEvent.type)))
    assert types == [EventType.MACHINE_OPEN]


def test_what_is_retired_says_so_and_stands_in_no_list(world: World, program: Programs) -> None:
    world.write("old")
    world.write("new")
    milo = program("milo")

    retired = milo.post("/entries/old/retire", {"reason": "Replaced.", "successor": "new"})

    assert retired.status_code == 200, retired.text
    assert retired.json["state"] == "retired"
    ana = program("ana")
    told = ana.get("/entries/old").json
    assert (told["retired"]["reason"], told["retired"]["successor"]) == ("Replaced.", "new")
    assert slugs(ana.get("/entries")) == ["new"]
    assert slugs(ana.get("/entries?status=retired")) == ["old"]
    refused(milo.post("/entries/old/retire", {"reason": "Otherwise."}), 409)
    refused(milo.post("/entries/new/retire", {"reason": " "}), 422, "reason")
    refused(milo.post("/entries/new/retire", {"reason": "x", "successor": "not-there"}), 422, "successor")
    refused(milo.post("/entries/new/retire", {"reason": "x", "successor": "new"}), 422, "successor")
    refused(milo.put("/entries/old", {"fields": {}, "body": ""}, etag='"x"'), 412)
