"""Looking again at an entry: opened, read, and answered for, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from itsdangerous import URLSafeSerializer

from playbook.db import db
from playbook.models import Notice, Review, User
from playbook.work import saving
from tests.routes import routes
from tests.web.forms import Form, form_of
from tests.web.reading import FIREFOX, counting
from tests.world import Browser, World

Browse = Callable[[str], Browser]

TUESDAY = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_tuesday():
    with time_machine.travel(TUESDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def price(world: World) -> str:
    """A note of Cleo's whose review was due on Sunday."""
    world.write("price", body="It costs **60**.\n", owner="cleo.marsh", review_by="2026-03-01")
    return "price"


def question(browser: Browser, slug: str = "price") -> Form:
    return form_of(browser.get(f"/notes/{slug}/review"), "/review")


def reviews(world: World) -> list[tuple[str, str | None, str]]:
    with world.context():
        return [
            (review.answer.value, review.evidence_on, review.note)
            for review in db.session.scalars(sa.select(Review).order_by(Review.id))
        ]


def due(world: World, slug: str = "price") -> str | None:
    with world.context():
        return world.entry(slug).review_by


def test_the_whole_text_stands_above_the_question(world: World, browse: Browse, price: str) -> None:
    page = browse("cleo").get("/notes/price/review")

    assert page.status_code == 200
    assert page.text.index("It costs <strong>60</strong>.") < page.text.index("Is this still true?")
    assert "Review was due 1 March." in page.text


def test_still_true_moves_the_day_as_far_as_the_kind_says(world: World, browse: Browse, price: str) -> None:
    cleo = browse("cleo")

    answer = question(cleo).send(cleo, answer="still true", evidence_on="2026-02-27", note="Three calls.")

    assert (answer.status_code, answer.location) == (303, "/due")
    assert "Kept: still true. Look again by 3 March 2027." in cleo.get("/due").text
    assert due(world) == "2027-03-03"
    assert reviews(world) == [("still true", "2026-02-27", "Three calls.")]


def test_still_true_needs_evidence_and_gives_back_what_was_typed(
    world: World, browse: Browse, price: str
) -> None:
    cleo = browse("cleo")

    answer = question(cleo).send(cleo, answer="still true", note="Three calls.")

    assert answer.status_code == 422
    assert "Name the day of the newest evidence" in answer.text
    again = form_of(answer, "/review")
    assert (again.values["answer"], again.values["note"]) == ("still true", "Three calls.")
    assert reviews(world) == []
    assert again.send(cleo, evidence_on="2026-03-01").status_code == 303


@pytest.mark.parametrize(
    "day", ["2026-03-04", "2023-01-01", "yesterday", "2026-02-30", "\x00", "２０２６-03-01"]
)
def test_evidence_is_of_a_day_that_was_and_not_long_ago(
    world: World, browse: Browse, price: str, day: str
) -> None:
    cleo = browse("cleo")

    assert question(cleo).send(cleo, answer="still true", evidence_on=day).status_code == 422
    assert due(world) == "2026-03-01"


def test_changed_leads_to_the_editor_with_what_has_changed(world: World, browse: Browse, price: str) -> None:
    cleo = browse("cleo")

    answer = question(cleo).send(cleo, answer="changed", note="It is 65 now.")

    assert answer.status_code == 303
    editor = cleo.get(answer.location)
    assert form_of(editor, "/edit").values["note"] == "It is 65 now."
    assert "Write what is true now" in editor.text
    assert due(world) == "2026-03-01"


def test_not_knowing_tells_the_other_owner_and_who_curates_and_leaves_it_due(
    world: World, browse: Browse
) -> None:
    world.write("price", owner="cleo.marsh", co_owner="milo.brandt", review_by="2026-03-01")
    cleo = browse("cleo")

    assert question(cleo).send(cleo, answer="don't know").location == "/due"

    assert due(world) == "2026-03-01"
    with world.context():
        told = db.session.scalars(
            sa.select(User.handle).join(Notice, Notice.user_id == User.id).order_by(User.handle)
        ).all()
        assert told == ["dana.okafor", "milo.brandt"], "Dana curates for Sales, Cleo's team"
    assert "Cleo Marsh did not know" in browse("milo").get("/notes/price/review").text


def test_a_rep_who_owns_something_answers_for_it(world: World, browse: Browse) -> None:
    world.write("price", owner="ana.ruiz", review_by="2026-03-01")
    ana = browse("ana")

    answer = question(ana).send(ana, answer="changed", note="It is 65 now.")

    assert answer.location == "/notes/price"
    assert "Those who write are told." in ana.get("/notes/price").text
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1


def test_an_answer_is_kept_once(world: World, browse: Browse, price: str) -> None:
    cleo = browse("cleo")
    form = question(cleo)

    for _ in range(2):
        assert form.send(cleo, answer="don't know").status_code == 303

    assert len(reviews(world)) == 1
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 1


def test_the_page_says_which_change_it_is_about(world: World, browse: Browse, price: str) -> None:
    world.write("answer", body="See [[price]].\n", owner="ana.ruiz")
    world.write("reply", body="See [[price]].\n", owner="cleo.marsh")
    world.revise("price", body="It costs 65.\n", released=False)
    world.propose("price")

    of_cleo = browse("cleo").get("/notes/reply/review").text
    of_ana = browse("ana").get("/notes/answer/review").text

    assert "/notes/price/diff?to=2" in of_cleo
    assert "Price has a change." in of_ana
    assert "/notes/price/diff" not in of_ana, "she may not read it before it is agreed"


# Nobody answers for what they have not opened, and nobody opens what is not theirs.


def test_a_text_that_was_not_opened_is_not_answered_for(
    world: World, browse: Browse, price: str, subtests: pytest.Subtests
) -> None:
    world.write("cost", owner="cleo.marsh", review_by="2026-03-01")
    cleo, milo = browse("cleo"), browse("milo")
    form = question(cleo)
    stamps = {
        "none": "",
        "made up": "WzIsMSwxXQ.AAAA",
        "of another entry": question(cleo, "cost").values["opened"],
        "of another person": question(milo).values["opened"],
        "odd": "\x00",
    }
    for name, stamp in stamps.items():
        with subtests.test(name):
            answer = form.send(
                cleo, answer="still true", evidence_on="2026-03-01", note="Seen.", opened=stamp
            )
            assert answer.status_code == 409
            assert form_of(answer, "/review").values["note"] == "Seen."
            assert reviews(world) == []


def test_a_page_that_was_open_for_more_than_a_day_is_read_again(
    world: World, browse: Browse, price: str, on_tuesday: time_machine.Traveller
) -> None:
    form = question(browse("cleo"))
    on_tuesday.shift(timedelta(hours=25))
    cleo = browse("cleo")
    form.values["csrf_token"] = cleo.token("/notes/price/review")

    answer = form.send(cleo, answer="still true", evidence_on="2026-03-01")

    assert answer.status_code == 409
    assert form_of(answer, "/review").send(cleo).status_code == 303, "the page that comes back was opened now"


def test_a_text_that_changed_meanwhile_is_read_again(world: World, browse: Browse, price: str) -> None:
    cleo = browse("cleo")
    form = question(cleo)
    world.revise("price", body="It costs 65.\n")

    answer = form.send(cleo, answer="still true", evidence_on="2026-03-01")

    assert answer.status_code == 409
    assert "It costs 65." in answer.text
    assert reviews(world) == []


def test_the_hash_of_another_text_is_refused(world: World, browse: Browse, price: str) -> None:
    cleo = browse("cleo")

    answer = question(cleo).send(cleo, answer="still true", evidence_on="2026-03-01", hash="0" * 64)

    assert answer.status_code == 409
    assert reviews(world) == []


def test_who_neither_owns_nor_curates_does_not_answer(world: World, browse: Browse, price: str) -> None:
    form = question(browse("cleo"))
    ana = browse("ana")
    form.values["csrf_token"] = ana.token()

    assert ana.get("/notes/price/review").location == "/notes/price", "there she reads who is asked"
    assert form.send(ana, answer="still true", evidence_on="2026-03-01").status_code == 409
    hers = URLSafeSerializer(world.app.secret_key or "", salt="opened for review")
    with world.context():
        version = world.entry("price").agreed_id
    form.values["opened"] = hers.dumps([world.people["ana"], version, int(TUESDAY.timestamp())])
    assert form.send(ana, answer="still true", evidence_on="2026-03-01").status_code == 403
    assert browse("").get("/notes/price/review").status_code == 303
    assert reviews(world) == []


def test_what_is_hidden_looks_like_what_does_not_exist(world: World, browse: Browse) -> None:
    world.write("secret", audience="restricted", owner="cleo.marsh", by="cleo")
    milo = browse("milo")

    for method in (milo.get, milo.post):
        hidden, missing = method("/notes/secret/review"), method("/notes/nothing/review")
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert hidden.text.replace("secret", "nothing") == missing.text


def test_a_form_without_a_token_or_an_answer_is_refused(world: World, browse: Browse, price: str) -> None:
    cleo = browse("cleo")
    form = question(cleo)

    assert cleo.client.post("/notes/price/review", data={"answer": "still true"}).status_code == 400
    assert form.send(cleo).status_code == 422
    assert form.send(cleo, answer="of course").status_code == 422
    assert form.send(cleo, answer="don't know", note="x" * 501).status_code == 422
    assert form.send(cleo, answer="don't know", note="a\x00b").status_code == 422
    assert reviews(world) == []


def test_nothing_stamps_more_than_one_entry(world: World) -> None:
    names = {route.rule for route in routes(world.app) if "/review" in route.rule and route.writes}

    assert names == {"/<folder:kind>/<slug:slug>/review"}


def test_drafts_and_what_is_retired_are_not_looked_at_again(world: World, browse: Browse, price: str) -> None:
    world.write("draft", released=False, owner="cleo.marsh")
    with world.context(), saving():
        world.entry("price").retire(by=world.person("milo"), reason="Nobody asks.")
    cleo = browse("cleo")

    assert cleo.get("/notes/draft/review").status_code == 409
    assert cleo.get("/notes/price/review").status_code == 409


def test_a_draft_above_what_is_agreed_shows_nothing_of_itself(
    world: World, browse: Browse, price: str
) -> None:
    world.revise("price", body="A secret draft.\n", title="Another", released=False)

    page = browse("cleo").get("/notes/price/review").text

    assert "A secret draft." not in page
    assert "Another" not in page


def test_the_reader_says_since_when_a_review_is_due_and_who_is_asked(
    world: World, browse: Browse, price: str
) -> None:
    of_ana, of_cleo = browse("ana").get("/notes/price").text, browse("cleo").get("/notes/price").text

    assert "Review due since 1 March." in of_ana
    assert "Cleo Marsh is asked" in of_ana
    assert "/notes/price/review" not in of_ana
    assert "/notes/price/review" in of_cleo


def test_an_address_of_old_leads_to_the_present_one(world: World, browse: Browse, price: str) -> None:
    with world.context(), saving():
        world.entry("price").rename("cost", by=world.person("milo"))

    assert browse("cleo").get("/notes/price/review").location == "/notes/cost/review"


def test_saying_that_a_review_is_due_asks_the_database_no_more_than_six_times(
    world: World, browse: Browse, price: str
) -> None:
    ana = browse("ana")
    with counting(world.app) as asked:
        assert "Review due since" in ana.get("/notes/price", headers=FIREFOX).text

    assert len(asked) <= 6, "\n\n".join(asked)


def test_where_no_owner_is_left_the_reader_says_that_others_are_asked(world: World, browse: Browse) -> None:
    world.write("price", owner="somebody.gone", review_by="2026-03-01")

    assert "Nobody is left who owns it" in browse("ana").get("/notes/price").text
    assert "/notes/price/review" in browse("milo").get("/notes/price").text
