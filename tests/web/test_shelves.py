from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa

from playbook.db import db
from playbook.models import Surface, UsageEvent
from playbook.work import saving
from tests.web.reading import FIREFOX, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def titles(html: str) -> list[str]:
    """What stands on a shelf, in order."""
    shelf = html.split('class="shelf-list', 1)[-1]
    return re.findall(r'<h2><a href="[^"]+">([^<]+)</a></h2>', shelf)


def shelf_of_stories(world: World) -> None:
    """Ten stories: five told to the CFO, two of them in Discovery."""
    world.write("persona-cfo", kind="persona", title="The CFO", role_in_purchase="economic_buyer")
    world.write("persona-it", kind="persona", title="IT", role_in_purchase="coach")
    world.write("stage-2", kind="stage", title="Discovery", order=2)
    world.write("stage-3", kind="stage", title="Scoping", order=3)
    for number in range(10):
        world.write(
            f"story-{number}",
            kind="story",
            title=f"Story {number}",
            use_when={
                "personas": ["persona-cfo" if number < 5 else "persona-it"],
                "stages": ["stage-2" if number < 2 else "stage-3"],
            },
        )


def test_a_shelf_is_ordered_by_place_then_by_title(world: World, browse: Browse) -> None:
    for slug, order in (("zulu", 1), ("alpha", 2), ("beta", 2)):
        world.write(f"stage-{slug}", kind="stage", title=slug.capitalize(), order=order)

    assert titles(browse("ana").get("/stages/").text) == ["Zulu", "Alpha", "Beta"]


def test_drafts_stand_on_the_shelf_of_writers_only(world: World, browse: Browse) -> None:
    world.write("story-one", kind="story", title="One")
    world.write("story-two", kind="story", title="Two", released=False)

    assert titles(browse("ana").get("/stories/").text) == ["One"]
    cleo = browse("cleo").get("/stories/").text
    assert titles(cleo) == ["One", "Two"]
    assert "Two Draft" in words(cleo)


def test_a_shelf_is_narrowed_by_links(world: World, browse: Browse) -> None:
    shelf_of_stories(world)
    ana = browse("ana")

    narrowed = ana.click(ana.get("/stories/"), "The CFO")
    both = ana.click(narrowed, "Discovery")

    assert titles(narrowed.text) == [f"Story {number}" for number in range(5)]
    assert titles(both.text) == ["Story 0", "Story 1"]
    assert titles(ana.click(both, "All").text) == ["Story 0", "Story 1"]


def test_choices_that_leave_nothing_show_the_way_back(world: World, browse: Browse) -> None:
    shelf_of_stories(world)

    assert (
        "Nothing on this shelf fits" in browse("ana").get("/stories/?persona=persona-it&stage=stage-2").text
    )
    assert "Nothing on this shelf fits" in browse("ana").get("/stories/?persona=nobody").text
    assert titles(browse("ana").get("/stories/?persona=%00'").text) == [
        f"Story {number}" for number in range(10)
    ]


def test_an_old_slug_narrows_as_the_present_one_does(world: World, browse: Browse) -> None:
    shelf_of_stories(world)
    with world.context(), saving():
        world.entry("persona-cfo").rename("persona-finance", by=world.person("milo"))

    for slug in ("persona-cfo", "persona-finance"):
        assert len(titles(browse("ana").get(f"/stories/?persona={slug}").text)) == 5


def test_a_long_shelf_has_pages_and_its_places_go_on(world: World, browse: Browse) -> None:
    for number in range(103):
        world.write(f"note-{number:03}", title=f"Note {number:03}")
    ana = browse("ana")

    first = ana.get("/notes/", headers=FIREFOX)
    second = ana.get("/notes/?page=2", headers=FIREFOX)

    assert len(titles(first.text)) == 100
    assert titles(second.text) == ["Note 100", "Note 101", "Note 102"]
    assert "Page 2 of 2" in second.text
    assert ana.get("/notes/?page=3").status_code == 404
    with world.context():
        served = db.session.scalars(sa.select(UsageEvent).order_by(UsageEvent.position)).all()
        assert {event.surface for event in served} == {Surface.SHELF}
        assert [event.position for event in served] == list(range(1, 104))


def test_an_empty_shelf_says_what_belongs_there(world: World, browse: Browse) -> None:
    assert "This shelf is empty" in browse("ana").get("/plays/").text
    assert "Write the first one" not in browse("ana").get("/plays/").text
    assert "Write the first one" in browse("cleo").get("/plays/").text


def test_the_address_without_the_slash_leads_to_the_shelf(world: World, browse: Browse) -> None:
    assert browse("ana").get("/stories").status_code == 308
    assert browse("ana").get("/nonsense/").status_code == 404
