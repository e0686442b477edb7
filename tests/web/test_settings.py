from __future__ import annotations

from collections.abc import Callable

import pytest

from playbook.kinds import KINDS
from playbook.models import Ground, Signer, State
from playbook.models.rule import choose_rules, rule_of
from playbook.models.shown import shown
from playbook.work import saving
from tests.web.forms import form_of
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]

PAGE = "/settings/agreement"


def test_every_kind_says_whose_signatures_it_asks_for(world: World, browse: Browse) -> None:
    page = browse("ada").get(PAGE)

    typed = form_of(page, PAGE).values
    assert {name for name in typed if name in KINDS} == set(KINDS)
    assert typed["persona"] == "sales,marketing"
    assert typed["story"] == "owner"
    read = words(page.text)
    assert "Sales and Marketing, as usual" in read
    assert "The owner alone, as usual" in read
    assert "Nobody" in read


def test_a_relaxed_rule_holds_from_then_on_and_is_said(world: World, browse: Browse) -> None:
    ada = browse("ada")

    answer = form_of(ada.get(PAGE), PAGE).send(ada, persona="sales")

    assert (answer.status_code, answer.location) == (303, PAGE)
    page = ada.get(PAGE)
    assert "Kept. It holds for what is agreed from now on." in page.text
    assert form_of(page, PAGE).values["persona"] == "sales"
    assert "Relaxed." in page.text
    with world.context():
        assert rule_of(KINDS["persona"]).needs == (Signer.SALES,)
        assert rule_of(KINDS["story"]).needs == (Signer.OWNER,)
    form_of(page, PAGE).send(ada)
    assert "Nothing has changed." in ada.get(PAGE).text


def test_proposals_that_have_what_is_still_asked_for_are_agreed_at_once(world: World, browse: Browse) -> None:
    for slug in ("signed", "unsigned"):
        world.write(slug, by="cleo", owner="dana.okafor", released=False)
    with world.context(), saving():
        choose_rules({"note": (Signer.SALES,)}, by=world.person("ada"))
    ada, ana = browse("ada"), browse("ana")
    for slug in ("signed", "unsigned"):
        world.propose(slug, by="cleo")
    assert "2 proposals wait." in words(ada.get(PAGE).text)

    answer = form_of(ada.get(PAGE), PAGE).send(ada, note="marketing")
    assert "are agreed" not in ada.get(answer.location).text
    world.sign("signed", by="milo")
    form_of(ada.get(PAGE), PAGE).send(ada, note="")

    assert "One proposal had every signature that is still asked for, and is agreed." in ada.get(PAGE).text
    assert ana.get("/notes/unsigned").status_code == 200
    with world.context():
        seen = shown("unsigned", kind=None, reader=world.person("ana"))
        assert seen.release is not None
        assert (seen.release.ground, seen.release.rule) == (Ground.UNASKED, "")


def test_a_signature_given_for_both_is_enough_once_one_is_asked_for(world: World, browse: Browse) -> None:
    world.write("buying", kind="buying_step", by="cleo", released=False, order=1, **STEP)
    world.propose("buying", by="cleo")
    world.sign("buying", by="dana")
    ada = browse("ada")

    form_of(ada.get(PAGE), PAGE).send(ada, buying_step="sales")

    with world.context():
        assert world.entry("buying").state is State.AGREED
    read = words(browse("ana").get("/buying-steps/buying").text)
    assert "Agreed under a relaxed rule: Sales alone. Signed by Dana Okafor for Sales" in read


STEP = {
    "summary": "They look for what it costs.",
    "buyer_question": "What does it cost us?",
    "buyer_actions": ["Counts the hours"],
    "done_when": "The hours are counted",
    "audience": "internal",
    "review_by": "2027-03-31",
}


def test_a_company_of_two_agrees_once_one_team_is_enough(world: World, browse: Browse) -> None:
    """Cleo and Ada are all there is. One writes, the other signs, whichever way round."""
    ada, cleo = browse("ada"), browse("cleo")
    for who, role in (("cleo", "contributor"), ("ada", "admin")):
        form = form_of(ada.get(f"/people/{world.people[who]}"), f"/people/{world.people[who]}")
        assert form.send(ada, role=role, signs_for="sales").status_code == 303
    world.write("buying", kind="buying_step", by="cleo", released=False, order=1, **STEP)
    form_of(cleo.get("/buying-steps/buying"), "/propose").send(cleo)
    form = form_of(ada.get("/buying-steps/buying/sign"), "/signatures")
    assert form.send(ada, team="sales").status_code == 303
    with world.context():
        assert world.entry("buying").state is State.PROPOSED, "nobody signs for Marketing"

    form_of(ada.get(PAGE), PAGE).send(ada, buying_step="sales")

    with world.context():
        assert world.entry("buying").state is State.AGREED
    world.revise("buying", by="ada", done_when="All hours are counted", released=False)
    form_of(ada.get("/buying-steps/buying"), "/propose").send(ada)
    form_of(cleo.get("/buying-steps/buying/sign"), "/signatures").send(cleo, team="sales")
    with world.context():
        entry = world.entry("buying")
        assert (entry.state, entry.agreed) == (State.AGREED, entry.version(2))


@pytest.mark.parametrize("who", ["ana", "cleo", "milo", "dana"])
def test_only_administrators_choose(world: World, browse: Browse, who: str) -> None:
    browser = browse(who)
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, {"note": ""}).status_code == 403
    assert "/settings" not in browser.get("/library").text
    assert f'href="{PAGE}"' in browse("ada").get("/library").text


def test_a_stranger_is_asked_to_sign_in(world: World, browse: Browse) -> None:
    assert browse("").get(PAGE).status_code in {302, 303, 401}
    assert browse("").client.post(PAGE, data={"note": ""}).status_code in {302, 303, 400, 401}


def test_without_its_token_a_form_chooses_nothing(world: World, browse: Browse) -> None:
    assert browse("ada").client.post(PAGE, data={"note": ""}).status_code == 400
    with world.context():
        assert not rule_of(KINDS["note"]).is_relaxed


@pytest.mark.parametrize(
    "typed", ["nobody", "sales,owner", "owner,sales", "sales,marketing,owner", "SALES", ","]
)
def test_what_is_no_choice_is_named_and_nothing_is_chosen(world: World, browse: Browse, typed: str) -> None:
    ada = browse("ada")

    answer = form_of(ada.get(PAGE), PAGE).send(ada, note=typed, persona="sales")

    assert answer.status_code == 422
    assert 'id="note-error"' in answer.text
    assert form_of(answer, PAGE).values["persona"] == "sales", "the other choice is given back"
    with world.context():
        assert not rule_of(KINDS["note"]).is_relaxed
        assert not rule_of(KINDS["persona"]).is_relaxed
