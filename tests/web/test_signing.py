"""The page to compare and sign."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from playbook import agreeing
from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import Signature, Version
from playbook.web.reading.news import SAYS
from playbook.work import saving
from tests.agreeing.customer import change, customer, hash_of, proposed
from tests.web.forms import form_of
from tests.web.reading import words
from tests.world import Browser, World

Browse = Callable[[str], Browser]
PAGE = "/icps/plants/sign"


@pytest.fixture
def changed(world: World) -> World:
    """An ideal customer whose pass mark is to be another."""
    customer(world)
    change(world, note="They never pass")
    return world


def words_of(answer: TestResponse) -> str:
    return words(answer.text)


def signatures(world: World) -> list[tuple[str, str, str]]:
    with world.context():
        rows = db.session.scalars(sa.select(Signature).order_by(Signature.id))
        return [(each.team.value, each.user.first_name, each.comment) for each in rows]


def agreed_number(world: World) -> int | None:
    with world.context():
        agreed = world.entry("plants").agreed
        return agreed.number if agreed is not None else None


def test_the_news_is_the_title(changed: World, browse: Browse) -> None:
    said = words_of(browse("dana").get(PAGE))

    assert "One change to who we sell to: pass mark 60 becomes 65" in said
    assert "Version 2, proposed by Cleo Marsh" in said
    assert "Everyone reads version 1 until both have signed." in said
    assert "Pass mark 60 points becomes 65 points" in said


def test_every_kind_has_words_for_what_it_says() -> None:
    assert set(SAYS) == set(KINDS)


def test_several_changes_are_counted_and_shown(changed: World, browse: Browse) -> None:
    change(changed, summary="Three plants", body="Other words.\n")
    said = words_of(browse("dana").get(PAGE))

    assert "Three changes to who we sell to" in said
    assert "Summary" in said
    assert "Other" in said


def test_the_first_version_is_shown_whole(world: World, browse: Browse) -> None:
    proposed(world, body="## In one breath\n\nTheir spend is on orders.\n")
    said = words_of(browse("dana").get(PAGE))

    assert "New: Plants" in said
    assert "Their spend is on orders." in said
    assert "No orders" in said
    assert "Readers find it once both have signed." in said


def test_what_links_here_is_told_before_the_signature(changed: World, browse: Browse) -> None:
    changed.write("fair", body="See [[plants]].\n", title="Trade fair")
    assert "Trade fair" in words_of(browse("dana").get(PAGE))


def test_each_signs_for_one_side_and_the_last_makes_it_agreed(changed: World, browse: Browse) -> None:
    dana, milo = browse("dana"), browse("milo")

    answer = form_of(dana.get(PAGE), "/signatures").send(dana, team="sales", comment="At last")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}#news")
    page = dana.get(PAGE)
    assert "Signed for Sales. Marketing has still to sign." in page.text
    said = words_of(page)
    assert "Dana Okafor" in said
    assert "You have signed this." in said
    assert agreed_number(changed) == 1

    form_of(milo.get(PAGE), "/signatures").send(milo, team="marketing")
    said = words_of(milo.get(PAGE))
    assert "Version 2 is agreed" in said
    assert "It is what everyone reads now." in said
    assert agreed_number(changed) == 2
    assert signatures(changed) == [("sales", "Dana", "At last"), ("marketing", "Milo", "")]


def test_pressing_twice_signs_once(changed: World, browse: Browse) -> None:
    dana, milo = browse("dana"), browse("milo")
    for browser, team in ((dana, "sales"), (milo, "marketing")):
        form = form_of(browser.get(PAGE), "/signatures")
        assert [form.send(browser, team=team).status_code for _ in range(2)] == [303, 303]

    assert len(signatures(changed)) == 2


def test_who_wrote_it_alone_is_told_that_somebody_else_signs(world: World, browse: Browse) -> None:
    proposed(world, by="milo")
    milo = browse("milo")
    said = words_of(milo.get(PAGE))

    assert "You wrote this, so somebody else has to sign it." in said
    assert "Nobody else may sign for Marketing here." in said
    answer = milo.post(
        "/icps/plants/signatures", {"team": "marketing", "hash": hash_of(world), "comment": "Mine"}
    )
    assert answer.status_code == 409
    assert "You wrote this alone, so somebody else has to sign it." in words_of(answer)
    assert "Mine" in answer.text
    assert signatures(world) == []


def test_who_signs_for_no_team_may_look_and_not_sign(changed: World, browse: Browse) -> None:
    for first_name in ("cleo", "ada"):
        browser = browse(first_name)
        assert "Sign version" not in words_of(browser.get(PAGE))
        answer = browser.post("/icps/plants/signatures", {"team": "marketing", "hash": hash_of(changed)})
        assert answer.status_code in {403, 409}
    assert signatures(changed) == []


def test_a_signature_for_the_other_side_is_refused(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    assert (
        dana.post("/icps/plants/signatures", {"team": "marketing", "hash": hash_of(changed)}).status_code
        == 403
    )
    dana.post("/icps/plants/signatures", {"team": "sales", "hash": hash_of(changed)})
    answer = dana.post("/icps/plants/signatures", {"team": "marketing", "hash": hash_of(changed)})
    assert answer.status_code == 409
    assert signatures(changed) == [("sales", "Dana", "")]


def test_a_text_that_changed_meanwhile_is_not_signed_and_what_was_typed_is_kept(
    changed: World, browse: Browse
) -> None:
    dana = browse("dana")
    form = form_of(dana.get(PAGE), "/signatures")
    change(changed, summary="Three plants")

    answer = form.send(dana, team="sales", comment="A careful thought")
    assert answer.status_code == 409
    assert "The text has changed since you read it." in words_of(answer)
    assert "A careful thought" in answer.text
    assert f'href="{PAGE}"' in answer.text
    assert signatures(changed) == []


def test_what_cannot_be_kept_is_named_and_given_back(changed: World, browse: Browse) -> None:
    dana = browse("dana")
    answer = form_of(dana.get(PAGE), "/signatures").send(dana, team="sales", comment="x" * 1001)

    assert answer.status_code == 422
    assert "This has 1001 characters; at most 1000." in words_of(answer)
    assert "x" * 1001 in answer.text


def test_a_form_with_something_missing_is_refused(changed: World, browse: Browse) -> None:
    dana, address = browse("dana"), "/icps/plants/signatures"
    assert dana.post(address, {"team": "sales"}).status_code == 400
    assert dana.post(address, {"hash": hash_of(changed)}).status_code == 400
    assert dana.post(address, {"team": "nobody", "hash": hash_of(changed)}).status_code == 404
    unproven = dana.client.post(address, data={"team": "sales", "hash": hash_of(changed)})
    assert unproven.status_code == 400
    assert signatures(changed) == []


def test_readers_and_strangers_do_not_get_there(changed: World, browse: Browse) -> None:
    assert browse("ana").get(PAGE).status_code == 403
    data = {"team": "sales", "hash": hash_of(changed)}
    assert browse("ana").post("/icps/plants/signatures", data).status_code == 403
    assert browse("").get(PAGE).status_code == 303
    assert "/sign-in" in browse("").get(PAGE).location


def test_what_is_hidden_looks_like_what_is_missing(world: World, browse: Browse) -> None:
    named = {"audience": "restricted", "owner": "milo.brandt"}
    proposed(world, by="milo", **named)
    dana = browse("dana")
    data = {"team": "sales", "hash": hash_of(world)}

    hidden, missing = (dana.get(f"/icps/{slug}/sign") for slug in ("plants", "nothing"))
    assert hidden.status_code == missing.status_code == 404
    assert words_of(hidden) == words_of(missing)
    assert dana.post("/icps/plants/signatures", data).status_code == 404
    assert signatures(world) == []


def test_a_restricted_change_of_an_open_entry_is_hidden(changed: World, browse: Browse) -> None:
    changed.revise("plants", by="cleo", audience="restricted", released=False)
    with changed.context(), saving():
        agreeing.propose(changed.entry("plants"), by=changed.person("cleo"))

    assert browse("dana").get("/icps/plants").status_code == 200
    assert browse("dana").get(PAGE).status_code == 404
    data = {"team": "sales", "hash": hash_of(changed)}
    assert browse("dana").post("/icps/plants/signatures", data).status_code == 404


def test_an_earlier_address_leads_on(changed: World, browse: Browse) -> None:
    with changed.context(), saving():
        changed.entry("plants").rename("sites", by=changed.person("ada"))
    answer = browse("dana").get(PAGE)
    assert (answer.status_code, answer.location) == (301, "/icps/sites/sign")


def test_where_nothing_is_proposed_the_page_says_so(world: World, browse: Browse) -> None:
    customer(world)
    world.revise("plants", by="cleo", summary="Draft", released=False)
    said = words_of(browse("dana").get(PAGE))

    assert "Nothing is proposed here" in said
    assert "Version 2 is a draft. Everyone reads version 1." in said
    answer = browse("dana").post("/icps/plants/signatures", {"team": "sales", "hash": hash_of(world)})
    assert answer.status_code == 409


def test_a_kind_signed_by_its_owner_has_one_slot(world: World, browse: Browse) -> None:
    world.write("price", by="cleo", owner="milo.brandt", released=False)
    world.propose("price", by="cleo")
    milo = browse("milo")
    said = words_of(milo.get("/notes/price/sign"))

    assert "One signature" in said
    assert "Sign version 1 as the owner" in said
    form_of(milo.get("/notes/price/sign"), "/signatures").send(milo, team="owner")
    assert "Version 1 is agreed" in words_of(milo.get("/notes/price/sign"))


def test_a_fingerprint_is_made_anew_from_the_text(changed: World, browse: Browse) -> None:
    changed.agree("plants")
    ana = browse("ana")
    said = words_of(ana.get("/icps/plants/versions/2/verify"))

    assert "Version 2 is the text that was signed" in said
    assert said.count(hash_of(changed)) == 4
    assert "Signed for Sales Dana Okafor" in said
    assert "the rule asked for Sales and Marketing" in said
    assert "brought it in as agreed" in words_of(ana.get("/icps/plants/versions/1/verify"))


def test_a_text_that_was_tampered_with_is_not_what_was_signed(changed: World, browse: Browse) -> None:
    changed.agree("plants")
    with changed.context(), saving():
        version = changed.entry("plants").newest
        damaged = version.document.text.replace("65", "66")
        for (name,) in db.session.execute(
            sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'version'")
        ).all():
            db.session.execute(sa.text(f'DROP TRIGGER "{name}"'))
        db.session.execute(sa.update(Version).where(Version.id == version.id).values(text=damaged))

    said = words_of(browse("dana").get("/icps/plants/versions/2/verify"))
    assert "Version 2 is not the text that was saved" in said
    assert "Another text" in said
    assert "Tell an administrator." in said


def test_a_fingerprint_of_what_may_not_be_read_is_not_told(changed: World, browse: Browse) -> None:
    assert browse("ana").get("/icps/plants/versions/2/verify").status_code == 404
    assert browse("dana").get("/icps/plants/versions/2/verify").status_code == 200
    assert browse("dana").get("/icps/plants/versions/9/verify").status_code == 404
    assert browse("dana").get("/icps/nothing/versions/1/verify").status_code == 404
    assert browse("").get("/icps/plants/versions/1/verify").status_code == 303


def test_whoever_signs_is_told_what_could_be_clearer(world: World, browse: Browse) -> None:
    customer(world)
    change(world, evidence=[{"claim": "Most of them buy", "label": "fact"}])

    page = browse("dana").get(PAGE).text

    assert "One thing could be clearer" in page
    assert 'href="/icps/plants/edit#evidence-1-source"' in page
