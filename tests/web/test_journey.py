from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from playbook.db import db
from playbook.models import Surface, UsageEvent
from tests.web.reading import FIREFOX, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def test_steps_stand_in_the_order_of_the_buyer_over_the_stages_that_follow(
    world: World, browse: Browse
) -> None:
    world.write("buy-2", kind="buying_step", title="Agree", order=2, seller_stage="stage-2")
    world.write("buy-1", kind="buying_step", title="Notice", order=1, buyer_question="Why again?")
    world.write("stage-1", kind="stage", title="Connect", order=1, buyer_step="buy-1")
    world.write("stage-2", kind="stage", title="Discovery", order=2)

    read = words(browse("ana").get("/journey").text)

    order = ["Notice Why again?", "We are in Connect", "Agree", "We are in Discovery"]
    assert [read.index(part) for part in order] == sorted(read.index(part) for part in order)
    assert "Two steps of the buyer." in read


def test_what_serves_a_step_or_its_stages_stands_in_its_lane_once(world: World, browse: Browse) -> None:
    world.write(
        "buy-1",
        kind="buying_step",
        title="Notice",
        order=1,
        seller_stage="stage-1",
        tactics=["story-one"],
        who_is_involved=["persona-cfo"],
    )
    world.write("stage-1", kind="stage", title="Connect", order=1, questions=["q-one"], planners=["plan-one"])
    world.write("persona-cfo", kind="persona", title="The CFO", role_in_purchase="economic_buyer")
    world.write("q-one", kind="qualifying_question", title="What did it cost?")
    world.write(
        "plan-one", kind="planner", title="First call", objective="A number", situation={"stage": "stage-1"}
    )
    world.write("story-one", kind="story", title="Pallets", use_when={"stages": ["stage-1"]})
    world.write("col-one", kind="collateral", title="Worksheet", purpose="A figure", stages=["stage-1"])
    world.write(
        "tq-one",
        kind="tough_question",
        title="Wait?",
        category="timing",
        answer_30s="No.",
        stages=["stage-1"],
    )

    read = words(browse("ana").get("/journey").text)

    for lane in (
        "Notice The CFO",
        "Ask Question to ask: What did it cost?",
        "Expect Tough question: Wait?",
        "Tell Story: Pallets",
        "Plan with Conversation planner: First call",
        "Send Collateral: Worksheet",
        "Run Nothing yet",
    ):
        assert read.count(lane) == 1, lane


def test_a_step_without_a_stage_and_a_stage_without_a_step_are_both_shown(
    world: World, browse: Browse
) -> None:
    world.write("buy-1", kind="buying_step", title="Notice", order=1)
    world.write("stage-1", kind="stage", title="Connect", order=1)

    read = words(browse("ana").get("/journey").text)

    assert "No stage of ours follows it yet." in read
    assert "No step of the buyer These stages follow no buying step yet." in read
    assert read.count("Connect") == 1


def test_drafts_do_not_stand_on_the_journey_of_reps(world: World, browse: Browse) -> None:
    world.write("buy-1", kind="buying_step", title="Notice", order=1, tactics=["story-one"])
    world.write("buy-2", kind="buying_step", title="Agree", order=2, released=False)
    world.write("story-one", kind="story", title="Pallets", released=False)

    assert "Agree" not in browse("ana").get("/journey").text
    assert "Pallets" not in browse("ana").get("/journey").text
    assert "Story: Pallets Draft" in words(browse("cleo").get("/journey").text)


def test_an_empty_journey_says_how_to_begin(world: World, browse: Browse) -> None:
    assert "No buying step and no stage yet" in browse("ana").get("/journey").text
    assert "Write the first step" in browse("cleo").get("/journey").text


def test_what_the_journey_lists_is_recorded(world: World, browse: Browse) -> None:
    world.write("buy-1", kind="buying_step", title="Notice", order=1, tactics=["story-one"])
    world.write("story-one", kind="story", title="Pallets")

    browse("ana").get("/journey", headers=FIREFOX)

    with world.context():
        served = db.session.scalars(sa.select(UsageEvent)).all()
        assert [event.surface for event in served] == [Surface.JOURNEY] * 2
