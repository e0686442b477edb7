"""The preview says what readers will see, and of what others it says nothing."""

from __future__ import annotations

from collections.abc import Callable

from playbook.work import saving
from tests.markdown.judge import elements
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def links(html: str) -> list[dict[str, str]]:
    return [attributes for tag, attributes in elements(html) if tag == "a"]


def test_links_to_entries_are_told_from_those_that_lead_nowhere(world: World, browse: Browse) -> None:
    world.write("price", title="The price")
    world.write("secret", by="dana", audience="restricted", owner="dana.okafor")

    answer = browse("milo").post(
        "/preview",
        {"body": "[[price]], [[nowhere|that]], [[secret]], [out](https://example.com) and [here](#top)."},
    )

    assert answer.status_code == 200
    found = {link["href"]: link for link in links(answer.text)}
    assert "class" not in found["/to/price"]
    assert found["/to/nowhere"]["class"] == "unwritten"
    assert found["/to/secret"]["class"] == "unwritten", "what is hidden looks like what is not there"
    assert "class" not in found["https://example.com"]
    assert "class" not in found["#u-top"]
    assert "<code>nowhere</code>, <code>secret</code>" in answer.text


def test_an_address_that_an_entry_had_before_leads_somewhere(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    with world.context(), saving():
        world.entry("price").rename("cost", by=world.person("ada"))

    assert "Leads nowhere" not in milo.post("/preview", {"body": "[[price]] [[cost]]"}).text


def test_what_cannot_be_laid_out_is_named_and_leaves_the_last_one_alone(world: World, browse: Browse) -> None:
    answer = browse("milo").post("/preview", {"body": "x" * 200_001})

    assert answer.status_code == 422
    assert "200,000 is the most" in answer.text
    assert answer.headers["HX-Retarget"] == "#preview-faults"
    assert "<h1" not in answer.text


def test_a_whole_document_is_previewed_by_its_body(world: World, browse: Browse) -> None:
    milo = browse("milo")

    shown = milo.post("/preview", {"document": "---\ntitle: Not shown\n---\nSome *words*.\n"})
    faulty = milo.post("/preview", {"document": "---\ntitle: a\ntitle: b\n---\nWords.\n"})

    assert "<em>words</em>" in shown.text
    assert "Not shown" not in shown.text
    assert faulty.status_code == 422
    assert "Line 3" in faulty.text


def test_the_whole_text_is_previewed_without_scripts_too(world: World, browse: Browse) -> None:
    world.write("price", body="Before.\n")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit?as=document"), "/edit")

    answer = form.send(milo, button="preview", document="---\ntitle: Price\n---\nSome *words*.\n", note="Why")

    assert answer.status_code == 200
    assert "<em>words</em>" in answer.text
    again = form_of(answer, "/edit")
    assert again.values["document"] == "---\r\ntitle: Price\r\n---\r\nSome *words*.\r\n"
    assert again.values["note"] == "Why"
    faulty = form.send(milo, button="preview", document="---\ntitle: [\n---\nWords.\n")
    assert "Line" in faulty.text
    assert "title: [" in form_of(faulty, "/edit").values["document"]


def test_a_fault_in_the_whole_text_is_named_with_its_line(world: World, browse: Browse) -> None:
    world.write("price", kind="tough_question", category="price", answer_30s="Yes.")
    milo = browse("milo")
    form = form_of(milo.get("/tough-questions/price/edit?as=document"), "/edit")

    answer = form.send(
        milo, document="---\nkind: tough_question\ntitle: Price\nanswer_30s: Yes.\ncategory: no-such\n---\n"
    )

    assert answer.status_code == 422
    assert '<line-jump for="document" line="5">' in answer.text


def test_the_preview_is_for_those_who_write(world: World, browse: Browse) -> None:
    milo, ana, stranger = browse("milo"), browse("ana"), browse("")

    assert ana.post("/preview", {"body": "x"}).status_code == 403
    assert milo.client.post("/preview", data={"body": "x"}).status_code == 400
    token = stranger.token("/sign-in")
    assert stranger.client.post("/preview", data={"body": "x", "csrf_token": token}).status_code == 401
