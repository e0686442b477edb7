from __future__ import annotations

import pytest
import sqlalchemy as sa

from playbook.db import db, transaction
from playbook.document import Document
from playbook.errors import Conflict, Invalid, NotFound
from playbook.kinds import KINDS
from playbook.models import Entry, Ground, Reading, StaleVersion, Version, read
from playbook.work import saving
from tests.world import World

NOTE = KINDS["note"]


def reading(text: str, *, kind: str = "note", slug: str = "price") -> Reading:
    return read(Document.parse(text), kind=KINDS[kind], slug=slug)


def test_a_draft_keeps_its_text_byte_for_byte(world: World) -> None:
    text = "\ufeff---\r\ntitle:   'Price'   # as we say it\r\n---\r\nToo  high? \u2028 𝕏 é é\r\n"

    with world.context():
        with saving():
            Entry.draft(reading(text), slug="price", by=world.person("milo"), note="First")
        version = world.entry("price").newest

        assert (version.number, version.note, version.author) == (1, "First", world.person("milo"))
        assert version.text == text
        assert version.hash == Document(text).hash
        assert version.document.fields == {"title": "Price"}


def test_versions_are_numbered_one_two_three_in_each_entry(world: World) -> None:
    world.write("price")
    world.write("terms")

    assert [world.revise("price", body=f"Text {number}.\n") for number in (2, 3)] == [2, 3]
    assert world.revise("terms", body="Text 2.\n") == 2
    with world.context():
        assert [version.number for version in world.entry("price").versions] == [1, 2, 3]


def test_saying_the_same_thing_again_adds_nothing(world: World) -> None:
    world.write("price", body="Too high.\n")

    with world.context(), saving():
        entry = world.entry("price")
        version = entry.revise(
            read(entry.newest.document, kind=NOTE, slug="price"), by=world.person("dana"), base=1
        )

        assert version.number == 1
    with world.context():
        assert len(world.entry("price").versions) == 1


def test_a_stale_base_carries_both_texts_and_their_merge(world: World) -> None:
    world.write("price", body="First.\n\nSecond.\n\nThird.\n")
    world.revise("price", by="dana", body="First, by Dana.\n\nSecond.\n\nThird.\n")

    with world.context():
        mine = (
            world.entry("price")
            .version(1)
            .document.with_changes({}, body="First.\n\nSecond.\n\nThird, by Milo.\n")
        )
        typed = read(mine, kind=NOTE, slug="price")
        with pytest.raises(StaleVersion) as refusal, saving():
            world.entry("price").revise(typed, by=world.person("milo"), base=1)
        stale = refusal.value

        assert (stale.base.number, stale.latest.number) == (1, 2)
        assert stale.typed.body.endswith("Third, by Milo.\n")
        assert "by Dana" in stale.latest.text
        assert stale.merged.clean
        assert Document.parse(stale.merged.text).body == "First, by Dana.\n\nSecond.\n\nThird, by Milo.\n"
        assert len(world.entry("price").versions) == 2


def test_two_who_change_one_line_are_shown_both_lines(world: World) -> None:
    world.write("price", body="First.\n")
    world.revise("price", by="dana", body="By Dana.\n")

    with world.context():
        mine = world.entry("price").version(1).document.with_changes({}, body="By Milo.\n")
        with pytest.raises(StaleVersion) as refusal, saving():
            world.entry("price").revise(read(mine, kind=NOTE, slug="price"), by=world.person("milo"), base=1)

        assert not refusal.value.merged.clean
        assert {"By Dana.", "By Milo."} <= set(refusal.value.merged.text.splitlines())


def test_a_base_that_never_was_is_not_found(world: World) -> None:
    world.write("price")

    with world.context(), pytest.raises(NotFound), saving():
        world.entry("price").revise(reading("Other.\n"), by=world.person("milo"), base=7)


def test_an_entry_does_not_become_another_kind(world: World) -> None:
    world.write("price")

    with world.context(), pytest.raises(Conflict, match="note"), saving():
        other = reading("---\ntitle: Price\nrole_in_purchase: coach\n---\n", kind="persona")
        world.entry("price").revise(other, by=world.person("milo"), base=1)


def test_restoring_says_again_what_an_earlier_version_said(world: World) -> None:
    world.write("price", body="Old.\n")
    world.revise("price", body="New.\n")

    with world.context():
        earlier = world.entry("price").version(1)
        again = read(earlier.document, kind=NOTE, slug="price")
        with saving():
            version = world.entry("price").restore(1, reading=again, by=world.person("dana"))

            assert (version.number, version.note) == (3, "Restores version 1")
        entry = world.entry("price")
        assert entry.newest.text == entry.version(1).text
        assert entry.agreed_id == entry.version(2).id


def test_restoring_takes_no_other_text(world: World) -> None:
    world.write("price", body="Old.\n")
    world.revise("price", body="New.\n")

    with world.context(), pytest.raises(Conflict), saving():
        world.entry("price").restore(1, reading=reading("Something else.\n"), by=world.person("dana"))


def test_a_note_that_no_database_can_keep_is_refused(world: World) -> None:
    with world.context(), pytest.raises(Invalid) as refusal, saving():
        Entry.draft(reading("Text.\n"), slug="price", by=world.person("milo"), note="before\x00after")

    assert [problem.field for problem in refusal.value.problems] == ["note"]


def test_links_are_kept_in_the_order_the_version_states_them(world: World) -> None:
    world.write(
        "answer",
        kind="note",
        links=["persona-cfo", "price"],
        personas=["persona-cfo"],
        body="See [[terms]].\n",
    )

    with world.context():
        links = world.entry("answer").newest.links

        assert [(link.field, link.target) for link in links] == [
            ("personas", "persona-cfo"),
            ("links", "persona-cfo"),
            ("links", "price"),
            ("body", "terms"),
        ]


def test_a_version_reads_itself_again_from_its_text(world: World) -> None:
    world.write("price", body="# Too high\n", summary="In short.")

    with world.context():
        version = world.entry("price").newest
        html = version.html
        with transaction():
            version = world.entry("price").newest
            version.derive(version.reread(kind="note", slug="price"))
        version = world.entry("price").newest

        assert (version.title, version.summary, version.html) == ("Price", "In short.", html)


def test_a_version_always_has_its_text(world: World) -> None:
    columns = {column.name: column.nullable for column in sa.inspect(Version).columns}

    assert not any(columns[name] for name in ("text", "html", "plain", "hash", "fields"))


def test_a_release_is_recorded_once(world: World) -> None:
    world.write("price", released=False)

    with world.context():
        for _ in range(2):
            with saving():
                entry = world.entry("price")
                entry.release(entry.newest, by=world.person("milo"), ground=Ground.MIGRATED)

        assert db.session.scalar(sa.text("SELECT count(*) FROM release")) == 1
