"""Agreement over the API: nothing is agreed there that would not be on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.models import Disagreement, Signature, Signer
from playbook.models.rule import choose_rules
from playbook.work import saving
from tests.agreeing.customer import change, customer, hash_of
from tests.api.programs import Program, refused
from tests.world import World

Programs = Callable[..., Program]
AT = "/entries/plants"


@pytest.fixture
def draft(world: World) -> World:
    """An ideal customer of which readers see version 1, with a second that nobody has proposed."""
    customer(world)
    world.revise("plants", by="cleo", summary="Three plants", released=False)
    return world


@pytest.fixture
def changed(world: World) -> World:
    """The same, proposed by Cleo, who wrote it."""
    customer(world)
    change(world)
    return world


def count(world: World, what: Any) -> int:
    with world.context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(what)) or 0


def test_a_version_is_proposed_signed_by_both_and_agreed(draft: World, program: Programs) -> None:
    cleo, dana, milo, ana = (program(name) for name in ("cleo", "dana", "milo", "ana"))

    told = cleo.post(f"{AT}/propose", {"note": "They never pass"})
    assert told.status_code == 200
    waits = told.json["proposed"]
    assert (waits["version"], waits["by"], waits["note"]) == (2, "cleo.marsh", "They never pass")
    assert waits["needs"] == waits["open"] == ["sales", "marketing"]
    assert (waits["signed"], waits["yours"], waits["is_relaxed"]) == ([], [], False)
    assert told.headers["ETag"].startswith('"2-')

    assert dana.get(AT).json["proposed"]["yours"] == ["sales"]
    told = dana.post(f"{AT}/sign", {"team": "sales", "hash": waits["hash"], "comment": "At last"})
    assert told.status_code == 200
    [signed] = told.json["proposed"]["signed"]
    assert (signed["team"], signed["name"], signed["comment"]) == ("sales", "Dana Okafor", "At last")
    assert ana.get(AT).json["version"] == 1

    told = milo.post(f"{AT}/sign", {"team": "marketing", "hash": waits["hash"]})
    assert (told.json["agreed"], told.json["proposed"]) == (2, None)
    seen = ana.get(AT).json
    assert (seen["version"], seen["summary"], seen["state"]) == (2, "Three plants", "agreed")
    assert seen["agreed_under"] == ["sales", "marketing"]
    assert [each["team"] for each in seen["signed_by"]] == ["sales", "marketing"]


def test_readers_do_not_hear_that_anything_waits(changed: World, program: Programs) -> None:
    before = program("ana").get(AT)
    assert before.json["proposed"] is None
    program("dana").post(f"{AT}/sign", {"team": "sales", "hash": hash_of(changed)})
    after = program("ana").get(AT)
    assert (after.json, after.headers["ETag"]) == (before.json, before.headers["ETag"])


def test_nobody_signs_what_they_wrote_alone_or_for_two_sides(world: World, program: Programs) -> None:
    customer(world)
    change(world, by="milo")
    hash = hash_of(world)

    problem = refused(program("milo").post(f"{AT}/sign", {"team": "marketing", "hash": hash}), 409)
    assert "somebody else has to sign it" in problem["detail"]
    dana = program("dana")
    dana.post(f"{AT}/sign", {"team": "sales", "hash": hash})
    refused(dana.post(f"{AT}/sign", {"team": "marketing", "hash": hash}), 409)
    assert count(world, Signature) == 1


def test_who_does_not_speak_for_a_side_is_refused(changed: World, program: Programs) -> None:
    hash = hash_of(changed)
    refused(program("milo").post(f"{AT}/sign", {"team": "sales", "hash": hash}), 403)
    refused(program("ada").post(f"{AT}/sign", {"team": "sales", "hash": hash}), 403)
    refused(program("ana").post(f"{AT}/sign", {"team": "sales", "hash": hash}), 403)
    refused(program("dana", scope="read").post(f"{AT}/sign", {"team": "sales", "hash": hash}), 403)
    refused(program("").post(f"{AT}/sign", {"team": "sales", "hash": hash}), 401)
    assert count(changed, Signature) == 0


def test_another_text_than_the_one_read_is_not_signed(changed: World, program: Programs) -> None:
    read = hash_of(changed)
    change(changed, summary="Three plants")
    refused(program("dana").post(f"{AT}/sign", {"team": "sales", "hash": read}), 409)
    assert count(changed, Signature) == 0


def test_nothing_is_signed_that_is_not_proposed(draft: World, program: Programs) -> None:
    refused(program("dana").post(f"{AT}/sign", {"team": "sales", "hash": hash_of(draft)}), 409)


def test_what_is_missing_keeps_it_from_being_proposed(world: World, program: Programs) -> None:
    customer(world)
    world.revise("plants", by="cleo", must_have=[], released=False)
    refused(program("cleo").post(f"{AT}/propose", {}), 422, "must_have")


def test_a_proposal_is_withdrawn(changed: World, program: Programs) -> None:
    refused(program("ana").post(f"{AT}/withdraw", {}), 403)
    told = program("cleo").post(f"{AT}/withdraw", {})
    assert (told.json["proposed"], told.json["newest"], told.json["agreed"]) == (None, 2, 1)
    assert program("cleo").post(f"{AT}/withdraw", {}).status_code == 200


def test_only_who_proposed_or_wrote_it_or_curates_withdraws_it(world: World, program: Programs) -> None:
    customer(world)
    change(world, by="milo")
    refused(program("cleo").post(f"{AT}/withdraw", {}), 403)
    assert program("dana").post(f"{AT}/withdraw", {}).status_code == 200


def test_somebody_says_no_and_why(changed: World, program: Programs) -> None:
    hash = hash_of(changed)
    dana = program("dana")
    refused(dana.post(f"{AT}/disagree", {"team": "sales", "hash": hash}), 422, "reason")
    refused(dana.post(f"{AT}/disagree", {"team": "sales", "hash": hash, "reason": " "}), 422, "reason")
    told = dana.post(f"{AT}/disagree", {"team": "sales", "hash": hash, "reason": "Too many would fail."})

    [objection] = told.json["proposed"]["not_agreed"]
    assert (objection["team"], objection["name"], objection["reason"]) == (
        "sales",
        "Dana Okafor",
        "Too many would fail.",
    )
    assert told.json["proposed"]["open"] == ["sales", "marketing"]
    refused(
        program("milo").post(f"{AT}/disagree", {"team": "sales", "hash": hash, "reason": "Not mine"}), 403
    )


def test_the_same_request_is_answered_again_and_not_done_again(changed: World, program: Programs) -> None:
    dana, once = program("dana"), {"Idempotency-Key": "one"}
    body = {"team": "sales", "hash": hash_of(changed), "reason": "Too many would fail."}
    first = dana.post(f"{AT}/disagree", body, headers=once)
    again = dana.post(f"{AT}/disagree", body, headers=once)
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(changed, Disagreement) == 1

    signing = {"team": "sales", "hash": hash_of(changed)}
    for key in ("two", "two", "three"):
        assert dana.post(f"{AT}/sign", signing, headers={"Idempotency-Key": key}).json["proposed"][
            "open"
        ] == ["marketing"]
    assert count(changed, Signature) == 1


def test_what_is_sent_has_to_fit(changed: World, program: Programs) -> None:
    dana, hash = program("dana"), hash_of(changed)
    refused(dana.post(f"{AT}/sign", {"team": "nobody", "hash": hash}), 422, "team")
    refused(dana.post(f"{AT}/sign", {"team": "sales"}), 422, "hash")
    refused(dana.post(f"{AT}/sign", {"team": "sales", "hash": "short"}), 422, "hash")
    refused(dana.post(f"{AT}/sign", {"team": "sales", "hash": hash, "comment": "x" * 1001}), 422, "comment")
    refused(dana.post(f"{AT}/sign", {"team": "sales", "hash": hash, "by": "milo"}), 422, "by")
    refused(program("cleo").post(f"{AT}/propose", {"note": 1}), 422, "note")


@pytest.mark.parametrize("act", ["propose", "withdraw", "sign", "disagree"])
def test_what_is_hidden_looks_like_what_is_missing(world: World, program: Programs, act: str) -> None:
    customer(world, "hidden", by="milo", audience="restricted", owner="milo.brandt")
    change(world, "hidden", by="milo")
    customer(world)
    world.revise("plants", by="milo", audience="restricted", owner="milo.brandt", released=False)
    bodies: dict[str, dict[str, str]] = {
        "sign": {"team": "sales", "hash": hash_of(world)},
        "disagree": {"team": "sales", "hash": hash_of(world), "reason": "No."},
    }
    dana = program("dana")
    for slug in ("hidden", "nothing", "plants"):  # of the last only version 1 may be read
        problem = refused(dana.post(f"/entries/{slug}/{act}", bodies.get(act, {})), 404)
        assert problem["detail"] == refused(dana.get("/entries/nothing"), 404)["detail"]
    assert program("dana").get(AT).json["proposed"] is None


def test_a_relaxed_rule_is_told_and_asks_for_fewer(changed: World, program: Programs) -> None:
    with changed.context(), saving():
        choose_rules({"icp": (Signer.SALES,)}, by=changed.person("ada"))
    dana = program("dana")
    waits = dana.get(AT).json["proposed"]
    assert (waits["needs"], waits["is_relaxed"]) == (["sales"], True)

    dana.post(f"{AT}/sign", {"team": "sales", "hash": waits["hash"]})
    seen = program("ana").get(AT).json
    assert (seen["version"], seen["agreed_under"]) == (2, ["sales"])
