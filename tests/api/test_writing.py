from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from tests.api.programs import Program, refused
from tests.world import World

Programs = Callable[..., Program]

NEW = {"kind": "note", "fields": {"title": "A new note"}, "body": "Words.\n"}


def test_what_is_begun_is_a_draft(world: World, program: Programs) -> None:
    cleo = program("cleo")

    begun = cleo.post("/entries", {**NEW, "note": "Why  not"})

    assert begun.status_code == 201, begun.text
    assert begun.location == "/api/v1/entries/a-new-note"
    assert begun.json["state"] == "draft"
    assert begun.json["author"] == "cleo.marsh"
    assert begun.json["note"] == "Why not"
    assert begun.headers["ETag"] == cleo.get("/entries/a-new-note").headers["ETag"]
    refused(program("ana").get("/entries/a-new-note"), 404)


def test_what_is_proposed_at_once_waits_for_its_signatures(world: World, program: Programs) -> None:
    begun = program("milo").post("/entries", {**NEW, "propose": True, "slug": "mine"})

    assert begun.json["state"] == "proposed"
    assert begun.json["slug"] == "mine"
    refused(program("ana").get("/entries/mine"), 404)
    assert (begun.json["ground"], begun.json["rule"]) == (None, None)
    world.sign("mine", by="dana")
    told = program("ana").get("/entries/mine").json
    assert (told["state"], told["ground"], told["rule"]) == ("agreed", "signed", ["owner"])
    world.write("brought")
    brought = program("ana").get("/entries/brought").json
    assert (brought["ground"], brought["rule"]) == ("migrated", None)


def test_what_cannot_be_proposed_is_not_saved(world: World, program: Programs) -> None:
    cleo = program("cleo")
    world.write("price")
    etag = cleo.get("/entries/price").headers["ETag"]
    lacking = {"fields": {"title": "P"}, "body": "[[nowhere]]", "propose": True}

    refused(cleo.post("/entries", {**NEW, **lacking}), 422, "body")
    refused(cleo.put("/entries/price", lacking, etag=etag), 422, "body")
    refused(cleo.send("POST", "/entries?propose=true", "---\ntitle: T\n---\n[[nowhere]]\n"), 422, "body")
    assert [item["slug"] for item in cleo.get("/entries").json["items"]] == ["price"]
    assert cleo.get("/entries/price").json["newest"] == 1


def test_nobody_publishes_any_more(world: World, program: Programs) -> None:
    milo = program("milo")
    refused(milo.post("/entries", {**NEW, "publish": True}), 422, "publish")
    refused(milo.send("POST", "/entries?publish=true", "---\ntitle: T\n---\n"), 422, "publish")
    assert milo.get("/entries").json["items"] == []


def test_t47_a_reader_writes_nothing(world: World, program: Programs) -> None:
    world.write("price")
    for who, scope in (("ana", "admin"), ("milo", "read")):
        asking = program(who, scope=scope)
        etag = asking.get("/entries/price").headers["ETag"]
        refused(asking.post("/entries", NEW), 403)
        refused(asking.put("/entries/price", {"fields": {}, "body": "x"}, etag=etag), 403)
        refused(asking.post("/entries/price/restore", {"version": 1}), 403)
        refused(asking.post("/entries/price/retire", {"reason": "x"}), 403)
    refused(program("cleo").post("/entries/price/retire", {"reason": "x"}), 403)
    assert program("ada").get("/entries/price").json["newest"] == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({**NEW, "kind": "nothing-such"}, "kind"),
        ({**NEW, "kind": None}, "kind"),
        ({**NEW, "kind": 7}, "kind"),
        ({"fields": {}}, "kind"),
        ({**NEW, "slug": "Not A Slug"}, "slug"),
        ({**NEW, "slug": ".."}, "slug"),
        ({**NEW, "slug": "a" * 121}, "slug"),
        ({**NEW, "fields": {"kind": "play", "title": "x"}}, "kind"),
        ({**NEW, "fields": []}, "fields"),
        ({**NEW, "body": 1}, "body"),
        ({**NEW, "note": "n" * 501}, "note"),
        ({**NEW, "propose": "yes"}, "propose"),
        ({**NEW, "id": 1}, "id"),
        ({**NEW, "owner_id": 1}, "owner_id"),
        ({"kind": "note", "body": ""}, "title"),
        ({"kind": "note", "fields": {"title": "…"}}, "slug"),
        ({"kind": "persona", "fields": {"title": 1.5, "review_by": "soon"}}, "review_by"),
        ({**NEW, "body": "x" * 200_001}, "body"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_every_field_at_fault_is_named(world: World, program: Programs, sent: Any, field: str) -> None:
    problem = refused(program("milo").post("/entries", sent), 422, field)
    assert all(each["message"].strip() for each in problem["errors"])


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "",
        "nul",
        "[" * 400_000,
        '{"a":' * 90_000,
        '{"kind": "note", "fields": ' + '{"a":' * 200 + "1" + "}" * 200 + "}",
        '{"kind": "note", "fields": {"n": NaN}}',
        '{"kind": "note", "fields": {"n": ' + "9" * 5000 + "}}",
        '{"kind": "note", "kind": "play", "fields": {"title": "x"}}',
        '{"kind": "note", "fields": {"title": "\\ud800"}}',
        '{"kind": "note", "fields": {"title": "\\u0000"}}',
        '{"kind": "note", "fields": {"\\udfff": "x", "title": "t"}}',
        '{"kind": "note", "fields": {"title": "t", "rows": [{"a": ["\\u0000"]}]}}',
        '{"kind": "note", "fields": {"title": "t"}, "body": "\\ud83d"}',
        '{"kind": "note", "fields": {"title": "t"}, "note": "\\u0000"}',
        '{"\\ud800": 1}',
    ],
)
def test_what_is_no_json_to_keep_is_refused(world: World, program: Programs, text: str) -> None:
    problem = refused(
        program("milo").ask("POST", "/entries", data=text, content_type="application/json"), 422
    )
    assert problem["errors"]


def test_bytes_that_are_no_text_are_refused(world: World, program: Programs) -> None:
    milo = program("milo")
    refused(
        milo.ask("POST", "/entries", data=b'{"kind": "\xff"}', content_type="application/json"), 422, "body"
    )
    refused(milo.send("POST", "/entries", b"---\ntitle: x\n---\n\xff\n"), 422, "body")
    refused(milo.send("POST", "/entries", b"---\ntitle: x\n---\n\x00\n"), 422, "text")


def test_a_body_of_another_type_or_size_is_refused(world: World, program: Programs) -> None:
    milo = program("milo")
    refused(milo.ask("POST", "/entries", data=json.dumps(NEW), content_type="text/plain"), 415)
    refused(milo.ask("POST", "/entries", data=NEW), 415)
    refused(milo.ask("POST", "/entries"), 415)
    refused(milo.ask("POST", "/entries/x/retire", data="# x", content_type="text/markdown"), 415)
    refused(milo.post("/entries", {**NEW, "body": "x" * 1_000_001}), 413)
    refused(milo.post("/entries", NEW, headers={"Content-Encoding": "gzip"}), 415)


def test_what_comes_in_chunks_is_refused_rather_than_cut_off(world: World, program: Programs) -> None:
    milo = program("milo")
    chunked = {"wsgi.input_terminated": True}

    def send(body: bytes) -> Any:
        return milo.ask(
            "POST",
            "/entries",
            input_stream=BytesIO(body),
            content_type="text/markdown",
            environ_overrides=chunked,
        )

    refused(send(b"---\ntitle: Long\n---\n" + b"x" * 1_000_000), 413)
    assert send(b"---\ntitle: Short\n---\nx").json["body"] == "x"


def test_a_slug_is_had_once(world: World, program: Programs) -> None:
    world.write("price", audience="restricted", owner="dana.okafor", by="dana")

    refused(program("milo").post("/entries", {**NEW, "slug": "price"}), 422, "slug")


def test_markdown_goes_in_and_comes_out_byte_for_byte(world: World, program: Programs) -> None:
    text = (
        '---\r\nkind: note\r\ntitle:   "Spaced"   # a comment\r\nslug: spaced-out\r\nx: [1,  2]\r\n---\r\n'
        "\r\nBody  \r\nend"
    )
    milo = program("milo")

    begun = milo.send("POST", "/entries?note=From%20a%20file", text.encode())

    assert begun.status_code == 201, begun.text
    assert begun.json["slug"] == "spaced-out"
    assert begun.json["note"] == "From a file"
    assert milo.text("/entries/spaced-out") == text.encode()
    assert milo.text("/entries/spaced-out/versions/1") == text.encode()

    etag = milo.get("/entries/spaced-out", headers={"Accept": "text/markdown"}).headers["ETag"]
    changed = text.replace("end", "ende — ü\n")
    written = milo.send(
        "PUT", "/entries/spaced-out?propose=true", changed.encode(), headers={"If-Match": etag}
    )
    assert written.status_code == 200, written.text
    assert (written.json["version"], written.json["state"]) == (2, "proposed")
    assert milo.text("/entries/spaced-out") == changed.encode(), "nothing was agreed before"
    assert milo.text("/entries/spaced-out?version=1") == text.encode()


def test_json_that_is_read_and_written_back_changes_nothing(world: World, program: Programs) -> None:
    text = "---\nkind: note\ntitle: 'Odd' # kept\nlist: [a,   b]\nnested: {b: 1, a: no}\n---\nBody\n"
    milo = program("milo")
    milo.send("POST", "/entries?slug=odd", text)
    told = milo.get("/entries/odd")

    again = milo.put(
        "/entries/odd",
        {name: told.json[name] for name in ("kind", "slug", "fields", "body")},
        etag=told.headers["ETag"],
    )

    assert again.status_code == 200
    assert again.json["version"] == 1
    assert again.headers["ETag"] == told.headers["ETag"]
    changed = milo.put(
        "/entries/odd",
        {"fields": {"title": "Odd", "list": ["a", "c"]}, "body": "Body\n"},
        etag=told.headers["ETag"],
    )
    assert changed.json["version"] == 2
    assert changed.json["fields"] == {"kind": "note", "title": "Odd", "list": ["a", "c"]}
    assert b"title: 'Odd' # kept\n" in milo.text("/entries/odd?version=2")


def test_faults_of_a_document_name_their_line(world: World, program: Programs) -> None:
    milo = program("milo")
    problem = refused(milo.send("POST", "/entries", "---\ntitle: x\ntitle: y\n---\n"), 422, "front matter")
    assert problem["errors"][0]["line"] == 3
    problem = refused(
        milo.ask("POST", "/entries", data='{"kind":\n"note"', content_type="application/json"), 422
    )
    assert problem["errors"][0]["line"] == 2


def test_with_json_everything_stands_in_the_body(world: World, program: Programs) -> None:
    refused(program("milo").post("/entries?slug=other", NEW), 422, "slug")
    refused(program("milo").post("/entries?propose=true", NEW), 422, "propose")


def test_t59_what_the_address_names_is_what_is_written(world: World, program: Programs) -> None:
    world.write("mine")
    world.write("hidden", audience="restricted", owner="dana.okafor", by="dana")
    milo = program("milo")
    etag = milo.get("/entries/mine").headers["ETag"]
    said = {"fields": {"title": "Mine"}, "body": "Other words.\n"}

    refused(milo.put("/entries/mine", {**said, "slug": "hidden"}, etag=etag), 422, "slug")
    refused(milo.put("/entries/mine", {**said, "id": 2}, etag=etag), 422, "id")
    refused(milo.put("/entries/mine", {**said, "kind": "play"}, etag=etag), 422, "kind")
    refused(milo.put("/entries/mine", {**said, "fields": {"slug": "hidden"}}, etag=etag), 422, "slug")
    refused(
        milo.send("PUT", "/entries/mine", "---\ntitle: x\nslug: hidden\n---\n", headers={"If-Match": etag}),
        422,
        "slug",
    )
    refused(milo.put("/entries/hidden", {**said, "slug": "mine"}, etag=etag), 404)
    assert milo.get("/entries/mine").json["newest"] == 1
    ada = program("ada")
    assert ada.get("/entries/hidden").json["newest"] == 1
    hidden = ada.get("/entries/hidden").headers["ETag"]
    refused(milo.put("/entries/mine", said, etag=hidden), 412)


def test_an_earlier_version_is_said_again(world: World, program: Programs) -> None:
    world.write("price", body="First.\n")
    world.revise("price", body="Second.\n")
    milo = program("milo")

    restored = milo.post("/entries/price/restore", {"version": 1})

    assert restored.status_code == 200, restored.text
    assert (restored.json["version"], restored.json["body"], restored.json["state"]) == (
        3,
        "First.\n",
        "agreed",
    ), "readers go on seeing what was agreed"
    assert restored.json["note"] == "Restores version 1"
    assert milo.post("/entries/price/restore", {"version": 3.0}).json["version"] == 3
    proposed = milo.post("/entries/price/restore", {"version": 1, "propose": True})
    assert (proposed.json["version"], proposed.json["state"]) == (3, "proposed")
    states = [item["state"] for item in milo.get("/entries/price/versions").json["items"]]
    assert states == ["proposed", "agreed", "superseded"]
    assert [item["state"] for item in program("ana").get("/entries/price/versions").json["items"]] == states[
        1:
    ]
    refused(milo.post("/entries/price/restore", {"version": 9}), 404)
    refused(milo.post("/entries/price/restore", {"version": "1"}), 422, "version")
    refused(milo.post("/entries/price/restore", {"version": True}), 422, "version")
