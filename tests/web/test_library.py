from __future__ import annotations

from collections.abc import Callable

from playbook.kinds import KINDS
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def test_the_library_has_a_shelf_for_every_kind(world: World, browse: Browse) -> None:
    page = browse("ana").get("/library").text

    for kind in KINDS.values():
        assert f'<a href="/{kind.folder}/">{kind.plural}</a>' in page
        assert kind.about in page


def test_a_shelf_counts_what_the_reader_may_know_of(world: World, browse: Browse) -> None:
    world.write("story-one", kind="story")
    world.write("story-two", kind="story", released=False)

    assert "ending with a question. 1 entry" in words(browse("ana").get("/library").text)
    assert "ending with a question. 2 entries" in words(browse("cleo").get("/library").text)
