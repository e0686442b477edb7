from __future__ import annotations

from collections.abc import Callable
from typing import Any

import html5lib
import pytest
import sqlalchemy as sa
from markupsafe import escape
from werkzeug.test import TestResponse

from playbook.content.starter import load_starter
from playbook.db import db
from playbook.kinds import KINDS, Form, Kind
from playbook.models import Entry, Version
from tests.kinds.samples import an_example, minimum
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def versions(world: World, slug: str) -> list[Version]:
    with world.context():
        query = (
            sa.select(Version)
            .where(Version.entry_id == world.entry(slug).id)
            .order_by(Version.number)
            .options(sa.orm.undefer(Version.text))
            .execution_options(populate_existing=True)
        )
        return list(db.session.scalars(query))


def test_a_form_sent_back_as_it_came_adds_no_version(world: World, browse: Browse) -> None:
    with world.context():
        load_starter()
        paths = [entry.path for entry in db.session.query(Entry)]
        before = db.session.query(Version).count()
    milo = browse("milo")

    for address in (*paths, *(f"{path}/edit?as=document" for path in paths[::8])):
        path = address.partition("/edit")[0]
        page = milo.get(f"/{path}/edit" if path == address else f"/{address}")
        answer = form_of(page, f"/{path}/edit").send(milo)
        assert (answer.status_code, answer.location) == (303, f"/{path}"), answer.text

    assert len(paths) == 59
    with world.context():
        assert db.session.query(Version).count() == before


def test_saving_changes_only_what_was_typed(world: World, browse: Browse) -> None:
    text = (
        "---\r\nkind: story   # a comment\r\ntitle: 'A number'\r\nhero: persona-cfo\r\n"
        "do_not_use_with: [ \"Banks\",'Insurers' ]\r\nsummary: >-\r\n  Folded\r\n  words.\r\n"
        "colour: red\r\n---\r\n## Short\r\nOnce.  \r\n"
    )
    with world.context():
        from playbook.document import Document
        from playbook.models import read
        from playbook.work import saving

        reading = read(Document.parse(text), kind=KINDS["story"], slug="a-number")
        with saving():
            Entry.draft(reading, slug="a-number", by=world.person("milo"))
    milo = browse("milo")

    answer = form_of(milo.get("/stories/a-number/edit"), "/edit").send(
        milo, hero="persona-controller", note="Other hero"
    )

    assert answer.status_code == 303
    first, second = versions(world, "a-number")
    assert second.text == text.replace("persona-cfo", "persona-controller")
    assert (second.note, first.note) == ("Other hero", "")


def test_the_body_keeps_its_line_ends_when_it_is_changed(world: World, browse: Browse) -> None:
    world.write("price", body="One.\r\n\r\nTwo.\r\n")
    milo = browse("milo")

    form_of(milo.get("/notes/price/edit"), "/edit").send(milo, body="One.\r\n\r\nTwo and more.\r\n")

    assert versions(world, "price")[1].document.body == "One.\r\n\r\nTwo and more.\r\n"


def test_a_body_with_line_ends_of_two_sorts_stays_as_it_is(world: World, browse: Browse) -> None:
    world.write("price", body="\nOne.\r\nTwo.\nThree.\r\n")
    milo = browse("milo")

    for address in ("/notes/price/edit", "/notes/price/edit?as=document"):
        assert form_of(milo.get(address), "/edit").send(milo).status_code == 303

    assert len(versions(world, "price")) == 1


def test_the_form_shows_what_is_written(world: World, browse: Browse) -> None:
    fields = {declared.name: an_example(declared) for declared in KINDS["tough_question"].all_fields}
    world.write("price", kind="tough_question", body="At length.\n", **fields)

    form = form_of(browse("milo").get("/tough-questions/price/edit"), "/edit")

    assert form.values["title"] == "Title, in a sentence"
    assert form.values["category"] == "price"
    assert form.values["evidence.1.claim"] == "Claim, in a sentence"
    assert form.values["review_by"] == "2027-03-31"
    assert form.values["do_not"] == "First of several"
    assert form.values["body"] == "At length.\r\n"
    assert form.values["base"] == "1"
    assert form.values["note"] == ""


def test_an_entry_of_every_kind_begins_with_few_fields(world: World, browse: Browse) -> None:
    cleo, ana = browse("cleo"), browse("ana")
    for kind in KINDS.values():
        form = form_of(cleo.get(f"/new/{kind.folder}"), f"/new/{kind.folder}")
        typed = {name: str(value) for name, value in minimum(kind).items()}

        answer = form.send(cleo, **{**typed, "title": f"My {kind.label}!", "body": "Words.\n"})

        slug = f"my-{kind.label.lower().replace(' ', '-')}"
        assert (answer.status_code, answer.location) == (303, f"/{kind.folder}/{slug}"), answer.text
        [version] = versions(world, slug)
        assert version.document.fields == {
            "kind": kind.name,
            **minimum(kind),
            "title": f"My {kind.label}!",
            "owner": "cleo.marsh",
        }
        assert version.document.body == "Words.\n"
        assert cleo.get(f"/{kind.folder}/{slug}").status_code == 200
        assert ana.get(f"/{kind.folder}/{slug}").status_code == 404, "a draft waits"


def test_a_form_with_nothing_in_it_says_what_is_needed(world: World, browse: Browse) -> None:
    cleo = browse("cleo")
    for kind in KINDS.values():
        form = form_of(cleo.get(f"/new/{kind.folder}"), f"/new/{kind.folder}")

        answer = form.send(cleo, note="Kept", body="Kept too", title="")

        assert answer.status_code == 422
        page = html5lib.parse(answer.text, namespaceHTMLElements=False)
        wrong = {element.get("name") for element in page.iter() if element.get("aria-invalid") == "true"}
        needed = {declared.name for declared in kind.all_fields if declared.to_draft}
        assert wrong == ({"title"} if kind.lenient else needed)
        linked = {element.get("href") for element in page.iter("a")}
        assert {f"#{name}" for name in wrong} <= linked
        assert {"Kept", "Kept too"} <= set(form_of(answer, f"/new/{kind.folder}").values.values())
    with world.context():
        assert db.session.query(Entry).count() == 0


def test_each_field_at_fault_is_named_beside_it_and_everything_comes_back(
    world: World, browse: Browse
) -> None:
    milo = browse("milo")
    form = form_of(milo.get("/new/triggers"), "/new/triggers")
    typed = {
        "title": "Audit finding",
        "type": "external",
        "half_life_days": "soon",
        "review_by": "2027-02-30",
        "signals.1.where": "The report",
        "signals.3.what": "A third row",
        "raises": "Not A Slug",
        "body": "Body <kept>",
        "note": "Note kept",
    }

    answer = form.send(milo, **typed)

    assert answer.status_code == 422
    again = form_of(answer, "/new/triggers").values
    for name, value in typed.items():
        if name == "raises":
            assert again[name].split() == value.split()
        elif name == "signals.3.what":
            assert again["signals.2.what"] == value, "rows count from 1"
        else:
            assert value in again.getlist(name), name
    for message in (
        "Stays warm must be a number.",
        "Review by must be a date such as 2026-03-01.",
        "What is seen is needed.",
        "Issues it raises must be a list of slugs.",
    ):
        assert answer.text.count(message) == 2, f"{message} stands at the top and beside the field"
    targets = {
        element.get("id") for element in html5lib.parse(answer.text, namespaceHTMLElements=False).iter()
    }
    linked = [
        element.get("href", "")[1:]
        for element in html5lib.parse(answer.text, namespaceHTMLElements=False).iter("a")
        if element.get("href", "").startswith("#") and element.get("href") != "#main"
    ]
    assert linked
    assert set(linked) <= targets, "each fault leads to its field"


def test_another_row_is_added_without_saving(world: World, browse: Browse) -> None:
    world.write("audit", kind="trigger", type="external", signals=[{"what": "One"}])
    milo = browse("milo")

    more = form_of(milo.get("/triggers/audit/edit"), "/edit").send(
        milo, button="row:add:signals", summary="Typed before"
    )
    form = form_of(more, "/edit")
    form.values.poplist("action")
    answer = form.send(milo, signals__2__what="Two")

    assert more.status_code == 200
    assert answer.status_code == 303
    _, version = versions(world, "audit")
    assert version.document.fields["signals"] == [{"what": "One"}, {"what": "Two"}]
    assert version.document.summary == "Typed before"


MILESTONES = [{"id": f"D{number}", "statement": f"Met {number}", "x-kept": number} for number in (1, 2, 3)]


def with_milestones(world: World, browse: Browse) -> Browser:
    world.write("discovery", kind="stage", order=2, exit_milestones=MILESTONES)
    return browse("milo")


def elements(answer: TestResponse) -> list[Any]:
    return list(html5lib.parse(answer.text, namespaceHTMLElements=False).iter())


def test_rows_are_moved_by_buttons_and_keep_what_the_form_does_not_show(world: World, browse: Browse) -> None:
    milo = with_milestones(world, browse)

    moved = form_of(milo.get("/stages/discovery/edit"), "/edit").send(
        milo, button="row:up:exit_milestones:3", title="Typed before"
    )
    cursor = [element for element in elements(moved) if "autofocus" in element.attrib]
    form = form_of(moved, "/edit")
    form.values.poplist("action")
    answer = form.send(milo)

    assert moved.status_code == 200
    assert [element.get("value") for element in cursor] == ["row:up:exit_milestones:2"]
    assert answer.status_code == 303
    document = versions(world, "discovery")[-1].document
    assert document.fields["exit_milestones"] == [MILESTONES[0], MILESTONES[2], MILESTONES[1]]
    assert document.title == "Typed before"


def test_a_row_taken_out_can_be_put_back_until_it_is_saved(world: World, browse: Browse) -> None:
    milo = with_milestones(world, browse)

    without = form_of(milo.get("/stages/discovery/edit"), "/edit").send(
        milo, button="row:remove:exit_milestones:2"
    )
    assert "Taken out: D2 · Met 2" in without.text
    back = form_of(without, "/edit").send(milo, button="row:back:exit_milestones:2")
    form = form_of(back, "/edit")
    form.values.poplist("action")
    assert form.send(milo).status_code == 303
    assert len(versions(world, "discovery")) == 1, "everything is as it was"

    form = form_of(without, "/edit")
    form.values.poplist("action")
    assert form.send(milo).status_code == 303
    assert versions(world, "discovery")[-1].document.fields["exit_milestones"] == MILESTONES[::2]


def test_a_fault_stands_in_the_row_that_has_it_whatever_was_moved_and_left_empty(
    world: World, browse: Browse
) -> None:
    milo = with_milestones(world, browse)
    form = form_of(milo.get("/stages/discovery/edit"), "/edit")
    form.values["exit_milestones.1._place"] = "3"
    form.values["exit_milestones.3._place"] = "1"

    answer = form.send(
        milo,
        exit_milestones__2__id="",
        exit_milestones__2__statement="",
        exit_milestones__1__statement="",
        exit_milestones__9___from="",
    )

    assert answer.status_code == 422
    [wrong] = [element for element in elements(answer) if element.get("aria-invalid") == "true"]
    assert wrong.get("name") == "exit_milestones.3.statement"
    assert form_of(answer, "/edit").values["exit_milestones.3.id"] == "D1"
    assert "Milestone is needed." in answer.text
    assert ("#exit_milestones-3-statement") in {element.get("href") for element in elements(answer)}


def test_what_holds_a_fault_is_open(browse: Browse) -> None:
    milo = browse("milo")
    for typed, fold in (
        ({"review_by": "2027-02-30"}, "before-it-is-agreed"),
        ({"slug": "No Slug"}, "more"),
        ({"expected_conversion": "half"}, ""),
    ):
        answer = form_of(milo.get("/new/stages"), "/new/stages").send(
            milo, title="Connect", order="1", **typed
        )

        page = elements(answer)
        [fault] = [element for element in page if element.get("aria-invalid") == "true"]
        assert fault.get("name") in typed
        holding = {
            element.get("id"): "open" in element.attrib
            for element in page
            if element.tag == "details" and fault in set(element.iter())
        }
        assert holding == ({fold: True} if fold else {})


def test_a_fresh_form_asks_for_four_fields_or_fewer_and_the_text(browse: Browse) -> None:
    cleo = browse("cleo")
    for kind in KINDS.values():
        page = elements(cleo.get(f"/new/{kind.folder}"))
        form = next(
            element for element in page if element.tag == "form" and "editor" in element.get("class", "")
        )
        folded = {
            field
            for fold in form.iter("details")
            if "open" not in fold.attrib
            for field in fold.iter()
            if field.tag in {"input", "select", "textarea"}
        }
        asked = {
            str(element.get("name")).split(".")[0]
            for element in form.iter()
            if element.tag in {"input", "select", "textarea"}
            and element not in folded
            and element.get("type") not in {"hidden", "checkbox"}
            and element.get("name")
        }
        assert {"title", "summary", "body"} <= asked
        assert len(asked - {"body"}) <= 4, kind.name


def test_what_an_agreement_still_needs_is_listed_with_ways_to_it(world: World, browse: Browse) -> None:
    milo = with_milestones(world, browse)

    page = milo.get("/stages/discovery/edit")

    wanted = {
        element.get("data-field")
        for element in elements(page)
        if element.get("data-field") and "hidden" not in element.attrib
    }
    assert wanted == {"summary", "entry", "audience", "review_by"}
    assert "4 things before this can be agreed:" in page.text
    assert {f"#{name}" for name in wanted} <= {element.get("href") for element in elements(page)}


def test_what_a_field_points_to_is_named_by_its_title(world: World, browse: Browse) -> None:
    world.write("persona-cfo", kind="persona", role_in_purchase="champion", title="The <CFO>")
    hidden = {"audience": "restricted", "owner": "dana.okafor", "title": "Plans of the board"}
    world.write("secret", kind="persona", role_in_purchase="champion", by="dana", **hidden)
    world.write(
        "price",
        kind="tough_question",
        category="price",
        answer_30s="Yes.",
        owner="ana.ruiz",
        co_owner="nobody",
    )
    world.revise("price", asked_by=["persona-cfo", "secret", "not-there"])
    milo = browse("milo")

    page = milo.get("/tough-questions/price/edit").text
    values = form_of(milo.get("/tough-questions/price/edit"), "/edit").values

    assert "The &lt;CFO&gt;" in page
    assert "Ana Ruiz" in page
    assert page.count("not written yet") == 2, "what is hidden looks like what is not there"
    assert "Plans of the board" not in page
    assert "nobody we know" in page
    assert values.getlist("asked_by") == ["persona-cfo", "secret", "not-there", ""]
    assert values.getlist("owner") == ["ana.ruiz", ""]


def test_without_scripts_what_is_typed_is_added_and_what_is_unticked_is_taken_out(
    world: World, browse: Browse
) -> None:
    world.write(
        "price",
        kind="tough_question",
        category="price",
        answer_30s="Yes.",
        owner="ana.ruiz",
        stages=["a", "b"],
    )
    milo = browse("milo")

    form_of(milo.get("/tough-questions/price/edit"), "/edit").send(
        milo, stages=["b", "c, d"], owner=["ana.ruiz", "cleo.marsh"]
    )

    fields = versions(world, "price")[-1].document.fields
    assert (fields["stages"], fields["owner"]) == (["b", "c", "d"], "cleo.marsh")


def test_the_preview_shows_the_body_as_readers_will_see_it(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")

    within = form_of(milo.get("/notes/price/edit"), "/edit").send(
        milo, button="preview", body="Some *words*."
    )
    alone = milo.post("/preview", {"body": "Some *words* <script>alert(1)</script>"})

    assert "<em>words</em>" in within.text
    assert form_of(within, "/edit").values["body"] == "Some *words*."
    assert "<em>words</em>" in alone.text
    assert "<script" not in alone.text
    assert "<html" not in alone.text
    assert len(versions(world, "price")) == 1


def test_a_body_that_is_too_long_is_refused_and_given_back(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    body = "word " * 50_000

    answer = form_of(milo.get("/notes/price/edit"), "/edit").send(milo, body=body)
    preview = milo.post("/preview", {"body": body})

    assert answer.status_code == 422
    assert form_of(answer, "/edit").values["body"] == body
    assert (preview.status_code, preview.text.count("word word") < 2) == (422, True)
    assert len(versions(world, "price")) == 1


def test_the_whole_document_can_be_typed(world: World, browse: Browse) -> None:
    world.write("price", body="Before.\n")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit?as=document"), "/edit")
    assert form.values["document"] == '---\r\nkind: note\r\ntitle: "Price"\r\n---\r\nBefore.\r\n'

    answer = form.send(
        milo, document="---\r\ntitle: Cost # and not price\r\ncolour: red\r\n---\r\nAfter.\r\n"
    )

    assert answer.status_code == 303
    assert versions(world, "price")[1].text == "---\ntitle: Cost # and not price\ncolour: red\n---\nAfter.\n"


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("---\ntitle: [Cost\n---\n", "Line 2"),
        ("---\ntitle: Cost\n", "not closed"),
        ("---\nkind: story\ntitle: Cost\n---\n", "kind must stay note"),
        ("---\ntitle: A\ntitle: B\n---\n", "Line 3"),
    ],
)
def test_a_document_that_cannot_be_read_is_given_back_with_the_line(
    world: World, browse: Browse, document: str, message: str
) -> None:
    world.write("price")
    milo = browse("milo")

    answer = form_of(milo.get("/notes/price/edit?as=document"), "/edit").send(
        milo, document=document, note="Kept"
    )

    assert answer.status_code == 422
    assert message in answer.text
    again = form_of(answer, "/edit").values
    assert (again["document"].replace("\r\n", "\n"), again["note"]) == (document, "Kept")
    assert len(versions(world, "price")) == 1


def test_a_kind_cannot_be_changed_by_the_address(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")

    assert milo.get("/stories/price/edit").status_code == 404
    assert milo.post("/stories/price/edit", {"base": "1", "title": "Price"}).status_code == 404


@pytest.mark.parametrize("base", ["", "x", "-1", "1e3", "٣", "0x1", "99999999999", "7"])
def test_a_base_that_is_none_is_refused_with_the_text_given_back(
    world: World, browse: Browse, base: str
) -> None:
    world.write("price")

    answer = browse("milo").post(
        "/notes/price/edit", {"base": base, "title": "Price", "body": "Typed <for> nothing?"}
    )

    assert answer.status_code in {400, 404}
    assert "Typed &lt;for&gt; nothing?" in answer.text
    assert len(versions(world, "price")) == 1


def test_what_a_contributor_saves_waits(world: World, browse: Browse) -> None:
    world.write("price", body="Agreed.\n")
    cleo, ana = browse("cleo"), browse("ana")

    page = cleo.get("/notes/price/edit")
    answer = form_of(page, "/edit").send(cleo, body="Proposed.\n")

    assert answer.status_code == 303
    assert "Agreed." in ana.get("/notes/price").text
    assert "Proposed." not in ana.get("/notes/price").text
    assert ana.get("/notes/price?version=2").status_code == 404


def test_what_cannot_be_proposed_is_not_saved_and_the_text_comes_back(world: World, browse: Browse) -> None:
    world.write("price", kind="tough_question", body="Agreed.\n", **minimum(KINDS["tough_question"]))
    cleo = browse("cleo")

    answer = form_of(cleo.get("/tough-questions/price/edit"), "/edit").send(
        cleo, body="Pushed.\n", propose="yes"
    )
    fresh = form_of(cleo.get("/new/notes"), "/new/notes").send(
        cleo, title="Pushed", body="See [[nowhere]].\n", propose="yes"
    )

    for refused in (answer, fresh):
        assert refused.status_code == 422
        assert "Pushed" in refused.text
        assert "untick “Propose it”" in refused.text
    assert "Ask first is needed before this can be agreed." in answer.text
    assert "Nothing is written at nowhere yet." in fresh.text
    assert len(versions(world, "price")) == 1
    with world.context():
        assert db.session.query(Entry).count() == 1


def test_what_is_proposed_while_saving_is_seen_once_it_is_signed(world: World, browse: Browse) -> None:
    world.write("price", body="Agreed.\n", owner="dana.okafor")
    milo, ana = browse("milo"), browse("ana")

    form_of(milo.get("/notes/price/edit"), "/edit").send(milo, body="Proposed.\n", propose="yes")
    form_of(milo.get("/new/notes"), "/new/notes").send(
        milo, title="At once", owner="dana.okafor", propose="yes"
    )

    assert "Agreed." in ana.get("/notes/price").text
    assert ana.get("/notes/at-once").status_code == 404
    for slug in ("price", "at-once"):
        world.sign(slug, by="dana")
    assert "Proposed." in ana.get("/notes/price").text
    assert ana.get("/notes/at-once").status_code == 200


def test_proposing_what_is_written_already_adds_no_version(world: World, browse: Browse) -> None:
    world.write("price", released=False, by="cleo")
    milo = browse("milo")

    form_of(milo.get("/notes/price/edit"), "/edit").send(milo, propose="yes")

    assert len(versions(world, "price")) == 1
    world.sign("price", by="dana")
    assert browse("ana").get("/notes/price").status_code == 200


def test_the_form_proposes_at_first_what_goes_on_from_something_agreed(world: World, browse: Browse) -> None:
    world.write("agreed")
    world.write("draft", released=False)
    world.write("lacking", kind="tough_question", **minimum(KINDS["tough_question"]))
    milo = browse("milo")

    for path, proposes in (
        ("/notes/agreed/edit", True),
        ("/notes/draft/edit", False),
        ("/tough-questions/lacking/edit", False),
        ("/new/notes", False),
    ):
        assert ("propose" in form_of(milo.get(path), path).values) is proposes, path


def test_the_address_comes_from_the_title_or_is_typed(world: World, browse: Browse) -> None:
    milo = browse("milo")
    made = {
        ("What it costs – all in", ""): "what-it-costs-all-in",
        ("Préis & Größe", ""): "preis-grosse",
        ("Typed", "my-own-one"): "my-own-one",
        ("价格", ""): "jie-ge",
        ("a" * 190, ""): "a" * 80,
    }
    for (title, slug), expected in made.items():
        answer = form_of(milo.get("/new/notes"), "/new/notes").send(milo, title=title, slug=slug)
        assert answer.location == f"/notes/{expected}", title


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Price", ""),
        ("Other", "price"),
        ("Other", ".."),
        ("Other", "Über"),
        ("???", ""),
        ("x", "a" * 121),
    ],
)
def test_an_address_that_cannot_be_is_refused_beside_it(
    world: World, browse: Browse, title: str, slug: str
) -> None:
    world.write("price", kind="story")
    milo = browse("milo")

    answer = form_of(milo.get("/new/notes"), "/new/notes").send(milo, title=title, slug=slug, body="Kept.")

    assert answer.status_code == 422
    page = html5lib.parse(answer.text, namespaceHTMLElements=False)
    assert [field.get("aria-invalid") for field in page.iter("input") if field.get("id") == "slug"] == [
        "true"
    ]
    assert form_of(answer, "/new/notes").values["body"] == "Kept."


def test_a_writer_who_opened_the_form_before_the_address_changed_can_still_save(
    world: World, browse: Browse
) -> None:
    world.write("price")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/edit"), "/edit")
    browse("dana").post("/notes/price/address", {"slug": "cost"})

    answer = form.send(milo, body="Mine.\n")

    assert (answer.status_code, answer.location) == (303, "/notes/cost")


def test_a_newer_version_for_fewer_people_is_not_shown_by_the_editor(world: World, browse: Browse) -> None:
    world.write("plan", body="For all.\n")
    cleo = browse("cleo")
    form = form_of(cleo.get("/notes/plan/edit"), "/edit")
    world.revise(
        "plan", by="dana", body="The secret.\n", audience="restricted", owner="dana.okafor", released=False
    )

    for answer in (
        cleo.get("/notes/plan/edit"),
        cleo.get("/notes/plan/edit?as=document"),
        form.send(cleo, body="Mine.\n"),
    ):
        assert answer.status_code == 404
        assert "secret" not in answer.text
    assert browse("dana").get("/notes/plan/edit").status_code == 200
    assert browse("ada").get("/notes/plan/edit").status_code == 200


def test_what_is_hidden_cannot_be_edited_and_looks_missing(world: World, browse: Browse) -> None:
    world.write("board", audience="restricted", owner="dana.okafor")
    cleo = browse("cleo")
    answers = [
        cleo.get("/notes/board/edit"),
        cleo.post("/notes/board/edit", {"base": "1", "title": "Mine"}),
        cleo.get("/notes/nothing/edit"),
        cleo.post("/notes/nothing/edit", {"base": "1", "title": "Mine"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[0].text.replace("board", "nothing") == answers[2].text
    assert len(versions(world, "board")) == 1


HOSTILE = (
    "\"><script>alert(1)</script> </textarea><script>alert(1)</script> 'onfocus=alert(1) autofocus=' "
    "{{ 7 * 7 }} ${7*7} {% raw %} </title><svg onload=alert(1)> </select></fieldset><form action=//evil>"
)


@pytest.mark.parametrize(
    "kind", [KINDS["tough_question"], KINDS["icp"], KINDS["stage"]], ids=lambda kind: kind.name
)
def test_whatever_is_typed_into_any_field_comes_back_as_text(browse: Browse, kind: Kind) -> None:
    milo = browse("milo")
    form = form_of(milo.get(f"/new/{kind.folder}"), f"/new/{kind.folder}")
    names = [name for name in form.values if name not in {"csrf_token", "action", "propose"}]
    typed = dict.fromkeys(names, HOSTILE)

    answer = form.send(milo, **typed)

    assert answer.status_code == 422
    nothing_was_made_of(answer.text)
    again = form_of(answer, f"/new/{kind.folder}").values
    for declared in kind.all_fields:
        if declared.form in {Form.LINE, Form.TEXT, Form.NUMBER, Form.DATE} and declared.name in names:
            assert again[declared.name].split() == HOSTILE.split(), declared.name


def test_hostile_words_in_an_entry_stay_words_on_every_page_of_its_writing(
    world: World, browse: Browse
) -> None:
    fields = {
        declared.name: HOSTILE
        for declared in KINDS["story"].all_fields
        if declared.form in {Form.LINE, Form.TEXT}
    }
    world.write(
        "story",
        kind="story",
        body=f"{HOSTILE}\n",
        **{**fields, "owner": "milo.brandt", "summary": HOSTILE[:120]},
    )
    milo = browse("milo")
    form = form_of(milo.get("/stories/story/edit"), "/edit")
    world.revise("story", by="dana", body=f"{HOSTILE} by Dana\n", note=HOSTILE, released=False)

    pages = {
        "form": milo.get("/stories/story/edit"),
        "document": milo.get("/stories/story/edit?as=document"),
        "conflict": form.send(milo, body=f"{HOSTILE} by Milo\r\n", note=HOSTILE),
        "refusal": form.send(milo, body=HOSTILE, base="77"),
        "whole refusal": milo.post("/stories/story/edit", {"base": "2", "document": f"---\n{HOSTILE}: ["}),
        "preview": milo.post("/preview", {"body": HOSTILE}),
    }

    assert pages["conflict"].status_code == 409
    for answer in pages.values():
        nothing_was_made_of(answer.text)


def nothing_was_made_of(page: str) -> None:
    """The page holds no element and no attribute that the words asked for, and nothing was worked out."""
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        assert not any(name.startswith("on") for name in element.attrib), element.attrib
        assert "autofocus" not in element.attrib
        assert "evil" not in element.get("action", "")
        if element.tag == "script":
            assert element.get("src", "").startswith("/static/")
            assert not element.text
    assert "7 * 7" in page


def test_text_that_no_database_can_keep_is_refused_and_given_back(world: World, browse: Browse) -> None:
    world.write("price")
    milo = browse("milo")
    for typed in (
        {"title": "Nul \x00 here", "body": "Body"},
        {"title": "Price", "body": "Nul \x00 here"},
        {"title": "Price", "body": "Other", "note": "Nul \x00 here"},
        {"document": "---\ntitle: Nul \x00 here\n---\n"},
        {"document": '---\ntitle: "Nul \\0 here"\n---\n'},
    ):
        answer = milo.post("/notes/price/edit", {"base": "1", **typed})
        assert answer.status_code == 422, typed
        assert "here" in answer.text
    assert len(versions(world, "price")) == 1


def test_the_chooser_offers_every_kind(browse: Browse) -> None:
    page = browse("cleo").get("/new").text

    for kind in KINDS.values():
        assert f'href="/new/{kind.folder}"' in page
        assert str(escape(kind.about)) in page


def test_a_new_form_can_be_filled_from_its_address(browse: Browse) -> None:
    values = form_of(browse("cleo").get("/new/notes?title=Asked+today&owner=ana.ruiz"), "/new/notes").values

    assert (values["title"], values["owner"]) == ("Asked today", "ana.ruiz")
