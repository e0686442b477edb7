from __future__ import annotations

from collections.abc import Callable

import pytest

from playbook.document import Document
from playbook.kinds import KINDS
from tests.kinds.samples import minimum
from tests.web.forms import form_of
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def test_a_changed_address_redirects_for_good_and_links_follow_on_request(
    world: World, browse: Browse
) -> None:
    world.write("price")
    world.write("close", body="See [[price]].\n")
    milo = browse("milo")

    answer = form_of(milo.get("/notes/price/address"), "/address").send(milo, slug="cost")

    assert answer.location == "/notes/cost/links"
    for old, new in (
        ("/notes/price", "/notes/cost"),
        ("/notes/price.md", "/notes/cost.md"),
        ("/notes/price?version=1", "/notes/cost?version=1"),
        ("/notes/price/versions", "/notes/cost/versions"),
        ("/notes/price/diff", "/notes/cost/diff"),
    ):
        assert (milo.get(old).status_code, milo.get(old).location) == (301, new)
    assert milo.get("/to/price").location == "/notes/cost"
    page = milo.get("/notes/cost/links")
    assert "<del>price</del>" in page.text
    assert "<ins>cost</ins>" in page.text
    answer = form_of(page, "/links").send(milo)
    assert answer.location == "/notes/cost/links"
    assert milo.get("/notes/close.md").text.endswith("See [[price]].\n"), "readers see what was agreed"
    assert milo.get("/notes/close.md?version=2").text.endswith("See [[cost]].\n")
    world.sign("close", by="dana")
    assert milo.get("/notes/close.md").text.endswith("See [[cost]].\n")
    done = milo.get("/notes/cost/links").text
    assert "1 entry changed." in done
    assert "Every link is up to date" in done


def test_an_address_that_cannot_be_is_named_and_given_back(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("terms")
    milo = browse("milo")
    for slug in ("Terms of Use", "terms", "a--b", "", "x" * 121):
        answer = form_of(milo.get("/notes/price/address"), "/address").send(milo, slug=slug)
        assert answer.status_code == 422
        assert f'value="{slug}"' in answer.text
    assert milo.get("/notes/price").status_code == 200


def test_t59_links_follow_only_in_entries_that_name_it(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("close", body="[[price]]\n")
    world.write("other", body="Nothing.\n")
    secret = world.write("secret", body="[[price]]\n", audience="restricted", by="ada")
    milo = browse("milo")
    form_of(milo.get("/notes/price/address"), "/address").send(milo, slug="cost")

    with world.context():
        ids = {slug: world.entry(slug).id for slug in ("close", "other")}
    form = form_of(milo.get("/notes/cost/links"), "/links")
    chosen = [f"{secret}:1", f"{ids['other']}:1", f"{ids['close']}:7", "999:1", "x:y", "1:1; drop"]
    answer = form.send(milo, entry=chosen)

    assert answer.status_code == 409
    assert "Version 1 was saved meanwhile." in answer.text
    assert "None of its links leads there any more." in answer.text
    assert "2 are not there." in answer.text
    assert "Secret" not in answer.text
    with world.context():
        assert {world.entry(slug).newest.number for slug in ("close", "other", "secret")} == {1}
    assert form.send(milo, entry=[]).status_code == 409


def test_an_entry_moves_to_another_kind_and_its_old_address_leads_there(world: World, browse: Browse) -> None:
    world.write("price", shoe_size=9)
    ada = browse("ada")
    first = ada.get("/notes/price/kind")
    assert first.status_code == 200
    page = ada.get("/notes/price/kind?to=persona")
    assert "shoe_size" in page.text
    assert "Summary" in page.text

    answer = form_of(page, "/kind").send(ada)
    assert answer.status_code == 422
    text = Document.compose({"kind": "persona", **minimum(KINDS["persona"]), "shoe_size": 9}, "Words.\n").text
    answer = form_of(answer, "/kind").send(ada, document=text)

    assert answer.location == "/personas/price"
    assert ada.get("/personas/price").status_code == 200
    assert ada.get("/personas/price?version=1").status_code == 200
    assert (ada.get("/notes/price").status_code, ada.get("/notes/price").location) == (
        301,
        "/personas/price",
    )
    assert ada.get("/notes/price.md").location == "/personas/price.md"
    assert ada.get("/notes/price/versions").location == "/personas/price/versions"
    assert ada.get("/to/price").location == "/personas/price"
    assert "Price" not in ada.get("/notes/").text


def test_a_move_over_something_newer_gives_the_text_back(world: World, browse: Browse) -> None:
    world.write("price", kind="note")
    ada = browse("ada")
    form = form_of(ada.get("/notes/price/kind?to=story"), "/kind")
    world.revise("price", body="Newer.\n")
    text = Document.compose({"kind": "story", **minimum(KINDS["story"])}, "My words.\n").text

    answer = form.send(ada, document=text)

    assert answer.status_code == 409
    assert "My words." in answer.text
    assert ada.get("/notes/price").status_code == 200
    answer = form_of(answer, "/kind").send(ada)
    assert answer.location == "/stories/price"


def test_what_is_agreed_is_moved_by_an_administrator_alone(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("begun", released=False)
    milo = browse("milo")

    page = milo.get("/notes/price/kind?to=story")

    assert "An administrator has to do this." in page.text
    assert "/kind" not in page.text.split('<main id="main"')[1]
    text = Document.compose({"kind": "story", **minimum(KINDS["story"])}, "My words.\n").text
    answer = milo.post("/notes/price/kind", {"to": "story", "base": "1", "document": text})
    assert answer.status_code == 403
    assert milo.get("/notes/price").status_code == 200
    form = form_of(milo.get("/notes/begun/kind?to=story"), "/kind")
    assert form.send(milo, document=text).location == "/stories/begun"


@pytest.mark.parametrize("typed", [{"to": ""}, {"to": "nothing"}, {"base": ""}, {"base": "٣"}, {"base": "x"}])
def test_a_move_that_is_not_whole_is_refused(world: World, browse: Browse, typed: dict[str, str]) -> None:
    world.write("price")
    ada = browse("ada")
    answer = form_of(ada.get("/notes/price/kind?to=story"), "/kind").send(ada, **typed)
    assert answer.status_code in {400, 422}


def test_two_entries_become_one_and_can_be_taken_apart(world: World, browse: Browse) -> None:
    world.write("price", body="Price words.\n")
    world.write("cost", body="Cost words.\n")
    world.write("close", body="[[price]]\n")
    milo = browse("milo")
    page = milo.get("/notes/price/merge?into=cost")
    assert "Price words." in page.text
    assert "Cost words." in page.text
    text = "---\nkind: note\ntitle: Cost\n---\nCost and price words.\n"

    answer = form_of(page, "/merge").send(milo, document=text, reason="The same thing twice.")

    assert answer.location == "/notes/price/links"
    links = milo.get(answer.location)
    form_of(links, "/links").send(milo)
    assert milo.get("/notes/close.md").text.endswith("[[price]]\n"), "readers see what was agreed"
    assert milo.get("/notes/cost.md?version=2").text == text
    for slug in ("close", "cost"):
        world.sign(slug, by="dana")
    assert milo.get("/notes/close.md").text.endswith("[[cost]]\n")
    assert milo.get("/notes/cost.md").text == text
    landed = milo.get("/notes/price", follow_redirects=True)
    assert landed.request.full_path == "/notes/cost?instead_of=price"
    assert "The same thing twice." in landed.text
    form_of(links, "/unretire").send(milo)
    assert milo.get("/notes/price").status_code == 200


def test_a_merge_over_something_newer_gives_the_text_back(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("cost")
    milo = browse("milo")
    form = form_of(milo.get("/notes/price/merge?into=cost"), "/merge")
    world.revise("cost", body="Newer words.\n")
    text = "---\nkind: note\ntitle: Cost\n---\nMy words.\n"

    answer = form.send(milo, document=text)

    assert answer.status_code == 409
    assert "My words." in answer.text
    assert "Newer words." in answer.text
    answer = form_of(answer, "/merge").send(milo, reason="")
    assert answer.status_code == 422
    assert "My words." in answer.text


def test_merging_into_what_is_hidden_is_merging_into_nothing(world: World, browse: Browse) -> None:
    world.write("price")
    world.write("secret", audience="restricted", by="ada")
    milo = browse("milo")
    answers = [milo.get(f"/notes/price/merge?into={slug}") for slug in ("secret", "nothing")]
    assert {answer.status_code for answer in answers} == {422}
    assert answers[0].text.replace("secret", "nothing") == answers[1].text
    form = form_of(milo.get("/notes/price/merge?into=price"), "/merge")
    assert form.send(milo, into="secret").status_code == form.send(milo, into="nothing").status_code == 404
