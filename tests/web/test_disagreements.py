"""Not agreed, counter-proposals, and the list of what is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from playbook import clock
from playbook.db import db
from playbook.models import Disagreement, Draft
from tests.agreeing.customer import READY, change, customer, hash_of, proposed
from tests.web.forms import form_of
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]
PAGE = "/icps/plants/sign"
NO = "/icps/plants/disagreements"
INSTEAD = "/icps/plants/counter-proposal"
WHY = "Seven companies passed at 66."


@pytest.fixture
def changed(world: World) -> World:
    """An ideal customer whose pass mark is to be another."""
    customer(world)
    change(world)
    return world


def words_of(answer: TestResponse) -> str:
    return words(answer.text)


def said(world: World) -> list[tuple[str, str, bool]]:
    with world.context():
        rows = db.session.scalars(sa.select(Disagreement).order_by(Disagreement.id))
        return [(each.user.first_name, each.reason, each.counter_id is not None) for each in rows]


def newest(world: World) -> tuple[int, Any, bool]:
    """Number, pass mark, and whether it is proposed."""
    with world.context():
        entry = world.entry("plants")
        return entry.newest.number, entry.newest.fields["score"]["pass_mark"], entry.proposed_id is not None


def test_not_agreed_needs_a_reason_and_leaves_it_proposed(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    refused = form_of(dana.get(PAGE), "/disagreements").send(dana, reason="  ")
    assert refused.status_code == 422
    assert "Say why, in a sentence." in words_of(refused)

    answer = form_of(dana.get(PAGE), "/disagreements").send(dana, reason=WHY)
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert said(changed) == [("Dana", WHY, False)]
    assert newest(changed) == (2, 65, True)
    assert WHY in words_of(browse("milo").get(PAGE))


def test_a_reason_that_is_too_long_is_given_back(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    refused = form_of(dana.get(PAGE), "/disagreements").send(dana, reason="x" * 1001)
    assert refused.status_code == 422
    assert "x" * 1001 in refused.text
    assert "This has 1001 characters; at most 1000." in words_of(refused)


def test_another_figure_is_proposed_from_the_page_itself(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    page = dana.get(PAGE)
    assert "Pass mark, instead of 65 points" in words_of(page)
    answer = form_of(page, "/counter-proposal").send(dana, score__pass_mark="68", reason=WHY)

    assert (answer.status_code, answer.location) == (303, f"{PAGE}#news")
    assert newest(changed) == (3, 68, True)
    assert said(changed) == [("Dana", WHY, True)]
    page = dana.get(PAGE)
    assert "Version 3 is proposed instead. It waits for Sales and Marketing." in page.text
    assert "One change to who we sell to: pass mark 60 becomes 68" in words_of(page)
    with changed.context():
        entry = changed.entry("plants")
        assert entry.newest.fields["score"]["structural"] == 40
        assert entry.newest.document.body == "Words.\n"


def test_both_sides_sign_the_counter_proposal(changed: World, browse: Browse) -> None:
    dana, milo = browse("dana"), browse("milo")
    form_of(dana.get(PAGE), "/counter-proposal").send(dana, score__pass_mark="68", reason=WHY)
    form_of(dana.get(PAGE), "/signatures").send(dana, team="sales")
    form_of(milo.get(PAGE), "/signatures").send(milo, team="marketing")

    with changed.context():
        agreed = changed.entry("plants").agreed
        assert agreed is not None
        assert agreed.fields["score"]["pass_mark"] == 68
    assert "Nobody disagrees" in words_of(dana.get("/disagreements"))


def test_what_cannot_stand_in_a_field_is_named_and_given_back(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    refused = form_of(dana.get(PAGE), "/counter-proposal").send(
        dana, score__pass_mark="sixty-eight", reason=WHY
    )
    assert refused.status_code == 422
    assert 'value="sixty-eight"' in refused.text
    assert WHY in refused.text
    assert "Pass mark must be a number." in words_of(refused)
    assert said(changed) == []


def test_a_counter_proposal_needs_a_reason_and_something_else_to_say(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    form = form_of(dana.get(PAGE), "/counter-proposal")
    no_reason = form.send(dana, score__pass_mark="68", reason="")
    assert no_reason.status_code == 422
    assert 'value="68"' in no_reason.text
    nothing_else = form.send(dana, score__pass_mark="65", reason=WHY)
    assert nothing_else.status_code == 422
    assert "This says the same as what is proposed." in words_of(nothing_else)
    assert newest(changed) == (2, 65, True)


def test_more_is_changed_in_the_whole_form(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    page = dana.get(INSTEAD)
    assert "Version 2 is proposed. You do not agree to it for Sales" in words_of(page)
    answer = form_of(page, "/counter-proposal").send(
        dana, reason=WHY, summary="Three plants", body="Other words.\n"
    )

    assert answer.status_code == 303
    with changed.context():
        entry = changed.entry("plants")
        assert (entry.newest.number, entry.newest.summary) == (3, "Three plants")
        assert entry.newest.document.body == "Other words.\n"
        assert entry.newest.fields["score"]["pass_mark"] == 65
    assert said(changed) == [("Dana", WHY, True)]


def test_the_whole_form_comes_back_with_what_was_typed(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    form = form_of(dana.get(INSTEAD), "/counter-proposal")
    refused = form.send(dana, reason="", summary="Three plants")
    assert refused.status_code == 422
    assert "Say why, in a sentence." in words_of(refused)
    assert 'value="Three plants"' in refused.text
    unready = form.send(dana, reason=WHY, must_have="")
    assert unready.status_code == 422
    assert "Must have is needed before this can be agreed." in words_of(unready)
    assert WHY in unready.text
    again = form.send(dana, button="preview", reason=WHY)
    assert again.status_code == 200
    assert WHY in again.text
    assert said(changed) == []


def test_a_text_that_changed_meanwhile_keeps_what_was_typed(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    page = dana.get(PAGE)
    no, instead = form_of(page, "/disagreements"), form_of(page, "/counter-proposal")
    whole = form_of(dana.get(INSTEAD), "/counter-proposal")
    change(changed, summary="Three plants")

    for answer in (
        no.send(dana, reason=WHY),
        instead.send(dana, reason=WHY, score__pass_mark="68"),
        whole.send(dana, reason=WHY, score__pass_mark="68"),
    ):
        assert answer.status_code == 409
        assert "The text has changed since you read it." in words_of(answer)
        assert WHY in answer.text
        assert f'href="{PAGE}"' in answer.text
    assert "68" in words_of(answer)
    with changed.context():
        [kept] = Draft.all_of(changed.person("dana"))
        assert dict(kept.values)["score.pass_mark"] == "68"
    assert said(changed) == []
    assert newest(changed)[0] == 3


def test_only_those_who_may_sign_may_say_no(changed: World, browse: Browse) -> None:
    data = {"team": "sales", "hash": hash_of(changed), "reason": WHY, "score.pass_mark": "68"}
    for address in (NO, INSTEAD):
        assert browse("ana").post(address, data).status_code == 403
        assert browse("ada").post(address, data).status_code == 403
        assert browse("cleo").post(address, data).status_code == 409  # who wrote it
        assert browse("milo").post(address, data).status_code == 403  # for another side
        assert browse("dana").client.post(address, data=data).status_code == 400
        assert browse("").client.post(address, data=data).status_code in {303, 400, 401}
        assert browse("dana").post(address, {**data, "team": "nobody"}).status_code == 404
        assert browse("dana").post(address, {"team": "sales"}).status_code == 400
    assert browse("ana").get(INSTEAD).status_code == 403
    assert browse("cleo").get(INSTEAD).status_code == 303
    assert said(changed) == []


def test_an_unknown_hash_is_a_text_that_has_changed(changed: World, browse: Browse) -> None:
    data = {"team": "sales", "hash": "0" * 64, "reason": WHY, "score.pass_mark": "68"}
    for address in (NO, INSTEAD):
        answer = browse("dana").post(address, data)
        assert answer.status_code == 409
        assert WHY in answer.text


def test_what_is_hidden_looks_like_what_is_missing(world: World, browse: Browse) -> None:
    proposed(world, by="milo", audience="restricted", owner="milo.brandt")
    dana = browse("dana")
    data = {"team": "sales", "hash": hash_of(world), "reason": WHY, "score.pass_mark": "68"}
    for address in (NO, INSTEAD):
        hidden, missing = (
            dana.post(where, data) for where in (address, address.replace("plants", "nothing"))
        )
        assert hidden.status_code == missing.status_code == 404
        assert words_of(hidden) == words_of(missing)
    assert dana.get(INSTEAD).status_code == 404
    assert "Plants" not in words_of(dana.get("/disagreements"))


def test_the_list_shows_age_reason_and_both_texts(
    changed: World, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = browse("dana")
    change(changed, body="Other words stand here.\n", score={**READY["score"], "pass_mark": 65})
    form_of(dana.get(PAGE), "/disagreements").send(dana, reason=WHY)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=3))

    shown = words_of(browse("cleo").get("/disagreements"))
    assert "One open disagreement" in shown
    assert "Open for 3 days" in shown
    assert "Dana Okafor does not agree to version 3 for Sales" in shown
    assert WHY in shown
    assert "Score, Pass mark 65 points 60 points" in shown
    assert "Version 1, as everyone reads it" in shown
    assert "Other words" in shown


def test_a_counter_proposal_stands_against_what_was_proposed(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    form_of(dana.get(PAGE), "/counter-proposal").send(dana, score__pass_mark="68", reason=WHY)

    shown = words_of(browse("milo").get("/disagreements"))
    assert "Version 3, proposed instead" in shown
    assert "Score, Pass mark 65 points 68 points" in shown


def test_readers_and_strangers_do_not_see_the_list(changed: World, browse: Browse) -> None:
    assert browse("ana").get("/disagreements").status_code == 403
    assert browse("").get("/disagreements").status_code == 303
    assert "Nobody disagrees" in words_of(browse("cleo").get("/disagreements"))


def test_a_field_in_a_row_is_changed_where_it_stands(world: World, browse: Browse) -> None:
    rows = [{"claim": "23 of 31", "source": "Review"}, {"claim": "Half of them", "source": "Guess"}]
    customer(world, evidence=rows)
    change(world, evidence=[rows[0], {"claim": "Half of them", "source": "A survey"}])
    dana = browse("dana")
    form = form_of(dana.get(PAGE), "/counter-proposal")
    assert form.values["evidence.2.source"] == "A survey"
    form.send(dana, evidence__2__source="Two surveys", reason=WHY)

    with world.context():
        kept = world.entry("plants").newest.fields["evidence"]
        assert kept == [rows[0], {"claim": "Half of them", "source": "Two surveys"}]
