"""The page to compare and sign."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]


@pytest.fixture
def proposed(world: World) -> World:
    """An ideal customer whose pass mark is to be another."""
    world.write(
        "plants",
        kind="icp",
        summary="Plants",
        owner="milo.brandt",
        fit={"structural": ["Two sites"]},
        must_have=["Receipts"],
        disqualifiers=["No orders"],
        audience="internal",
        review_by="2030-01-01",
        score={"pass_mark": 60},
        body="Old words stand here.\n",
    )
    world.revise("plants", score={"pass_mark": 65}, released=False, note="They never pass")
    world.propose("plants")
    return world


def test_the_news_is_the_title(proposed: World, browse: Browse) -> None:
    answer = browse("dana").get("/icps/plants/sign")
    assert answer.status_code == 200
    print(answer.text)
    assert "One change to who we sell to: pass mark" in answer.text
