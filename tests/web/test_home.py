from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
import time_machine
from flask import Flask

from playbook.db import db, quick
from playbook.kinds import KINDS
from playbook.models import Ground, SearchQuery, Signer, Surface, Team, UsageEvent
from playbook.models.rule import choose_rules
from playbook.work import saving
from tests.kinds.samples import enough
from tests.web.reading import FIREFOX, counting, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]


STEP = enough(KINDS["buying_step"])
BOTH, ALONE = (Signer.SALES, Signer.MARKETING), (Signer.SALES,)


def search(world: World, said: str, *people: str, total: int = 3) -> None:
    """Keep a search by each of these people."""
    with world.context(), quick() as connection:
        for who in people:
            count = connection.scalar(sa.select(sa.func.count()).select_from(SearchQuery))
            connection.execute(
                sa.insert(SearchQuery).values(
                    id=f"{count:032x}",
                    at=sa.func.current_timestamp(),
                    user_id=world.people[who],
                    words=said,
                    facets={},
                    total=total,
                )
            )


def test_the_first_page_asks_what_is_needed(world: World, browse: Browse) -> None:
    world.write("note-one")

    page = browse("ana").get("/").text

    assert "What do you need before the call?" in page
    assert page.count('role="search"') == 1


def test_the_four_truths_come_from_live_entries(world: World, browse: Browse) -> None:
    world.write("icp-one", kind="icp", title="Multi-plant manufacturer")
    world.write("persona-cfo", kind="persona", title="The CFO", role_in_purchase="economic_buyer")
    world.write("issue-one", kind="issue", title="The close slips")
    world.write("buy-2", kind="buying_step", title="Agree it is worth fixing", order=2)
    world.write("buy-1", kind="buying_step", title="Notice", order=1)
    world.write("cap-one", kind="capability", title="Line match", differentiator=True)
    world.write("cap-two", kind="capability", title="Same as everybody", differentiator=False)

    read = words(browse("ana").get("/").text).split("Changed lately")[0]

    order = [
        "Who we sell to",
        "Multi-plant manufacturer",
        "The CFO",
        "What matters to them",
        "The close slips",
        "How they buy",
        "Notice",
        "Agree it is worth fixing",
        "Why us",
        "Line match",
    ]
    assert [read.index(part) for part in order] == sorted(read.index(part) for part in order)
    assert "Same as everybody" not in read


def test_a_truth_says_how_far_it_is_agreed(world: World, browse: Browse) -> None:
    world.write("step-one", kind="buying_step", **STEP)
    world.write("step-two", kind="buying_step", **{**STEP, "review_by": "2026-01-31"})
    with time_machine.travel("2026-01-15T12:00:00Z", tick=False):
        assert "Two in force, none signed yet" in words(browse("ana").get("/").text)

    world.revise("step-one", by="cleo", body="Signed.\n", released=False)
    world.propose("step-one", by="cleo")
    world.agree("step-one")
    world.revise("step-two", by="cleo", body="Signed.\n", released=False)
    world.propose("step-two", by="cleo")
    world.sign("step-two", by="milo")
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        assert "One of two agreed, review due on one" in words(browse("ana").get("/").text)

    world.sign("step-two", by="dana")
    with time_machine.travel("2026-01-15T12:00:00Z", tick=False):
        assert "All two agreed" in words(browse("ana").get("/").text)


def test_what_everybody_signed_whom_the_rule_asked_counts_as_agreed(world: World, browse: Browse) -> None:
    world.write("step-one", kind="buying_step", by="cleo", released=False, **STEP)
    with world.context(), saving():
        choose_rules({"buying_step": ALONE}, by=world.person("ada"))
    world.propose("step-one", by="cleo")
    world.sign("step-one", by="dana")
    with world.context(), saving():
        choose_rules({"buying_step": BOTH}, by=world.person("ada"))

    assert "Agreed All buying steps" in words(browse("ana").get("/").text)


def test_a_truth_without_entries_is_a_gap_in_sight(world: World, browse: Browse) -> None:
    world.write("cap-one", kind="capability", title="Line match")

    read = words(browse("ana").get("/").text)

    assert "What matters to them Nothing agreed yet." in read
    assert "Why us Nothing sets us apart on paper yet." in read


def test_what_changed_lately_is_told_by_its_note(world: World, browse: Browse) -> None:
    with time_machine.travel("2026-03-03T09:00:00Z", tick=False):
        for number in range(6):
            world.write(f"note-{number}", title=f"Note {number}", summary=f"Summary {number}")
    with time_machine.travel("2026-05-05T09:00:00Z", tick=False):
        world.revise("note-0", summary="Other", note="The price went up")

        read = words(browse("ana").get("/").text).split("Changed lately ")[1]

    assert read.startswith("Note: Note 0 The price went up Version 2, 5 May, Milo Brandt")
    assert "Note: Note 5 Summary 5 New, 3 March, Milo Brandt" in read
    assert "Note 1 " not in read


def test_writers_go_on_with_the_drafts_that_nobody_has_proposed(world: World, browse: Browse) -> None:
    world.write("note-one", title="One")
    world.revise("note-one", title="One anew", by="cleo", note="Because", released=False)
    with time_machine.travel("2026-03-03T09:00:00Z", tick=False):
        world.write("note-two", title="Two", by="cleo", released=False)

    read = words(browse("cleo").get("/").text)

    assert "Waiting for you Two Your draft, 3 March, not proposed yet" in read
    assert "One anew Your draft of version 2, " in read
    for other in ("milo", "ana"):
        assert "Waiting for you" not in browse(other).get("/").text

    world.propose("note-one", by="cleo")
    assert "One anew" not in browse("cleo").get("/").text, "it waits for others now"


def test_a_draft_that_says_what_readers_see_does_not_wait(world: World, browse: Browse) -> None:
    world.write("note-one", title="One", by="cleo")
    world.revise("note-one", title="Two", by="cleo", released=False)
    world.revise("note-one", title="One", by="cleo", released=False)

    assert "Waiting for you" not in browse("cleo").get("/").text


def test_owners_are_asked_for_reviews_that_are_due(world: World, browse: Browse) -> None:
    world.write("note-one", title="One", owner="cleo.marsh", review_by="2026-01-31")
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        assert "Review was due 31 January. Is it still true?" in browse("cleo").get("/").text
        assert "Review was due" not in browse("milo").get("/").text


def test_a_draft_of_somebody_else_takes_no_review_from_its_owner(world: World, browse: Browse) -> None:
    world.write("note-one", title="One", owner="cleo.marsh", review_by="2026-01-31")
    world.revise("note-one", title="Two", by="milo", released=False)
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        assert "Review was due 31 January. Is it still true?" in browse("cleo").get("/").text


def test_a_search_is_shown_once_three_people_made_it(world: World, browse: Browse) -> None:
    world.write("note-one")
    search(world, "GRNI", "ana", "cleo", "milo")
    search(world, "secret deal", "ana", "cleo")
    search(world, "finds nothing", "ana", "cleo", "milo", total=0)

    page = browse("dana").get("/").text

    assert '<a href="/search?q=grni">grni</a>' in page
    assert "secret deal" not in page
    assert "finds nothing" not in page


def test_nobody_is_told_what_was_asked_when_nobody_asked(world: World, browse: Browse) -> None:
    world.write("note-one")

    assert "Asked most" not in browse("ana").get("/").text


def test_an_empty_playbook_says_how_to_begin(world: World, browse: Browse) -> None:
    assert "Write the first entry" in browse("cleo").get("/").text
    assert "playbook starter load" in browse("ada").get("/").text
    rep = browse("ana").get("/").text
    assert "Write the first entry" not in rep
    assert "will stand here as soon as it is agreed" in rep


def test_hidden_entries_stand_nowhere_on_the_first_page(world: World, browse: Browse) -> None:
    world.write("issue-one", kind="issue", title="A draft", released=False)
    world.write("issue-two", kind="issue", title="Only for Dana", audience="restricted", owner="dana.okafor")
    world.write("issue-three", kind="issue", title="For all")

    page = browse("ana").get("/").text

    assert "For all" in page
    assert "A draft" not in page
    assert "Only for Dana" not in page


def test_what_the_first_page_lists_is_recorded_once_each(world: World, browse: Browse) -> None:
    world.write("issue-one", kind="issue")
    world.write("note-one")

    browse("ana").get("/", headers=FIREFOX)

    with world.context():
        served = db.session.scalars(sa.select(UsageEvent)).all()
        assert {event.surface for event in served} == {Surface.HOME}
        assert sorted(event.position or 0 for event in served) == [1, 2]
        assert len({event.entry_id for event in served}) == 2


def test_a_migrated_entry_is_not_taken_for_a_signed_one(world: World, browse: Browse) -> None:
    world.write("issue-one", kind="issue", title="The close slips", released=False)
    with world.context(), saving():
        entry = world.entry("issue-one")
        entry.release(entry.newest, by=world.person("ada"), ground=Ground.MIGRATED)

    assert "One in force, none signed yet" in words(browse("ana").get("/").text)
    assert re.search(
        r"Brought in as agreed</strong> by Ada Field", browse("ana").get("/issues/issue-one").text
    )
    assert Team.SALES.value not in words(browse("ana").get("/issues/issue-one").text)


def test_the_first_page_asks_the_database_seven_times_and_twice_more_for_whoever_writes(
    app: Flask, world: World, browse: Browse
) -> None:
    for slug in ("one", "two", "three"):
        world.write(f"issue-{slug}", kind="issue", title=slug)
    world.revise("issue-one", title="Anew", by="cleo", released=False)
    for who in ("ana", "milo"):
        browser = browse(who)
        with counting(app) as asked:
            assert browser.get("/", headers=FIREFOX).status_code == 200

        whoever_writes = who == "milo"  # may have a draft to go on with, and something to sign
        assert len(asked) <= 7 + 2 * whoever_writes, "\n\n".join(asked)
