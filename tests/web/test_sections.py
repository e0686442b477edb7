"""One part of an entry is edited alone: nothing else changes, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playbook.document import Document
from playbook.models import Version
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]

BODY = "Lead.\r\n\r\n## One <b>\r\nFirst.\r\n\r\n\r\n## Two\r\nSecond.\nthird line end\r\n\r\n### Below\r\nDeep.\r\n"


def newest(world: World, slug: str) -> Version:
    with world.context():
        version = world.entry(slug).newest
        assert version.text
        return version


@pytest.fixture
def price(world: World) -> str:
    """A note with three parts."""
    world.write("price", body=BODY)
    return newest(world, "price").text


def test_each_heading_leads_those_who_may_revise_to_its_part(
    world: World, browse: Browse, price: str
) -> None:
    page, plain = browse("milo").get("/notes/price").text, browse("ana").get("/notes/price").text

    for part in ("one-b", "two", "below"):
        assert f'href="/notes/price/edit/{part}"' in page
    assert "Edit this part: One &lt;b&gt;" in page
    assert "edit/" not in plain


def test_a_part_is_shown_alone_and_saved_in_its_place(world: World, browse: Browse, price: str) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit/one-b"), "/edit/one-b")
    assert form.values["part_text"] == "## One <b>\r\nFirst."
    assert form.values["base"] == "1"

    answer = form.send(milo, part_text="## One\r\nChanged.\r\n", note="Why")

    assert (answer.status_code, answer.location) == (303, "/notes/price#u-one-b")
    landed = milo.get(answer.location).text
    assert "Version 2 is proposed. Readers see it once it is signed." in landed
    assert newest(world, "price").text == price.replace("## One <b>\r\nFirst.", "## One\r\nChanged.")
    assert newest(world, "price").note == "Why"


def test_a_part_holds_the_parts_below_it(world: World, browse: Browse, price: str) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit/two"), "/edit/two")
    assert form.values["part_text"].endswith("### Below\r\nDeep.")

    form.send(milo, part_text="## Two\r\nAlone.")

    assert newest(world, "price").text.endswith("First.\r\n\r\n\r\n## Two\r\nAlone.\r\n")


def test_a_part_sent_back_as_it_came_adds_no_version(world: World, browse: Browse, price: str) -> None:
    milo = browse("milo")
    for part in ("one-b", "two", "below"):
        assert form_of(milo.get(f"/notes/price/edit/{part}"), part).send(milo).status_code == 303

    assert newest(world, "price").number == 1
    assert newest(world, "price").text == price


def test_a_part_that_is_emptied_goes(world: World, browse: Browse, price: str) -> None:
    milo = browse("milo")
    form_of(milo.get("/notes/price/edit/one-b"), "one-b").send(milo, part_text=" ")

    assert "One" not in newest(world, "price").document.body
    assert newest(world, "price").document.body.startswith("Lead.\r\n\r\n## Two\r\n")


def test_what_somebody_else_saved_meanwhile_is_settled_in_the_whole_text(
    world: World, browse: Browse, price: str
) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit/one-b"), "one-b")
    world.revise("price", by="dana", body=BODY.replace("Deep.", "Deeper.").replace("First.", "Theirs."))

    answer = form.send(milo, part_text="## One\r\nMine.")

    assert answer.status_code == 409
    assert "Mine" in answer.text
    assert "Theirs" in answer.text
    assert newest(world, "price").number == 2


def test_a_part_that_is_gone_leads_to_the_whole(world: World, browse: Browse, price: str) -> None:
    milo = browse("milo")
    world.revise("price", by="dana", body="Nothing of it.\n", released=False)

    answer = milo.get("/notes/price/edit/one-b")

    assert (answer.status_code, answer.location) == (303, "/notes/price/edit")
    assert "not in the newest version" in milo.get("/notes/price/edit").text


def test_words_for_a_part_that_never_was_are_given_back(world: World, browse: Browse, price: str) -> None:
    milo = browse("milo")

    answer = milo.post("/notes/price/edit/never", {"base": "1", "part_text": "My <words>"})

    assert answer.status_code == 422
    assert "My &lt;words&gt;" in answer.text
    assert "There is no part" in answer.text


def test_what_is_wrong_with_a_part_is_named_and_the_words_come_back(
    world: World, browse: Browse, price: str
) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit/two"), "two")

    answer = form.send(milo, part_text="x" * 200_100)

    assert answer.status_code == 422
    assert "200,000 is the most" in answer.text
    assert form_of(answer, "two").values["part_text"] == "x" * 200_100


def test_a_part_is_previewed_without_scripts(world: World, browse: Browse, price: str) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit/two"), "two")

    answer = form.send(milo, button="preview", part_text="## Two\r\nSome *words*.")

    assert "<em>words</em>" in answer.text
    assert form_of(answer, "two").values["part_text"] == "## Two\r\nSome *words*."
    assert newest(world, "price").number == 1


def test_a_draft_of_a_part_is_gone_on_with_and_ends_when_it_is_saved(
    world: World, browse: Browse, price: str
) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit/two"), "two")
    name = form.values["draft"]
    kept = milo.post(
        "/drafts/notes/price", {**form.values.to_dict(), "part_text": "## Two\r\nHalf a thought"}
    )
    assert kept.status_code < 400, kept.text

    again = milo.get(f"/notes/price/edit/two?draft={name}")
    assert form_of(again, "two").values["part_text"] == "## Two\r\nHalf a thought"
    assert "Half a thought" in milo.get(f"/drafts/{name}").text
    form_of(again, "two").send(milo)

    assert "Half a thought" in newest(world, "price").text
    assert milo.get(f"/drafts/{name}").status_code == 404


def test_a_part_of_what_is_hidden_is_not_there(world: World, browse: Browse) -> None:
    world.write("secret", by="dana", audience="restricted", owner="dana.okafor", body="## One\nSecret.\n")
    milo, ana, stranger = browse("milo"), browse("ana"), browse("")

    for address in ("/notes/secret/edit/one", "/notes/nothing/edit/one"):
        assert milo.get(address).status_code == 404
        assert milo.post(address, {"base": "1", "part_text": "x"}).status_code == 404
        assert ana.get(address).status_code == 403
        assert ana.post(address, {"base": "1", "part_text": "x"}).status_code == 403
        assert stranger.get(address).status_code == 303
    assert milo.client.post("/notes/secret/edit/one", data={"base": "1"}).status_code == 400


def test_the_fields_of_the_document_are_left_as_they_were_written(world: World, browse: Browse) -> None:
    world.write("plain", body="## One\nWords.\n", tags=["a"])
    before = newest(world, "plain").document
    milo = browse("milo")

    form_of(milo.get("/notes/plain/edit/one"), "one").send(milo, part_text="## One\n---\ntitle: no\n---\n")

    after = newest(world, "plain").document
    assert after.fields == before.fields
    assert Document.parse(after.text).body == "## One\n---\ntitle: no\n---\n"
