from __future__ import annotations

from collections.abc import Callable

from tests.agreeing.stating import CHARTER, agreed, charter, state
from tests.api.programs import Program
from tests.world import World

Programs = Callable[..., Program]


def test_a_charter_tells_how_far_its_rows_have_got(world: World, program: Programs) -> None:
    agreed(world, "plants", title="Plants")
    state(world, "draft", title="Secret draft")
    charter(world, ["plants"], ["draft"], [])

    for who, of_draft in (("ana", ("not written", None)), ("cleo", ("written", "Secret draft"))):
        told = program(who).get(f"/entries/{CHARTER}").json["charter"]
        assert [row["state"] for row in told] == ["signed by both", of_draft[0], "not written"]
        assert told[0]["stated_in"] == [{"slug": "plants", "title": "Plants", "state": "signed by both"}]
        assert told[1]["stated_in"] == [{"slug": "draft", "title": of_draft[1], "state": of_draft[0]}]
        assert (told[0]["number"], told[0]["topic"], told[0]["owed_by"]) == ("1", "Topic 1", "both")


def test_a_charter_has_another_etag_once_a_row_has_drifted(world: World, program: Programs) -> None:
    agreed(world, "plants")
    charter(world, ["plants"])
    before = program("cleo").get(f"/entries/{CHARTER}")
    world.revise("plants", by="cleo", released=False, score={"pass_mark": 65})
    after = program("cleo").get(f"/entries/{CHARTER}")

    assert [answer.json["charter"][0]["state"] for answer in (before, after)] == ["signed by both", "drifted"]
    assert before.headers["ETag"] != after.headers["ETag"]


def test_no_other_entry_has_rows(world: World, program: Programs) -> None:
    world.write("handover", kind="agreement", items=[{"id": 1, "topic": "Leads"}])
    world.write("price")

    for slug in ("handover", "price"):
        assert program("ana").get(f"/entries/{slug}").json["charter"] == []
