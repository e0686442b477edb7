from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.programs import MARKDOWN, Program, refused
from tests.world import World

Programs = Callable[..., Program]

SAID = {"fields": {"title": "Price"}, "body": "Mine.\n"}


def test_what_is_held_already_is_not_sent_again(world: World, program: Programs) -> None:
    world.write("price")
    ana = program("ana")
    for address in ("/entries/price", "/entries/price/versions/1"):
        for accept in ("application/json", MARKDOWN):
            first = ana.get(address, headers={"Accept": accept})
            again = ana.get(address, headers={"Accept": accept, "If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["ETag"] == first.headers["ETag"]
            weak = ana.get(
                address, headers={"Accept": accept, "If-None-Match": f'"x", W/{first.headers["ETag"]}'}
            )
            assert weak.status_code == 304
            assert ana.get(address, headers={"Accept": accept, "If-None-Match": '"1-x"'}).status_code == 200


def test_json_and_markdown_have_different_tags_that_name_one_version(world: World, program: Programs) -> None:
    world.write("price")
    milo = program("milo")
    json, markdown = (
        milo.get("/entries/price", headers={"Accept": kind}).headers["ETag"] for kind in ("*/*", MARKDOWN)
    )

    assert json != markdown
    for etag in (json, markdown, f"W/{json}", f'"other", {markdown}'):
        assert (
            milo.put(
                "/entries/price", {"fields": {"title": "Price"}, "body": "Words.\n"}, etag=etag
            ).status_code
            == 200
        )


def test_the_tag_changes_with_whatever_is_told(world: World, program: Programs) -> None:
    world.write("price")
    cleo = program("cleo")
    before = cleo.get("/entries/price").headers["ETag"]

    world.revise("price", body="Waits.\n", released=False)

    assert cleo.get("/entries/price").headers["ETag"] != before
    assert cleo.get("/entries/price", headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize("etag", ["", "*", "  "])
def test_a_change_has_to_say_what_it_starts_from(world: World, program: Programs, etag: str) -> None:
    world.write("price")
    headers = {"If-Match": etag} if etag else {}
    refused(program("milo").put("/entries/price", SAID, headers=headers), 428)


@pytest.mark.parametrize(
    "etag", ['"1"', "1", '"0-' + "a" * 64 + '"', '"1-' + "a" * 64 + '"', "W/", '""', '"٣-x"']
)
def test_a_tag_that_names_no_version_matches_nothing(world: World, program: Programs, etag: str) -> None:
    world.write("price")
    problem = refused(
        program("milo").put("/entries/price", SAID, headers={"If-Match": etag.encode().decode("latin-1")}),
        412,
    )
    assert "theirs" not in problem


def test_a_stale_change_gets_both_texts_and_their_merge(world: World, program: Programs) -> None:
    world.write("price", body="One.\n\nTwo.\n\nThree.\n")
    milo, dana = program("milo"), program("dana")
    etag = milo.get("/entries/price").headers["ETag"]
    assert (
        dana.put("/entries/price", {**SAID, "body": "One.\n\nTwo.\n\nThree, Dana.\n"}, etag=etag).status_code
        == 200
    )

    answer = milo.put("/entries/price", {**SAID, "body": "One, Milo.\n\nTwo.\n\nThree.\n"}, etag=etag)

    problem = refused(answer, 412)
    assert problem["base"]["number"] == 1
    assert problem["base"]["text"].endswith("One.\n\nTwo.\n\nThree.\n")
    assert problem["theirs"]["number"] == 2
    assert problem["theirs"]["text"].endswith("Three, Dana.\n")
    assert problem["mine"]["text"].endswith("One, Milo.\n\nTwo.\n\nThree.\n")
    assert problem["clean"] is True
    assert problem["merged"].endswith("One, Milo.\n\nTwo.\n\nThree, Dana.\n")
    assert milo.get("/entries/price").json["newest"] == 2

    merged = milo.send(
        "PUT", "/entries/price", problem["merged"], headers={"If-Match": answer.headers["ETag"]}
    )
    assert merged.status_code == 200, merged.text
    assert merged.json["body"] == "One, Milo.\n\nTwo.\n\nThree, Dana.\n"


def test_a_change_that_is_sent_again_is_done_already(world: World, program: Programs) -> None:
    world.write("price")
    milo = program("milo")
    etag = milo.get("/entries/price").headers["ETag"]

    first, again = (milo.put("/entries/price", SAID, etag=etag) for _ in range(2))

    assert first.status_code == again.status_code == 200
    assert first.data == again.data
    assert again.json["version"] == 2


def test_a_merge_that_disagrees_says_so(world: World, program: Programs) -> None:
    world.write("price", body="One.\n")
    milo = program("milo")
    etag = milo.get("/entries/price").headers["ETag"]
    milo.put("/entries/price", {**SAID, "body": "Theirs.\n"}, etag=etag)

    problem = refused(milo.put("/entries/price", {**SAID, "body": "Mine.\n"}, etag=etag), 412)

    assert problem["clean"] is False
    assert "<<<<<<< yours\nMine.\n=======\nTheirs.\n>>>>>>> theirs" in problem["merged"]


def test_who_may_not_read_what_was_saved_meanwhile_is_not_shown_it(world: World, program: Programs) -> None:
    world.write("price")
    cleo = program("cleo")
    etag = cleo.get("/entries/price").headers["ETag"]
    world.revise(
        "price", by="dana", audience="restricted", owner="dana.okafor", body="Hidden.\n", released=False
    )

    answer = cleo.put("/entries/price", SAID, etag=etag)

    refused(answer, 404)
    assert "Hidden" not in answer.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_any_body_comes_back_as_it_was_sent(world: World, program: Programs, body: str) -> None:
    milo = program("milo")
    if milo.get("/entries/price").status_code == 404:
        world.write("price")
    newest = milo.get("/entries/price").json["newest"]
    etag = milo.get(f"/entries/price?version={newest}").headers["ETag"]

    written = milo.put("/entries/price", {"fields": {"title": "Price"}, "body": body}, etag=etag)

    assert written.status_code == 200, written.text
    assert written.json["body"] == body
    kept = f"/entries/price/versions/{written.json['version']}"
    assert milo.get(kept).json["body"] == body
    assert milo.text(kept).decode().endswith(body)
