from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import About, Digest, Watch
from playbook.telling import tell
from playbook.work import saving
from tests.kinds.samples import minimum
from tests.web.forms import form_of
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def watched(world: World, person: str = "ana") -> dict[str, bool]:
    """What somebody said something about, and whether they are quiet about it."""
    with world.context():
        rows = db.session.scalars(sa.select(Watch).where(Watch.user_id == world.people[person]))
        return {watch.thing: watch.quiet for watch in rows}


def pressed(page: TestResponse) -> set[str]:
    """The ids of the buttons to watch that are pressed."""
    return set(re.findall(r'id="(watch-[a-z]+)"[^>]*aria-pressed="true"', page.text))


def send(browser: Browser, path: str, **fields: str) -> TestResponse:
    return browser.post(path, fields)


def test_an_entry_is_watched_left_as_usual_or_quiet(world: World, browse: Browse) -> None:
    number = world.write("price")
    ana = browse("ana")
    assert pressed(ana.get("/notes/price")) == {"watch-usual"}
    for how, kept in (
        ("watch", {f"entry:{number}": False}),
        ("quiet", {f"entry:{number}": True}),
        ("usual", {}),
    ):
        form = form_of(ana.get("/notes/price"), "/notes/price/watch")
        assert form.send(ana, how=how).location == "/notes/price"
        assert watched(world) == kept
        assert pressed(ana.get("/notes/price")) == {f"watch-{how}"}


def test_saying_it_again_changes_nothing(world: World, browse: Browse) -> None:
    number = world.write("price")
    ana = browse("ana")
    for _ in range(2):
        send(ana, "/notes/price/watch", how="quiet")
    assert watched(world) == {f"entry:{number}": True}
    for _ in range(2):
        send(ana, "/notes/price/watch", how="usual")
    assert watched(world) == {}


def test_a_shelf_is_watched(world: World, browse: Browse) -> None:
    world.write("price")
    ana = browse("ana")
    form = form_of(ana.get("/notes/"), "/notes/watch")
    assert form.send(ana, how="watch").location == "/notes/"
    assert watched(world) == {"kind:note": False}
    assert pressed(ana.get("/notes/")) == {"watch-shelf"}

    assert form.send(ana, how="usual").location == "/notes/"

    assert watched(world) == {}


def test_what_is_meant_for_a_persona_is_watched_on_its_page(world: World, browse: Browse) -> None:
    number = world.write("cfo", kind="persona", **minimum(KINDS["persona"]))
    ana = browse("ana")
    assert "Watch what is meant for them" in ana.get("/personas/cfo").text

    send(ana, "/personas/cfo/watch", how="watch", what="persona")

    assert watched(world) == {f"persona:{number}": False}
    assert pressed(ana.get("/personas/cfo")) == {"watch-usual", "watch-for"}


def test_a_script_gets_the_button_alone(world: World, browse: Browse) -> None:
    world.write("price")
    ana = browse("ana")
    answer = ana.post("/notes/price/watch", {"how": "watch"}, headers={"HX-Request": "true"})
    shelf = ana.post("/notes/watch", {"how": "watch"}, headers={"HX-Request": "true"})

    assert answer.text.lstrip().startswith("<details")
    assert pressed(answer) == {"watch-watch"}
    assert shelf.text.lstrip().startswith("<form")
    assert pressed(shelf) == {"watch-shelf"}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/notes/price/watch", {}),
        ("/notes/price/watch", {"how": "shout"}),
        ("/notes/price/watch", {"how": "watch", "what": "persona"}),  # it is none
        ("/personas/cfo/watch", {"how": "quiet", "what": "persona"}),
        ("/notes/watch", {"how": "quiet"}),
        ("/notes/watch", {"how": ""}),
        ("/you/watching", {"digest": "hourly"}),
        ("/you/watching", {}),
    ],
)
def test_what_makes_no_sense_is_refused(
    world: World, browse: Browse, path: str, fields: dict[str, str]
) -> None:
    world.write("price")
    world.write("cfo", kind="persona", **minimum(KINDS["persona"]))

    assert send(browse("ana"), path, **fields).status_code == 422
    assert watched(world) == {}


def test_what_one_may_not_know_of_cannot_be_watched(world: World, browse: Browse) -> None:
    world.write("secret", audience="restricted", by="dana")
    world.write("draft", released=False)
    ana = browse("ana")
    for slug in ("secret", "draft", "never-there"):
        assert send(ana, f"/notes/{slug}/watch", how="watch").status_code == 404
    assert browse("").client.post("/notes/secret/watch", data={"how": "watch"}).status_code in {400, 401}
    assert ana.client.post("/notes/watch", data={"how": "watch"}).status_code == 400
    assert watched(world) == {}


def test_the_list_stops_and_quietens(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("cfo", kind="persona", **minimum(KINDS["persona"]))
    ana = browse("ana")
    send(ana, "/notes/price/watch", how="watch")
    send(ana, "/notes/watch", how="watch")
    send(ana, "/personas/cfo/watch", how="watch", what="persona")
    page = ana.get("/you/watching")
    said = words(page.text)
    for line in ("Price", "Notes the whole shelf", "what is meant for them"):
        assert line in said
    with world.context():
        numbers = dict(db.session.execute(sa.select(Watch.thing, Watch.id)).all())
    [price] = [number for thing, number in numbers.items() if thing.startswith("entry:")]

    assert form_of(page, f"/you/watching/{price}").send(ana, how="quiet").location == "/you/watching"
    assert list(watched(world).values()) == [True, False, False]
    for number in numbers.values():
        send(ana, f"/you/watching/{number}", how="usual")

    assert watched(world) == {}
    assert send(ana, f"/you/watching/{price}", how="usual").status_code == 404


def test_what_one_can_no_longer_see_is_not_named_and_can_be_stopped(world: World, browse: Browse) -> None:
    world.write("price", title="A telling title", by="dana")
    ana = browse("ana")
    send(ana, "/notes/price/watch", how="watch")
    world.revise("price", by="dana", audience="restricted")
    page = ana.get("/you/watching")
    assert "telling" not in page.text
    assert "An entry that you can no longer see" in page.text

    form_of(page, "/you/watching/1").send(ana, how="usual")

    assert watched(world) == {}


def test_nobody_changes_what_somebody_else_watches(world: World, browse: Browse) -> None:
    world.write("price")
    send(browse("ana"), "/notes/price/watch", how="watch")

    assert send(browse("ada"), "/you/watching/1", how="usual").status_code == 404
    assert len(watched(world)) == 1


def test_how_often_one_is_mailed_is_chosen(world: World, browse: Browse) -> None:
    ana = browse("ana")
    assert form_of(ana.get("/you/watching"), "/you/watching").values["digest"] == "daily"
    for choice in Digest:
        form = form_of(ana.get("/you/watching"), "/you/watching")
        assert form.send(ana, digest=choice.value).status_code == 303
        with world.context():
            assert world.person("ana").digest is choice


def test_what_somebody_was_told_and_watches_is_held_about_them(world: World, browse: Browse) -> None:
    world.write("price", by="dana")
    ana = browse("ana")
    send(ana, "/notes/price/watch", how="watch")
    with world.context(), saving():
        tell([world.person("ana")], About.AGREED, world.entry("price"), by=None)
    held = ana.get("/you/held.json").json
    assert held is not None
    assert [notice["entry"] for notice in held["notices"]] == ["notes/price"]
    assert [watch["what"] for watch in held["watched"]] == ["notes/price"]
    world.revise("price", by="dana", audience="restricted")

    held = ana.get("/you/held.json").json

    assert held is not None
    assert "notes/price" not in {
        each.get("entry") or each.get("what") for each in held["notices"] + held["watched"]
    }
    assert "Notices you got 1" in words(ana.get("/you/held").text)
