from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from playbook.db import db
from playbook.models import Entry, Version
from playbook.work import saving
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def ids(world: World) -> dict[str, str]:
    with world.context():
        return {slug: str(id) for slug, id in db.session.execute(sa.select(Entry.slug, Entry.id)).all()}


def test_entries_are_chosen_previewed_changed_and_changed_back(world: World, browse: Browse) -> None:
    for slug in ("one", "two", "three"):
        world.write(slug, owner="milo.brandt")
    milo = browse("milo")
    held = ids(world)
    form = form_of(milo.get("/bulk?kind=note"), "/bulk/preview")

    preview = form.send(milo, entry=[held["one"], held["two"]], what="owner", owner="dana.okafor")

    assert preview.status_code == 200
    assert "<del>milo.brandt</del>" in preview.text
    assert "<ins>dana.okafor</ins>" in preview.text
    assert "Three" not in preview.text
    answer = form_of(preview, "/bulk").send(milo)
    assert answer.status_code == 303
    result = milo.get(answer.location)
    assert "2 entries changed." in result.text
    assert "owner: dana.okafor" in milo.get("/notes/one.md?version=2").text.replace('"', "")
    assert milo.get("/notes/one.md").text == milo.get("/notes/one.md?version=1").text, "until it is signed"
    undone = form_of(result, "/undo").send(milo)
    page = milo.get(undone.location)
    assert "Undone for 2 entries." in page.text
    assert milo.get("/notes/one.md?version=3").text == milo.get("/notes/one.md?version=1").text
    assert "is proposed" not in milo.get("/notes/one").text, "it says what readers see"
    assert "Undone on" in milo.get(answer.location).text
    assert "What you changed lately" in milo.get("/bulk").text


def test_what_is_typed_and_not_marked_is_meant_if_it_is_the_only_one(world: World, browse: Browse) -> None:
    world.write("one")
    milo = browse("milo")
    form = form_of(milo.get("/bulk"), "/bulk/preview")

    preview = form.send(milo, entry=[ids(world)["one"]], tags="march")

    assert "Tags added: march" in preview.text
    assert form_of(preview, "/bulk").send(milo).status_code == 303


def test_a_form_sent_twice_changes_once(world: World, browse: Browse) -> None:
    world.write("one")
    milo = browse("milo")
    form = form_of(milo.get("/bulk"), "/bulk/preview")
    preview = form.send(milo, entry=[ids(world)["one"]], what="tags", how="add", tags="march")
    change = form_of(preview, "/bulk")

    first, second = change.send(milo), change.send(milo)

    assert first.location == second.location
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Version)) == 2


def test_all_on_the_page_and_all_that_fit_can_be_chosen(world: World, browse: Browse) -> None:
    for number in range(3):
        world.write(f"entry-{number}", owner="cleo.marsh")
    world.write("apart", owner="dana.okafor", body="The quokka.\n")
    milo = browse("milo")

    for address, which, expected in (
        ("/bulk?owned_by=cleo.marsh", "page", 3),
        ("/bulk?owned_by=cleo.marsh", "match", 3),
        ("/bulk?q=quokka", "match", 1),
        ("/bulk", "match", 4),
    ):
        form = form_of(milo.get(address), "/bulk/preview")
        preview = form.send(milo, which=which, what="review_by", review_by="2027-01-31")
        assert len(re.findall(r'name="entry"', preview.text)) == expected, address


def test_more_than_five_hundred_are_refused(world: World, browse: Browse) -> None:
    world.write("one")
    milo = browse("milo")
    form = form_of(milo.get("/bulk"), "/bulk/preview")

    answer = form.send(milo, which="page", here=",".join(map(str, range(1, 502))), what="owner", owner="x")

    assert answer.status_code == 422
    assert "At most 500" in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"what": ""}, "Choose what to change."),
        ({"what": "", "owner": "dana.okafor", "tags": "x"}, "Choose what to change."),
        ({"what": "verdict"}, "Choose what to change."),
        ({"what": "owner", "owner": "nobody.here"}, "Nobody here has this name."),
        ({"what": "review_by", "review_by": "soon"}, "Write a day"),
        ({"what": "tags", "how": "add", "tags": " , "}, "Name at least one tag."),
        ({"what": "tags", "how": "burn", "tags": "x"}, "Say whether to add"),
        ({"what": "owner", "owner": "dana.okafor", "entry": []}, "Choose at least one entry."),
    ],
)
def test_bad_input_is_named_and_the_form_given_back(
    world: World, browse: Browse, typed: dict[str, str | list[str]], said: str
) -> None:
    world.write("one")
    milo = browse("milo")
    form = form_of(milo.get("/bulk"), "/bulk/preview")

    answer = form.send(milo, **{"entry": [ids(world)["one"]], **typed})

    assert answer.status_code == 422
    assert said in answer.text
    if typed.get("entry") != []:
        assert re.search(r'name="entry" value="\d+" checked', answer.text)


def test_t55_hidden_entries_in_a_selection_look_like_missing_ones(world: World, browse: Browse) -> None:
    world.write("open")
    secret = world.write("secret", audience="restricted", by="ada")
    milo = browse("milo")
    held = ids(world)

    def preview(*chosen: str) -> str:
        form = form_of(milo.get("/bulk"), "/bulk/preview")
        answer = form.send(milo, entry=[held["open"], *chosen], what="owner", owner="dana.okafor")
        return re.sub(
            r'name="(once|csrf_token)" value="[^"]*"|content="[^"]*"|X-CSRFToken[^}]*', "", answer.text
        )

    assert "1 of those you chose is not there." in preview("98765")
    assert preview(str(secret)) == preview("98765")
    form = form_of(milo.get("/bulk"), "/bulk/preview")
    change = form_of(form.send(milo, entry=[held["open"]], what="owner", owner="dana.okafor"), "/bulk")
    result = milo.get(change.send(milo, entry=[f"{held['open']}:1", f"{secret}:1"]).location)
    assert "Secret" not in result.text
    assert "1 was not there." in result.text
    with world.context():
        assert world.entry("secret").newest.number == 1


def test_where_nothing_could_be_changed_the_reasons_are_told(world: World, browse: Browse) -> None:
    world.write("one")
    milo = browse("milo")
    form = form_of(milo.get("/bulk"), "/bulk/preview")
    preview = form.send(milo, entry=[ids(world)["one"]], what="owner", owner="dana.okafor")
    world.revise("one", owner="dana.okafor")

    answer = form_of(preview, "/bulk").send(milo)

    assert answer.status_code == 409
    assert "Nothing was changed." in answer.text
    assert "It says so already." in answer.text


def test_a_contributor_changes_what_waits_and_a_rep_nothing(world: World, browse: Browse) -> None:
    world.write("one")
    cleo, ana = browse("cleo"), browse("ana")
    form = form_of(cleo.get("/bulk"), "/bulk/preview")
    preview = form.send(cleo, entry=[ids(world)["one"]], what="owner", owner="dana.okafor")
    assert "proposed, to be signed" in preview.text
    answer = form_of(preview, "/bulk").send(cleo)

    assert ana.get("/bulk").status_code == 403
    for path in ("/bulk", "/bulk/preview", f"{answer.location}/undo"):
        assert ana.post(path).status_code == 403
    assert "dana.okafor" not in ana.get("/notes/one.md").text


def test_a_change_of_somebody_else_is_not_there(world: World, browse: Browse) -> None:
    world.write("one")
    milo, dana = browse("milo"), browse("dana")
    form = form_of(milo.get("/bulk"), "/bulk/preview")
    preview = form.send(milo, entry=[ids(world)["one"]], what="owner", owner="dana.okafor")
    address = form_of(preview, "/bulk").send(milo).location

    assert dana.get(address).status_code == 404
    assert dana.post(f"{address}/undo").status_code == 404
    assert browse("ada").get(address).status_code == 200
    for odd in ("0", "-1", "99", "1e3", "٣"):
        assert milo.get(f"/bulk/{odd}").status_code == 404


def test_a_result_does_not_name_what_its_maker_may_no_longer_see(world: World, browse: Browse) -> None:
    world.write("one")
    milo = browse("milo")
    form = form_of(milo.get("/bulk"), "/bulk/preview")
    preview = form.send(milo, entry=[ids(world)["one"]], what="owner", owner="dana.okafor")
    address = form_of(preview, "/bulk").send(milo).location
    world.revise("one", title="Taken away", audience="restricted", by="ada")

    page = milo.get(address).text
    assert "Taken away" not in page
    assert "One" not in page
    assert "1 more that you may not see any more." in page


def test_a_change_without_its_name_is_refused(world: World, browse: Browse) -> None:
    world.write("one")
    milo = browse("milo")
    for once in ("", "x", "undo 1"):
        answer = milo.post("/bulk", {"once": once, "what": "owner", "owner": "dana.okafor", "entry": "1:1"})
        assert answer.status_code == 422


def test_lists_to_choose_from_lead_here(world: World, browse: Browse) -> None:
    world.write("one")
    world.write("two")
    cleo = browse("cleo")
    for address in ("/library", "/notes/", "/search?q=words"):
        assert 'href="/bulk' in cleo.get(address).text, address
        assert 'href="/bulk' not in browse("ana").get(address).text
    assert cleo.get("/bulk?page=9").status_code == 404
    with world.context(), saving():
        world.entry("one").retire(by=None, reason="Over.")
    assert "One" not in cleo.get("/bulk").text
