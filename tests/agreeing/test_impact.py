"""Proposing a change asks the owners of what depends on it whether that is still true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import time_machine

from playbook import agreeing
from playbook.agreeing.impact import Standing
from playbook.db import db
from playbook.models import About, Answer, Entry, Notice, Signer, StillTrueTask, read
from playbook.work import saving
from tests.world import World

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def linked(world: World, **fields: object) -> None:
    """What it costs, and an answer of Cleo's that links to it."""
    world.write("cost", owner="milo.brandt")
    world.write("answer", body="See [[cost]].\n", by="cleo", **{"owner": "cleo.marsh", **fields})


def change(world: World, slug: str = "cost", *, by: str = "milo", **fields: object) -> None:
    """A newer version, proposed."""
    world.revise(slug, by=by, released=False, **{"body": f"{fields}\n", **fields})
    world.propose(slug, by=by)


def say(world: World, slug: str, answer: Answer, *, by: str) -> None:
    with world.context(), saving():
        entry = world.entry(slug)
        assert entry.agreed is not None
        evidence = "2026-02-27" if answer is Answer.STILL_TRUE else ""
        agreeing.review(entry, answer, by=world.person(by), hash=entry.agreed.hash, evidence_on=evidence)


def tasks(world: World, who: str) -> list[tuple[str, str | None, int | None]]:
    """The slugs of what this person is asked about and why, and the number of the version that changes it."""
    with world.context():
        return [
            (task.entry.slug, task.source and task.source.slug, task.change and task.change.number)
            for task in agreeing.tasks_of(world.person(who))
        ]


def standings(world: World, slug: str = "cost", *, reader: str = "milo") -> dict[str, Standing]:
    with world.context():
        entry = world.entry(slug)
        found = agreeing.dependants(entry, reader=world.person(reader))
        agreed = sum(each.entry.agreed_id is not None for each in found)
        assert agreeing.how_many_depend(entry, reader=world.person(reader)) == agreed
        return {each.entry.slug: each.standing for each in found}


def rows(world: World) -> int:
    with world.context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(StillTrueTask)) or 0


def told(world: World, who: str, about: About = About.STILL_TRUE) -> list[str]:
    with world.context():
        return list(
            db.session.scalars(
                sa.select(Entry.slug)
                .join(Notice, Notice.entry_id == Entry.id)
                .where(Notice.user_id == world.people[who], Notice.about == about)
                .order_by(Notice.id)
            )
        )


def test_proposing_a_change_asks_the_owners_of_all_that_links_to_it(world: World) -> None:
    linked(world)
    world.write("both", body="See [[cost]].\n", owner="dana.okafor", co_owner="cleo.marsh")
    world.write("other", body="See [[answer]].\n", owner="cleo.marsh")

    change(world)

    assert tasks(world, "cleo") == [("answer", "cost", 2), ("both", "cost", 2)]
    assert tasks(world, "dana") == [("both", "cost", 2)]
    assert tasks(world, "milo") == []
    assert told(world, "cleo") == ["answer", "both"]
    assert told(world, "dana") == ["both"]
    assert standings(world) == {"answer": Standing.ASKED, "both": Standing.ASKED}


def test_a_first_text_asks_nobody(world: World) -> None:
    world.write("cost", released=False, owner="milo.brandt")
    world.write("answer", body="See [[cost]].\n", owner="cleo.marsh")

    world.propose("cost")

    assert tasks(world, "cleo") == []
    assert standings(world) == {"answer": Standing.NOT_ASKED}


def test_links_by_an_address_of_old_count(world: World) -> None:
    linked(world)
    with world.context(), saving():
        world.entry("cost").rename("what-it-costs", by=world.person("milo"))

    change(world, "what-it-costs")

    assert tasks(world, "cleo") == [("answer", "what-it-costs", 2)]


def test_what_is_retired_and_what_is_a_draft_is_not_asked_about(world: World) -> None:
    linked(world)
    world.write("draft", body="See [[cost]].\n", owner="cleo.marsh", released=False)
    world.write("gone", body="See [[cost]].\n", owner="cleo.marsh")
    with world.context(), saving():
        world.entry("gone").retire(by=world.person("milo"), reason="Nobody asks.")

    change(world)

    assert tasks(world, "cleo") == [("answer", "cost", 2)]
    assert standings(world) == {"answer": Standing.ASKED, "draft": Standing.NOT_ASKED}


def test_what_only_a_newer_draft_links_to_is_no_link_that_readers_see(world: World) -> None:
    world.write("cost", owner="milo.brandt")
    world.write("answer", owner="cleo.marsh")
    world.revise("answer", by="cleo", body="See [[cost]].\n", released=False)

    change(world)

    assert standings(world) == {}
    assert tasks(world, "cleo") == []


def test_each_answer_is_told_to_whoever_proposed(world: World) -> None:
    with time_machine.travel(MONDAY) as clock:
        for slug in "abcde":
            world.write(slug, body="See [[cost]].\n", owner="cleo.marsh")
        world.write("cost", owner="milo.brandt")
        clock.shift(timedelta(hours=1))
        change(world)
        clock.shift(timedelta(hours=1))
        say(world, "a", Answer.STILL_TRUE, by="cleo")
        say(world, "b", Answer.CHANGED, by="cleo")
        say(world, "c", Answer.UNKNOWN, by="cleo")
        world.revise("d", by="cleo", body="Another [[cost]].\n")

        assert standings(world) == {
            "a": Standing.STILL_TRUE,
            "b": Standing.CHANGED,
            "c": Standing.UNKNOWN,
            "d": Standing.REWRITTEN,
            "e": Standing.ASKED,
        }
        with world.context():
            [first, *_] = agreeing.dependants(world.entry("cost"), reader=world.person("milo"))
            assert first.by is not None
            assert first.at is not None
            assert (first.by.name, first.at.hour) == ("Cleo Marsh", MONDAY.hour + 2)
        assert [slug for slug, _, _ in tasks(world, "cleo")] == ["c", "e"], "not knowing leaves it open"


def test_asking_again_does_not_pile_up(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        linked(world)
        change(world)
        clock.shift(timedelta(days=3))
        change(world, body="Other words.\n")
        world.propose("cost")

        assert tasks(world, "cleo") == [("answer", "cost", 3)]
        assert rows(world) == 1
        assert told(world, "cleo") == ["answer"], "the question is the same, and keeps its age"
        with world.context():
            assert [task.at for task in agreeing.tasks_of(world.person("cleo"))] == [MONDAY]


def test_a_change_that_was_agreed_and_the_next_are_one_question(world: World) -> None:
    linked(world)
    change(world)
    world.agree("cost")
    assert tasks(world, "cleo") == [("answer", "cost", 2)], "readers see the change, and nobody has answered"

    change(world, body="Other words.\n")

    assert tasks(world, "cleo") == [("answer", "cost", 3)]


def test_an_answer_to_one_change_is_none_to_the_next(world: World) -> None:
    with time_machine.travel(MONDAY) as clock:
        linked(world)
        change(world)
        clock.shift(timedelta(hours=1))
        say(world, "answer", Answer.STILL_TRUE, by="cleo")
        assert tasks(world, "cleo") == []
        clock.shift(timedelta(hours=1))
        change(world, body="Other words.\n")

        assert tasks(world, "cleo") == [("answer", "cost", 3)]
        assert told(world, "cleo") == ["answer", "answer"]


def test_a_proposal_that_comes_to_nothing_leaves_no_question(world: World) -> None:
    linked(world)
    change(world)
    with world.context(), saving():
        agreeing.withdraw(world.entry("cost"), by=world.person("milo"))
    assert tasks(world, "cleo") == []

    world.propose("cost")
    assert tasks(world, "cleo") == [("answer", "cost", 2)]

    world.revise("cost", released=False, body="Only a draft.\n")
    assert tasks(world, "cleo") == []
    assert rows(world) == 1


def test_what_is_restricted_is_asked_about_and_not_told_of(world: World) -> None:
    linked(world, audience="restricted")

    change(world)

    assert standings(world) == {}, "Milo proposed, and may not know of it"
    assert standings(world, reader="cleo") == {"answer": Standing.ASKED}
    assert tasks(world, "cleo") == [("answer", "cost", 2)]


def test_a_change_of_what_one_may_not_read_is_not_shown(world: World) -> None:
    world.write("cost", owner="milo.brandt", audience="restricted")
    world.write("answer", body="See [[cost]].\n", owner="cleo.marsh")
    world.write("reply", body="See [[cost]].\n", owner="ana.ruiz")

    change(world)

    assert tasks(world, "cleo") == [("answer", None, None)]
    assert tasks(world, "ana") == [("reply", None, None)]


def test_a_rep_who_owns_something_is_asked_and_shown_no_text_that_is_not_agreed(world: World) -> None:
    linked(world, owner="ana.ruiz")

    change(world)

    assert tasks(world, "ana") == [("answer", "cost", None)]
    world.agree("cost")
    assert tasks(world, "ana") == [("answer", "cost", 2)]


def test_where_no_owner_is_left_those_who_curate_are_asked(world: World) -> None:
    linked(world, owner="somebody.gone")
    world.write("left", body="See [[cost]].\n", owner="cleo.marsh")
    with world.context(), saving():
        world.person("cleo").disable()

    change(world)

    assert [slug for slug, _, _ in tasks(world, "dana")] == ["answer", "left"]
    assert tasks(world, "ana") == []
    assert told(world, "dana") == ["answer", "left"]
    assert told(world, "milo") == [], "he proposed it himself"


def test_a_counter_proposal_asks_as_well(world: World) -> None:
    linked(world)
    change(world)
    with world.context():
        entry = world.entry("cost")
        counter = read(
            entry.newest.document.with_changes({}, body="It costs 63.\n"), kind=entry.kind, slug="cost"
        )
        with saving():
            entry = world.entry("cost")
            agreeing.disagree(
                entry,
                by=world.person("dana"),
                team=Signer.OWNER,
                hash=entry.newest.hash,
                reason="Too much.",
                counter=counter,
            )

    assert tasks(world, "cleo") == [("answer", "cost", 3)]
    assert rows(world) == 1


def test_looking_at_the_tasks_takes_a_few_queries_however_many_there_are(world: World) -> None:
    world.write("cost", owner="milo.brandt")
    for number in range(30):
        world.write(f"answer-{number}", body="See [[cost]].\n", owner="cleo.marsh")
    change(world)
    with world.context():
        cleo, entry = world.person("cleo"), world.entry("cost")
        asked: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

        assert len(agreeing.tasks_of(cleo)) == 30
        assert len(asked) <= 3
        asked.clear()
        assert len(agreeing.dependants(entry, reader=cleo)) == 30
        assert len(asked) <= 4
