from __future__ import annotations

from collections.abc import Callable

from tests.api.programs import Program, refused
from tests.world import World

Programs = Callable[..., Program]


def test_a_history_says_who_wrote_what_and_when_readers_saw_it(world: World, program: Programs) -> None:
    world.write("price", body="First.\n")
    world.revise("price", body="Second.\n", by="dana", note="Better")
    world.revise("price", body="Third.\n", released=False)

    answer = program("milo").get("/entries/price/versions")

    third, second, first = answer.json["items"]
    assert [each["number"] for each in (third, second, first)] == [3, 2, 1]
    assert third["seen"] == []
    assert (second["author"], second["note"]) == ("dana.okafor", "Better")
    assert second["seen"][0]["until"] is None
    assert first["seen"][0]["until"] == second["seen"][0]["since"]
    page = program("milo").get("/entries/price/versions?per_page=1&page=2").json
    assert ([each["number"] for each in page["items"]], page["total"]) == ([2], 3)


def test_a_version_is_told_as_an_entry_is(world: World, program: Programs) -> None:
    world.write("price", body="First.\n")
    world.revise("price", body="Second.\n", title="Another title")
    milo = program("milo")

    one = milo.get("/entries/price/versions/1")

    assert one.json == milo.get("/entries/price?version=1").json
    assert (one.json["title"], one.json["body"]) == ("Price", "First.\n")
    refused(milo.get("/entries/price/versions/3"), 404)
    refused(milo.get("/entries/price/versions/1?x=1"), 422, "x")


def test_a_comparison_has_the_fields_first_then_the_prose(world: World, program: Programs) -> None:
    world.write("price", body="One two three.\n", title="Before")
    world.revise("price", body="One 2 three.\n", title="After")
    milo = program("milo")

    found = milo.get("/entries/price/diff?from=1&to=2")

    assert list(found.json) == ["from", "to", "fields", "prose"]
    assert found.json["fields"] == [
        {"path": ["title"], "kind": "changed", "before": "Before", "after": "After"}
    ]
    assert {"kind": "removed", "text": "two"} in found.json["prose"]
    assert {"kind": "added", "text": "2"} in found.json["prose"]
    assert milo.get("/entries/price/diff?from=2&to=2").json["prose"] == []
    refused(milo.get("/entries/price/diff"), 422, "from", "to")
    refused(milo.get("/entries/price/diff?from=1&to=9"), 404)
