from __future__ import annotations

import pytest

from playbook.content.checking import check
from playbook.document import Document
from playbook.errors import Conflict, Invalid
from playbook.kinds import KINDS
from playbook.models import Draft, Entry, StaleVersion, State, User, read
from playbook.models.draft import Typed
from playbook.upkeep import merge_into, moved, would_move
from playbook.work import saving
from tests.kinds.samples import minimum
from tests.world import World

PERSONA = KINDS["persona"]


def test_a_move_says_what_the_new_kind_knows_keeps_and_asks_for(world: World) -> None:
    document = Document.parse(
        "---\nkind: note\ntitle: The CFO\nmeasured_on: [cash]\nshoe_size: 9\n---\nWords.\n"
    )

    move = would_move(document, PERSONA)

    assert move.document.text == document.text.replace("kind: note", "kind: persona")
    assert "Title" in move.known
    assert move.unknown == ("shoe_size",)
    assert {problem.field for problem in (*move.needed, *move.asked)} >= {"summary"}


def test_versions_that_name_no_kind_count_as_of_the_new_one(world: World) -> None:
    with world.context():
        text = "---\ntitle: CFO\nsummary: Who pays\nissues: [close]\n---\nWords.\n"
        reading = read(Document.parse(text), kind=KINDS["note"], slug="cfo")
        with saving():
            Entry.draft(reading, slug="cfo", by=world.person("milo"))
    with world.context():
        entry = world.entry("cfo")
        move = would_move(entry.newest.document, KINDS["tough_question"])
        fields = {**minimum(move.kind), **move.document.fields}
        moved(entry, move.kind, Document.compose(fields, "Words.\n"), by=world.person("milo"), base=1)

    with world.context():
        assert world.entry("cfo").path == "tough-questions/cfo"
        assert check().faults == []


def test_what_somebody_is_writing_is_not_lost_by_a_move(world: World) -> None:
    world.write("price")
    with world.context():
        typed = Typed(values=(("body", "Mine."),), base=1, title="Price", at="/notes/price/edit")
        with saving():
            entry = world.entry("price")
            Draft.keep(Draft.new_id(), typed, by=world.person("cleo"), kind=entry.kind, entry=entry)
        fields = {"kind": "persona", **minimum(PERSONA)}
        document = Document.compose(fields, "Moved.\n")
        moved(world.entry("price"), PERSONA, document, by=world.person("ada"), base=1)

    with world.context():
        [draft] = Draft.about(PERSONA, world.entry("price"), of=world.person("cleo"))
        assert draft.values == [("body", "Mine.")]


def test_a_text_that_does_not_fit_or_names_another_kind_does_not_move(world: World) -> None:
    world.write("price")
    with world.context():
        entry = world.entry("price")
        milo = world.person("milo")
        with pytest.raises(Invalid, match="kind must be persona"):
            moved(entry, PERSONA, entry.newest.document, by=milo, base=1)
        with pytest.raises(Invalid):
            moved(entry, PERSONA, Document.parse("---\nkind: persona\n---\n"), by=milo, base=1)
        assert world.entry("price").kind_name == "note"


def merge(world: World, text: str, *, bases: tuple[int, int] = (1, 1), by: str = "milo") -> None:
    with world.context():
        person: User = world.person(by)
        merge_into(
            world.entry("old"),
            world.entry("new"),
            Document.parse(text),
            by=person,
            bases=bases,
            reason="One.",
        )


def test_a_merge_takes_the_text_and_retires_the_other(world: World) -> None:
    world.write("old", body="Old words.\n")
    world.write("new", body="New words.\n")

    merge(world, "---\nkind: note\ntitle: New\n---\nOld and new words.\n")

    with world.context():
        old, new = world.entry("old"), world.entry("new")
        assert (old.state, old.replacement, old.newest.number) == (State.RETIRED, new, 1)
        assert new.newest.document.body == "Old and new words.\n"
        assert new.newest.note == "Takes in old"
        assert (new.state, new.agreed) == (State.PROPOSED, new.version(1)), "until it is signed"


def test_a_merge_may_leave_the_other_text_as_it_is(world: World) -> None:
    world.write("old")
    world.write("new")
    with world.context():
        text = world.entry("new").newest.text

    merge(world, text)

    with world.context():
        assert world.entry("new").newest.number == 1
        assert world.entry("old").is_retired


def test_a_merge_over_something_newer_does_neither(world: World) -> None:
    world.write("old")
    world.write("new")
    world.revise("old", body="Newer.\n")
    world.revise("new", body="Newer.\n")

    for bases, refusal in (((1, 2), Conflict), ((2, 1), StaleVersion)):
        with pytest.raises(refusal):
            merge(world, "---\nkind: note\n---\nBoth.\n", bases=bases)
    with pytest.raises(Invalid):
        merge(world, "---\nkind: persona\n---\nBoth.\n", bases=(2, 2))
    with world.context():
        assert not world.entry("old").is_retired
        assert world.entry("new").newest.number == 2
