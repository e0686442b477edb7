"""What somebody may not know of leaves no trace: no title, no word, no count, no other answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import Version
from playbook.models.permission import GRANTS
from playbook.work import saving
from tests.kinds.samples import minimum
from tests.routes import Route, routes
from tests.web.forms import form_of
from tests.world import PEOPLE, Browser, World

Browse = Callable[[str], Browser]

WORD = "xylograph"  # stands in everything that is hidden and nowhere else
SECRET: dict[str, Any] = {
    "title": f"The {WORD} plan",
    "summary": f"About the {WORD}.",
    "tags": [WORD, "pricing"],
}
FOR_DANA: dict[str, Any] = {"audience": "restricted", "owner": "dana.okafor", "by": "dana"}

# Ways of asking that a list may answer differently.
ASKED = (
    "",
    "?q=price",
    f"?q={WORD}",
    "?q=xylo&kind=note",
    f"?q=pricing&tag={WORD}",
    "?persona=hidden-persona",
    "?persona=present-persona",
    "?q=pricing&persona=present-persona",
    "?page=2",
    "?as=document",
)


@pytest.fixture
def playbook(world: World) -> World:
    """What everybody may see, some of which points to what will be hidden."""
    world.write("price", body="The price, see [[hidden]].\n", tags=["pricing"], by="dana")
    world.revise("price", body="A price: [[hidden]] and [[hidden-persona]].\n", by="dana")
    world.write("buyer", kind="persona", **{**minimum(KINDS["persona"]), "title": "The buyer"})
    for number in range(9):  # so many that the shelf can be narrowed
        persona = ("buyer", "hidden-persona")[number % 2]
        world.write(f"discount-{number}", body="See [[price]].\n", tags=["pricing"], personas=[persona])
    return world


def hide(world: World) -> None:
    """Entries that Ana, Cleo and Milo may not know of, in every way that there is."""
    body = f"Words on the {WORD}, see [[price]], [[discount-1]] and [[buyer]].\n"
    world.write("hidden", body=body, **FOR_DANA, **SECRET)
    world.write("hidden-draft", body=body, released=False, **FOR_DANA, **SECRET)
    named = {"people": ["ada.field"], "teams": ["other"]}
    world.write("hidden-by-name", body=body, readers=named, **FOR_DANA, **SECRET)
    world.write("hidden-opening", body=body, **FOR_DANA, **SECRET)
    world.revise("hidden-opening", by="dana", audience="internal", released=False, body=f"Open {WORD}.\n")
    world.write(
        "hidden-persona", kind="persona", body=body, **FOR_DANA, **{**minimum(KINDS["persona"]), **SECRET}
    )
    with world.context(), saving():
        world.entry("hidden-persona").rename("present-persona", by=world.person("dana"))


def open_to(person: str, app: Flask) -> list[Route]:
    """What somebody of that role may ask for."""
    may = GRANTS[PEOPLE[person][1]]
    return [
        route
        for route in routes(app)
        if not route.writes and (route.allows is None or route.allows in may)
        if route.endpoint != "held.file"  # what is known of oneself grows with each request
    ]


def everything_said(browser: Browser, of: Iterable[Route]) -> dict[str, str]:
    """What every address answers, without what is new in each answer."""
    said = {}
    for route in of:
        for query in ASKED if "<" not in route.rule else ("", "?as=document"):
            answer = browser.client.get(route.address + query)
            told = f"{answer.status} {steady(answer.location or '')} {steady(answer.text)}"
            # How often something stood in a list grows with each list that is asked for here.
            counts = "/reports/" in route.rule or route.rule.startswith("/you/held")
            said[route.address + query] = re.sub(r"[0-9]", "", told) if counts else told
    return said


def steady(text: str) -> str:
    """An answer without proofs, ids of searches and times taken, which are new in each."""
    text = re.sub(r'(?:name="(?:csrf_token|opened)" value=|name="csrf-token"|X-CSRFToken)[^>]*', "", text)
    text = re.sub(r'((?:\b(?:q|id)=|value="))[0-9a-f-]{32,36}', r"\1", text)
    return re.sub(r'"took_ms": ?[0-9.]+|\d+(\.\d+)? ?(ms|seconds)\b', "", text)


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [
        f"{address}: {news(said, after[address])}"
        for address, said in before.items()
        if said != after[address]
    ]


def news(before: str, after: str) -> str:
    """The first line that one answer has and the other has not."""
    lines = set(before.splitlines())
    return next((line.strip()[:200] for line in after.splitlines() if line not in lines), "less than before")


@pytest.mark.parametrize("person", ["ana", "cleo", "milo"])
def test_t46_with_and_without_what_is_hidden_every_page_is_the_same(
    app: Flask, playbook: World, browse: Browse, person: str
) -> None:
    browser, of = browse(person), open_to(person, app)
    everything_said(browser, of)  # a page that is opened for the first time is counted, and tells so
    before = everything_said(browser, of)

    hide(playbook)

    after = everything_said(browser, of)
    assert len(before) > 100
    assert differences(before, after) == []


def test_j12_a_waiting_version_for_fewer_people_changes_no_page(
    app: Flask, playbook: World, browse: Browse
) -> None:
    ana, of = browse("ana"), open_to("ana", app)
    everything_said(ana, of)
    before = everything_said(ana, of)

    playbook.revise("price", released=False, body=f"The {WORD}.\n", **FOR_DANA, **SECRET)

    assert differences(before, everything_said(ana, of)) == []


def test_j12_who_writes_hears_that_a_version_waits_and_nothing_of_it(playbook: World, browse: Browse) -> None:
    playbook.revise("price", released=False, body=f"The {WORD}.\n", **FOR_DANA, **SECRET)
    cleo = browse("cleo")

    for address in (
        "/",
        "/notes/",
        "/notes/price",
        "/notes/price/versions",
        "/search?q=price",
        "/notes/price.md",
    ):
        answer = cleo.get(address)
        assert answer.status_code == 200
        assert WORD not in answer.text, address
    assert "a newer draft waits" in cleo.get("/notes/").text
    assert cleo.get("/notes/price/edit").status_code == 404


# Every way of asking for a version of an entry by a number that is not the shown one.
NUMBERED = (
    "/notes/price?version={}",
    "/notes/price.md?version={}",
    "/notes/price/diff?from={}&to=2",
    "/notes/price/diff?from=2&to={}",
    "/notes/price/diff?to={}",
)


@pytest.mark.parametrize("person", ["ana", "cleo", "milo"])
def test_t48_an_earlier_version_for_fewer_people_is_shown_in_no_form(
    world: World, browse: Browse, person: str
) -> None:
    world.write("price", body=f"The {WORD}.\n", **FOR_DANA, **SECRET)
    world.revise("price", by="dana", audience="internal", title="Price", summary="", tags=[], body="Open.\n")
    browser = browse(person)

    for address in NUMBERED:
        answer = browser.get(address.format(1))
        assert answer.status_code == 404, address
        assert WORD not in answer.text
    assert WORD not in browser.get("/notes/price/versions").text
    assert browse("dana").get(NUMBERED[0].format(1)).status_code == 200


def test_t59_a_version_that_the_writer_may_not_read_is_no_base_to_write_from(
    world: World, browse: Browse
) -> None:
    world.write("price", body=f"The {WORD}.\n", aside=f"{WORD} in a field of no form", **FOR_DANA, **SECRET)
    world.revise("price", by="dana", audience="internal", title="Price", summary="", tags=[], aside="",
                 body="Open.\n")  # fmt: skip
    cleo = browse("cleo")
    form = form_of(cleo.get("/notes/price/edit"), "/edit")
    kept = count_versions(world)

    form.values["base"] = "1"
    for answer in (
        form.send(cleo, body="Mine.\n"),
        form.send(cleo, body="Mine.\n", title=""),
        cleo.post("/notes/price/edit", {"base": "1", "document": "---\nkind: note\n---\nMine.\n"}),
        cleo.post("/notes/price/edit", {"base": "1"}),
    ):
        assert WORD not in answer.text
        assert answer.status_code == 404
    assert count_versions(world) == kept


def test_t59_a_program_writes_from_no_version_that_its_person_may_not_read(
    world: World, browse: Browse
) -> None:
    world.write("price", body=f"The {WORD}.\n", aside=f"{WORD}, an aside", **FOR_DANA, **SECRET)
    etag = browse("dana").get("/api/v1/entries/price").headers["ETag"]
    world.revise("price", by="dana", audience="internal", title="Price", summary="", tags=[], aside="",
                 body="Open.\n")  # fmt: skip
    cleo = browse("cleo")
    kept = count_versions(world)

    for body in ({"fields": {"title": "Mine"}, "body": "Mine.\n"}, {"body": "Mine.\n"}, {}):
        answer = cleo.client.put(
            "/api/v1/entries/price", json=body, headers={"If-Match": etag, "X-CSRFToken": cleo.token()}
        )
        assert answer.status_code in {404, 412, 422}, answer.status
        assert WORD not in answer.text
    for number in (1, 3):
        restored = cleo.client.post(
            "/api/v1/entries/price/restore", json={"version": number}, headers={"X-CSRFToken": cleo.token()}
        )
        assert restored.status_code == 404
        assert WORD not in restored.text
    assert count_versions(world) == kept


def test_t47_nothing_of_somebody_else_is_restored_proposed_or_signed_by_its_number(
    world: World, browse: Browse
) -> None:
    world.write("price", body=f"The {WORD}.\n", **FOR_DANA, **SECRET)
    world.revise("price", by="dana", audience="internal", title="Price", summary="", tags=[], body="Open.\n")
    world.revise("price", released=False, body=f"The {WORD} again.\n", **FOR_DANA, **SECRET)
    world.propose("price", by="dana")
    kept = count_versions(world)
    with world.context():
        signature = {"team": "owner", "hash": world.entry("price").newest.hash}

    for person in ("cleo", "milo"):
        for act in ("versions/1/restore", "versions/3/restore", "propose", "withdraw", "signatures"):
            answer = browse(person).post(f"/notes/price/{act}", signature if act == "signatures" else {})
            assert answer.status_code == 404, act
            assert WORD not in answer.text
    assert count_versions(world) == kept
    with world.context():
        assert world.entry("price").proposal is not None
    assert browse("ana").get("/notes/price").status_code == 200


def test_t58_each_entry_says_for_itself_who_may_read_it_whatever_points_to_it(
    world: World, browse: Browse
) -> None:
    world.write("open", body="See [[shut]].\n")
    world.write("shut", body=f"{WORD}, see [[open]] and [[inner]].\n", **FOR_DANA, **SECRET)
    world.write("inner", body="See [[shut]].\n")
    ana = browse("ana")

    assert ana.get("/notes/inner").status_code == ana.get("/notes/open").status_code == 200
    assert ana.get("/notes/shut").status_code == ana.get("/to/shut").status_code == 404
    for slug in ("open", "inner"):
        told = ana.get(f"/notes/{slug}").text
        assert WORD not in told
        assert told.count("/notes/shut") == 0


def test_j12_a_reader_learns_no_earlier_address_of_what_is_hidden(playbook: World, browse: Browse) -> None:
    hide(playbook)
    ana = browse("ana")

    # Texts point to hidden-persona; that it is present-persona now is nothing that Ana may learn.
    assert "/notes/discount-1" in ana.get("/search?q=pricing&persona=hidden-persona").text
    for address in ("/search?q=pricing&persona=present-persona", "/notes/?persona=present-persona"):
        assert "/notes/discount-1" not in ana.get(address).text
    dana = browse("dana")
    for address in ("/search?q=pricing&persona={}", "/notes/?persona={}"):
        assert "/notes/discount-1" in dana.get(address.format("present-persona")).text


def test_t51_nobody_is_told_what_somebody_else_has_read_or_asked(world: World, browse: Browse) -> None:
    world.write("price", body="Words on pricing.\n")
    cleo = browse("cleo")
    cleo.get("/notes/price")
    cleo.get("/search?q=zyzzyva")
    cleo.post("/notes/price/uses", {"type": "copy", "what": "body"})

    for person in ("ana", "milo", "dana"):
        browser = browse(person)
        for address in ("/", "/library", "/search", "/notes/", "/notes/price", "/notes/price/versions"):
            told = browser.get(address).text
            assert "Cleo" not in told, (person, address)
            assert "zyzzyva" not in told, (person, address)
    told = browse("milo").get("/reports/unused").text + browse("milo").get("/reports/unused.csv").text
    assert "Cleo" not in told
    assert "cleo.marsh" not in told


def count_versions(world: World) -> int:
    with world.context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Version)) or 0
