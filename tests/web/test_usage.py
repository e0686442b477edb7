from __future__ import annotations

from collections.abc import Callable

import pytest

from playbook.models import EventType, Surface
from tests.usage.acts import events, types
from tests.world import Browser, World

Browse = Callable[[str], Browser]

PRICE = "/tough-questions/price"


@pytest.fixture
def price(world: World) -> World:
    world.write(
        "price",
        kind="tough_question",
        title="Your price is too high",
        answer_30s="Compare what each leaves undone.",
        category="price",
    )
    return world


def test_opening_a_result_ties_the_view_to_its_search(price: World, browse: Browse) -> None:
    ana = browse("ana")
    ana.click(ana.get("/search?q=price"), "Your price is too high")

    served, view = events(price)
    assert (served.type, view.type) == (EventType.SERVED, EventType.VIEW)
    assert view.query_id == served.query_id is not None
    assert (view.position, view.surface) == (1, Surface.ENTRY)


def test_an_address_sent_to_a_colleague_does_not_bring_ones_search_along(
    price: World, browse: Browse
) -> None:
    ana, dana = browse("ana"), browse("dana")
    results = ana.get("/search?q=price").text
    address = results.split('<h2><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert "q=" in address
    dana.get(address)

    view = events(price)[-1]
    assert (view.user_id, view.query_id, view.position) == (price.people["dana"], None, None)


@pytest.mark.parametrize(
    "query",
    [
        "q=",
        "q=1",
        "q=" + "g" * 32,
        "q=" + "0" * 33,
        "q=%00",
        "q[]=1",
        "at=3",
        "q=" + "0" * 32 + "&at=-1",
        "q=" + "0" * 32 + "&at=1e9",
        "q=" + "0" * 32 + "&at=99999999999999999999",
        "q=" + "0" * 32 + "&at=%D9%A3",
    ],
)
def test_nothing_is_made_of_an_address_that_makes_no_sense(price: World, browse: Browse, query: str) -> None:
    assert browse("ana").get(f"{PRICE}?{query}").status_code == 200

    [view] = events(price)
    assert (view.type, view.query_id, view.position) == (EventType.VIEW, None, None)


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"User-Agent": ""},
    ],
)
def test_a_machine_gets_the_page_and_is_not_counted_as_somebody(
    price: World, browse: Browse, headers: dict[str, str]
) -> None:
    ana = browse("ana")
    assert ana.get(PRICE, headers=headers).status_code == 200
    assert ana.get("/search?q=price", headers=headers).status_code == 200

    assert types(price) == [EventType.MACHINE_OPEN]


def test_asking_for_the_head_alone_is_a_machines_way(price: World, browse: Browse) -> None:
    assert browse("ana").client.head(PRICE).status_code == 200

    assert types(price) == [EventType.MACHINE_OPEN]


def test_a_copy_is_counted(price: World, browse: Browse) -> None:
    answer = browse("ana").post(f"{PRICE}/uses", {"type": "copy", "what": "answer_30s"})

    assert (answer.status_code, answer.text) == (204, "")
    [use] = [event for event in events(price) if event.type is EventType.COPY]
    assert (use.what, use.surface) == ("answer_30s", Surface.ENTRY)


def test_a_copy_among_the_results_belongs_to_their_search(price: World, browse: Browse) -> None:
    ana = browse("ana")
    results = ana.get("/search?q=price").text
    address = results.split('report="')[1].split('"')[0].replace("&amp;", "&")
    assert ana.post(address, {"type": "copy", "what": "answer_30s"}).status_code == 204

    use = events(price)[-1]
    assert (use.type, use.surface, use.position) == (EventType.COPY, Surface.SEARCH, 1)
    assert use.query_id is not None


@pytest.mark.parametrize("type", ["", "view", "served", "COPY", "copy\0", "author_view"])
def test_only_a_copy_or_a_download_can_be_reported(price: World, browse: Browse, type: str) -> None:
    answer = browse("ana").post(f"{PRICE}/uses", {"type": type})

    assert answer.status_code == 422
    assert "A use is a copy or a download." in answer.text
    assert EventType.COPY not in types(price)


def test_a_use_cannot_be_reported_from_another_site_or_by_a_stranger(price: World, browse: Browse) -> None:
    assert browse("ana").client.post(f"{PRICE}/uses", data={"type": "copy"}).status_code == 400
    assert browse("").client.post(f"{PRICE}/uses", data={"type": "copy"}).status_code in {400, 403}

    assert types(price) == []


def test_no_use_of_what_one_may_not_know_of(price: World, browse: Browse) -> None:
    price.write("secret", audience="restricted", owner="dana.okafor")
    price.write("draft", released=False)
    ana = browse("ana")

    for slug in ("secret", "draft", "nothing"):
        assert ana.post(f"/notes/{slug}/uses", {"type": "copy"}).status_code == 404
    assert types(price) == []


@pytest.mark.parametrize("what", ["x" * 5000, "\0", "'; DROP TABLE usage_event; --", "ü" * 200, "<script>"])
def test_whatever_is_said_to_be_copied_can_be_kept(price: World, browse: Browse, what: str) -> None:
    assert browse("ana").post(f"{PRICE}/uses", {"type": "copy", "what": what}).status_code == 204

    assert EventType.COPY in types(price)
