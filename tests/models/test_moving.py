from __future__ import annotations

import pytest
import sqlalchemy as sa

from playbook.content.checking import check
from playbook.db import db
from playbook.document import Document
from playbook.errors import Conflict, NotAllowed
from playbook.kinds import KINDS
from playbook.models import AuditRecord, Ground, StaleVersion, State, read
from playbook.models.shown import shown
from playbook.work import saving
from tests.kinds.samples import minimum
from tests.world import World


def move(world: World, slug: str, kind: str, *, base: int = 1, by: str = "ada") -> None:
    with world.context():
        fields = {"kind": kind, **minimum(KINDS[kind])}
        reading = read(Document.compose(fields, "Moved.\n"), kind=KINDS[kind], slug=slug)
        with saving():
            world.entry(slug).move(reading, by=world.person(by), base=base)


def test_a_moved_entry_stands_on_the_other_shelf_with_its_history(world: World) -> None:
    world.write("price", issues=["close"])

    move(world, "price", "persona")

    with world.context():
        entry = world.entry("price")
        assert (entry.path, entry.state, entry.newest.number) == ("personas/price", State.AGREED, 2)
        assert entry.agreed is entry.newest
        assert entry.version(1).fields["kind"] == "note"
        done = db.session.scalars(sa.select(AuditRecord.detail).where(AuditRecord.action == "move")).all()
        assert [(detail["kind"], detail["version"]) for detail in done] == [("persona", 2)]
        assert check().faults == []


def test_readers_of_a_moved_entry_see_what_an_administrator_brought_in(world: World) -> None:
    world.write("price")

    with pytest.raises(NotAllowed, match="only an administrator"):
        move(world, "price", "persona", by="milo")
    move(world, "price", "persona")

    with world.context():
        seen = shown("price", kind=None, reader=world.person("ana"))
        assert seen.release is not None
        assert (seen.release.ground, seen.release.user_id) == (Ground.MIGRATED, world.people["ada"])


def test_a_draft_that_moves_stays_a_draft(world: World) -> None:
    world.write("price", released=False)

    move(world, "price", "persona", by="milo")

    with world.context():
        assert world.entry("price").state is State.DRAFT


def test_an_entry_of_which_a_version_waits_does_not_move(world: World) -> None:
    world.write("price")
    world.revise("price", body="Waits.\n", released=False)

    with pytest.raises(Conflict, match="Version 2 waits"):
        move(world, "price", "persona", base=2)
    with world.context():
        assert world.entry("price").path == "notes/price"


def test_an_entry_moves_from_its_newest_version_and_to_another_kind(world: World) -> None:
    world.write("price")
    world.revise("price", body="Newer.\n")

    with pytest.raises(StaleVersion):
        move(world, "price", "persona", base=1)
    with pytest.raises(Conflict, match="is a note already"):
        move(world, "price", "note", base=2)


def test_a_version_of_another_kind_is_not_restored_before_the_entry_moves_back(world: World) -> None:
    world.write("price")
    move(world, "price", "persona")

    with world.context():
        reading = world.entry("price").version(1).reread(kind="persona", slug="price")
        assert reading.kind is KINDS["note"]
        with pytest.raises(Conflict, match="Version 1 is a note"), saving():
            world.entry("price").restore(1, reading=reading, by=world.person("milo"))
    move(world, "price", "note", base=2)
    with world.context():
        reading = world.entry("price").version(1).reread(kind="note", slug="price")
        with saving():
            entry = world.entry("price")
            version = entry.restore(1, reading=reading, by=world.person("milo"))
            entry.release(version, by=world.person("milo"), ground=Ground.MIGRATED)
    with world.context():
        assert check().faults == []
