"""What lists show of an entry: the version that readers see, or the newest of a draft."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine

from playbook.db import db
from playbook.document import Document
from playbook.kinds import KINDS
from playbook.models import AuditRecord, Entry, Ground, Release, State, read
from playbook.models.history import history
from playbook.work import saving
from tests.world import World


def head(world: World, slug: str) -> tuple[str, str, str, str, str | None]:
    with world.context():
        entry = world.entry(slug)
        return entry.title, entry.summary, entry.owner, entry.audience, entry.review_by


def test_the_head_of_a_draft_follows_its_newest_version(world: World) -> None:
    world.write("price", released=False, title="Price", summary="Short.", owner="ana.ruiz")
    world.revise("price", released=False, title="Cost", audience="customer-safe", review_by="2027-01-31")

    assert head(world, "price") == ("Cost", "Short.", "ana.ruiz", "customer-safe", "2027-01-31")


def test_the_head_shows_what_readers_see_while_newer_versions_wait(world: World) -> None:
    world.write("price", title="Price", owner="ana.ruiz")
    world.revise("price", released=False, title="Cost", audience="restricted", owner="dana.okafor")

    assert head(world, "price") == ("Price", "", "ana.ruiz", "internal", None)


def test_releasing_the_newer_version_moves_the_head(world: World) -> None:
    world.write("price", title="Price")
    world.revise("price", released=False, title="Cost")
    with world.context(), saving():
        entry = world.entry("price")
        entry.release(entry.newest, by=world.person("milo"), ground=Ground.MIGRATED)

    assert head(world, "price")[0] == "Cost"


def test_an_earlier_version_can_be_released_again(world: World) -> None:
    world.write("price", title="Price")
    world.revise("price", title="Cost")
    with world.context(), saving():
        entry = world.entry("price")
        entry.release(entry.version(1), by=world.person("milo"), ground=Ground.MIGRATED)

    with world.context():
        entry = world.entry("price")
        numbers = [release.version_id for release in db.session.query(Release).order_by(Release.id)]

        assert entry.title == "Price"
        assert entry.state is State.AGREED
        assert numbers == [entry.version(1).id, entry.version(2).id, entry.version(1).id]


def test_an_entry_goes_from_draft_through_agreed_to_review_due(world: World) -> None:
    def state() -> State:
        with world.context():
            return world.entry("price").state

    with time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC), tick=False):
        world.write("price", released=False, review_by="2026-05-31")
        assert state() is State.DRAFT
        world.revise("price", body="Agreed.\n")
        assert state() is State.AGREED
        world.revise("price", body="Better.\n", released=False)
        assert state() is State.AGREED, "a draft above what is agreed changes nothing"
        world.propose("price")
        assert state() is State.PROPOSED
        world.revise("price", body="Best.\n")
    with time_machine.travel(datetime(2026, 5, 31, 23, tzinfo=UTC), tick=False):
        assert state() is State.AGREED
    with time_machine.travel(datetime(2026, 6, 1, 0, tzinfo=UTC), tick=False):
        assert state() is State.REVIEW_DUE


def test_a_kind_with_an_order_puts_its_entries_in_their_place(world: World) -> None:
    world.write("stage-2", kind="stage", order=2)
    world.write("stage-odd", kind="stage", order=0.5)
    world.revise("stage-2", order=3)

    with world.context():
        assert (world.entry("stage-2").place, world.entry("stage-odd").place) == (3, 0)


def test_a_text_without_a_title_is_called_by_its_heading_or_its_slug(world: World) -> None:
    with world.context():
        note = KINDS["note"]
        heading = read(Document.parse("# What it costs\n\nMuch.\n"), kind=note, slug="price")
        nothing = read(Document.parse("Much.\n"), kind=note, slug="price-too-high")

    assert (heading.title, nothing.title) == ("What it costs", "Price too high")


def test_an_audience_that_nobody_knows_is_the_narrowest(world: World) -> None:
    for number, stated in enumerate(["everyone", ["internal"], {"a": 1}, 7, True, "Internal", None]):
        world.write(f"price-{number}", audience=stated)

        assert head(world, f"price-{number}")[3] == "restricted", stated


def test_values_that_are_no_words_are_left_out_of_the_head(world: World) -> None:
    world.write(
        "price", title=["a", "list"], summary={"a": 1}, owner=[1], review_by={"on": 1}, body="# Heading\n"
    )

    title, summary, owner, _, review_by = head(world, "price")
    assert (title, summary, owner, review_by) == ("Heading", "", "", None)


def test_long_words_are_cut_for_the_head_and_kept_in_the_text(world: World) -> None:
    world.write("price", title="a" * 1000, summary="b" * 1000, owner="c" * 1000)

    title, summary, owner, _, _ = head(world, "price")
    assert [len(text) for text in (title, summary, owner)] == [300, 500, 120]
    with world.context():
        assert world.entry("price").newest.document.title == "a" * 1000


def test_what_was_done_is_on_record_in_order(world: World) -> None:
    world.write("price")
    world.revise("price", by="dana", body="Better.\n", released=False)

    with world.context():
        records = db.session.query(AuditRecord).order_by(AuditRecord.id).all()

        assert [(record.action, record.detail.get("version"), record.user_id) for record in records] == [
            ("draft", 1, world.people["milo"]),
            ("release", 1, world.people["milo"]),
            ("revise", 2, world.people["dana"]),
        ]


def test_nobody_need_have_written_a_text_that_was_brought_in(world: World) -> None:
    with world.context():
        reading = read(Document.parse("Text.\n"), kind=KINDS["note"], slug="price")
        with saving():
            entry = Entry.draft(reading, slug="price", by=None, demonstration=True)
            entry.release(entry.newest, by=None, ground=Ground.MIGRATED)
        entry = world.entry("price")

        assert entry.newest.author is None
        assert entry.demonstration


def test_a_history_says_when_each_version_was_what_readers_saw(world: World) -> None:
    moments = [datetime(2026, 5, day, 12, tzinfo=UTC) for day in (1, 2, 3)]
    world.write("draft", released=False)
    with time_machine.travel(moments[0], tick=False):
        world.write("price", title="Price")
    with time_machine.travel(moments[1], tick=False):
        world.revise("price", title="Cost")
        world.revise("price", title="Waiting", released=False)
    with time_machine.travel(moments[2], tick=False), world.context(), saving():
        entry = world.entry("price")
        entry.release(entry.version(1), by=world.person("milo"), ground=Ground.MIGRATED)

    with world.context():
        past = history(world.entry("price"), reader=world.person("milo"))
        draft = history(world.entry("draft"), reader=world.person("milo"))

        assert {each.version.number: each.spans for each in past} == {
            3: (),
            2: ((moments[1], moments[2]),),
            1: ((moments[0], moments[1]), (moments[2], None)),
        }
        assert [(each.version.number, each.spans, each.release) for each in draft] == [(1, (), None)]
