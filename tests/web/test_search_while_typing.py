"""The search page in a browser: it follows the typing, keeps the place, and tells what was looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from playbook.models import EventType, Surface
from tests.usage.acts import events, kept_searches
from tests.world import Browser, World


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address of a server."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def ana(world: World, browse: Callable[[str], Browser], site: str, page: Page) -> Page:
    """Ana's browser before the search page of a small playbook."""
    world.write(
        "too-dear",
        kind="tough_question",
        title="Your price is too high",
        answer_30s="Compare.",
        category="price",
    )
    world.write("pallets", title="A price for pallets")
    cookie = browse("ana").client.get_cookie("playbook")
    assert cookie is not None
    page.context.add_cookies([{"name": "playbook", "value": cookie.value, "url": site}])
    page.goto(f"{site}/search")
    return page


def test_results_follow_the_typing_and_are_kept_once_they_were_looked_at(ana: Page, world: World) -> None:
    box = ana.get_by_role("searchbox")
    expect(box).to_be_focused()
    with ana.expect_response(lambda answer: answer.request.method == "POST") as kept:
        box.press_sequentially("price", delay=20)
        expect(ana.locator("output")).to_have_text("2 entries")
    assert kept.value.status == 204

    [search] = kept_searches(world)
    assert (search.words, search.total) == ("price", 2)
    assert ana.url.endswith("/search?q=price")
    expect(box).to_be_focused()

    box.press("ArrowDown")
    ana.keyboard.press("Enter")
    expect(ana.get_by_role("heading", level=1)).to_be_visible()
    view = events(world)[-1]
    assert (view.type, view.query_id, view.position) == (EventType.VIEW, search.id, 1)


def test_a_box_narrows_stays_under_the_finger_and_is_taken_back_by_the_back_button(
    ana: Page, world: World
) -> None:
    ana.goto(f"{ana.url}?q=price")
    ana.locator("#kind-tough_question").press("Space")
    expect(ana.locator("output")).to_have_text("1 entry")
    expect(ana.locator("#kind-tough_question")).to_be_focused()
    assert ana.url.endswith("/search?q=price&kind=tough_question")

    ana.go_back()
    expect(ana.locator("output")).to_have_text("2 entries")
    expect(ana.locator("#kind-tough_question")).not_to_be_checked()
    expect(ana.get_by_role("banner")).to_have_count(1)
    assert [(search.words, search.facets) for search in kept_searches(world)] == [
        ("price", {}),
        ("price", {"kind": ["tough_question"]}),
    ], "going back is not another search"


def test_copying_an_answer_among_the_results_is_a_use(ana: Page, world: World) -> None:
    ana.goto(f"{ana.url}?q=price+high")
    with ana.expect_response(lambda answer: answer.url.split("?")[0].endswith("/uses")) as told:
        ana.get_by_role("button", name="Copy").first.click()
    assert told.value.status == 204

    use = events(world)[-1]
    assert (use.type, use.surface, use.what, use.position) == (
        EventType.COPY,
        Surface.SEARCH,
        "answer_30s",
        1,
    )


def test_on_a_phone_the_boxes_are_a_sheet(ana: Page) -> None:
    ana.set_viewport_size({"width": 390, "height": 844})
    ana.goto(f"{ana.url}?q=price")
    expect(ana.locator("#kind-tough_question")).to_be_hidden()
    ana.get_by_role("button", name="Narrow the results").click()
    ana.locator("#kind-tough_question").check()
    ana.get_by_role("button", name="Show 1 entry").click()

    expect(ana.locator("#kind-tough_question")).to_be_hidden()
    expect(ana.locator("[data-result]")).to_have_count(1)
