"""What a change touches is told before it is proposed and after."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playbook import agreeing
from playbook.models import Answer
from playbook.work import saving
from tests.web.forms import form_of
from tests.web.reading import FIREFOX, counting
from tests.world import Browser, World

Browse = Callable[[str], Browser]


@pytest.fixture
def cost(world: World) -> None:
    """What it costs, two answers that link to it, and one that Milo may not know of."""
    world.write("cost", owner="milo.brandt")
    world.write("answer", body="See [[cost]].\n", by="cleo", owner="cleo.marsh")
    world.write("reply", body="See [[cost]].\n", by="cleo", owner="cleo.marsh", co_owner="ana.ruiz")
    world.write("hidden", body="See [[cost]].\n", by="dana", owner="dana.okafor", audience="restricted")


SENTENCE = "2 entries link to this; their owners are asked whether they are still true."


@pytest.mark.parametrize("way", ["/notes/cost/edit", "/notes/cost/edit?as=document"])
def test_the_editor_says_whom_proposing_asks(world: World, browse: Browse, cost: None, way: str) -> None:
    assert SENTENCE in browse("milo").get(way).text


def test_a_new_entry_and_a_first_text_ask_nobody(world: World, browse: Browse) -> None:
    world.write("cost", released=False)
    world.write("answer", body="See [[cost]].\n")

    assert "link to this" not in browse("milo").get("/new/notes").text
    assert "links to this" not in browse("milo").get("/notes/cost/edit").text


def test_proposing_says_whom_it_asked_and_leads_to_what_they_say(
    world: World, browse: Browse, cost: None
) -> None:
    world.revise("cost", body="Much.\n", released=False)
    milo = browse("milo")
    assert SENTENCE in milo.get("/notes/cost").text

    form_of(milo.get("/notes/cost"), "/propose").send(milo)

    page = milo.get("/notes/cost").text
    assert f"Readers see it once it is signed. {SENTENCE}" in page
    assert "What they say" in page
    with world.context(), saving():
        entry = world.entry("answer")
        agreeing.review(
            entry,
            Answer.CHANGED,
            by=world.person("cleo"),
            hash=entry.newest.hash,
        )
    told = milo.get("/notes/cost/impact").text
    assert "2 entries link to this" in told
    assert "Has changed</span>, says Cleo Marsh" in told
    assert "Cleo Marsh and Ana Ruiz own it" in told


def test_what_somebody_may_not_know_of_is_neither_named_nor_counted(
    world: World, browse: Browse, cost: None
) -> None:
    change = "3 entries link to this; their owners are asked whether they are still true."

    assert "Hidden" not in browse("milo").get("/notes/cost/impact").text
    assert "Hidden" in browse("dana").get("/notes/cost/impact").text
    assert change in browse("ada").get("/notes/cost/edit").text


def test_reps_strangers_and_those_who_may_not_know_of_an_entry_get_nothing(
    world: World, browse: Browse, cost: None
) -> None:
    assert browse("ana").get("/notes/cost/impact").status_code == 403
    assert browse("").get("/notes/cost/impact").status_code == 303
    assert browse("milo").get("/notes/hidden/impact").status_code == 404
    assert browse("milo").get("/notes/nothing/impact").status_code == 404
    world.revise("cost", body="Much.\n", released=False)
    assert "link to this; their owners" not in browse("ana").get("/notes/cost").text


def test_an_address_of_old_leads_to_the_present_one(world: World, browse: Browse, cost: None) -> None:
    with world.context(), saving():
        world.entry("cost").rename("price", by=world.person("milo"))

    assert browse("milo").get("/notes/cost/impact").location == "/notes/price/impact"


def test_saying_what_a_change_touches_costs_the_reader_no_query(
    world: World, browse: Browse, cost: None
) -> None:
    world.revise("cost", body="Much.\n", released=False)
    milo = browse("milo")
    with counting(world.app) as asked:
        assert SENTENCE in milo.get("/notes/cost", headers=FIREFOX).text

    assert len(asked) <= 6, "\n\n".join(asked)


def test_what_is_to_be_retired_names_what_points_to_it_before_the_question(
    world: World, browse: Browse, cost: None
) -> None:
    page = browse("milo").get("/notes/cost/retire").text

    assert page.index("2 entries point to it") < page.index("Retire it</button>")
