from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from playbook import search
from playbook.db import db
from playbook.document import Document
from playbook.errors import Conflict, Invalid, PlaybookError
from playbook.kinds import KINDS
from playbook.models import AuditRecord, Entry, Ground, State, User, listed, read, visible
from playbook.models.around import relations
from playbook.work import saving
from tests.world import World


def retire(world: World, slug: str, *, reason: str = "Nobody asks for it.", successor: str = "") -> None:
    with world.context(), saving():
        replaced_by = world.entry(successor) if successor else None
        world.entry(slug).retire(by=world.person("milo"), reason=reason, successor=replaced_by)


def unretire(world: World, slug: str) -> None:
    with world.context(), saving():
        world.entry(slug).unretire(by=world.person("milo"))


def slugs(world: World, clause: Callable[[User], sa.ColumnElement[bool]], person: str) -> set[str]:
    with world.context():
        return set(db.session.scalars(sa.select(Entry.slug).where(clause(world.person(person)))))


def found(world: World, words: str = "") -> set[str]:
    with world.context():
        return {hit.entry.slug for hit in search.search(words, reader=world.person("ana")).hits}


def test_what_is_retired_is_in_no_list_and_still_at_its_address(world: World) -> None:
    world.write("price")
    world.write("terms")

    retire(world, "price", successor="terms")

    assert slugs(world, listed, "ana") == {"terms"} == found(world)
    assert slugs(world, visible, "ana") == {"price", "terms"}
    with world.context():
        entry = world.entry("price")
        assert entry.state is State.RETIRED
        assert entry.retired_because == "Nobody asks for it."
        assert entry.successor_id == world.entry("terms").id


def test_what_is_brought_back_is_as_it_was(world: World) -> None:
    world.write("price", body="Say the figure.\n")
    world.write("terms")
    retire(world, "price", successor="terms")

    unretire(world, "price")
    unretire(world, "price")  # which changes nothing more

    assert slugs(world, listed, "ana") == {"price", "terms"} == found(world)
    assert found(world, "figure") == {"price"}
    with world.context():
        entry = world.entry("price")
        assert (entry.state, entry.retired_because, entry.successor_id) == (State.AGREED, "", None)
        done = db.session.scalars(sa.select(AuditRecord.action).where(AuditRecord.thing == "notes/price"))
        assert [action for action in done if "retire" in action] == ["retire", "unretire"]


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 501, "half \ud800", "a\x00b"])
def test_retiring_asks_for_a_reason_that_can_be_kept(world: World, reason: str) -> None:
    world.write("price")

    with pytest.raises(Invalid) as refusal:
        retire(world, "price", reason=reason)

    assert [problem.field for problem in refusal.value.problems] == ["reason"]
    assert slugs(world, listed, "ana") == {"price"}


def test_retiring_twice_alike_changes_nothing_and_otherwise_is_refused(world: World) -> None:
    world.write("price")
    world.write("terms")
    retire(world, "price")
    retire(world, "price", reason="  Nobody asks\nfor it. ")

    for reason, successor in (("Another reason.", ""), ("Nobody asks for it.", "terms")):
        with pytest.raises(Conflict, match="retired already"):
            retire(world, "price", reason=reason, successor=successor)


def test_successors_never_lead_round_in_a_circle(world: World) -> None:
    for slug in ("one", "two", "three"):
        world.write(slug)
    with pytest.raises(Invalid, match="cannot replace itself"):
        retire(world, "one", successor="one")
    retire(world, "one", successor="two")
    retire(world, "two", successor="three")

    for successor in ("one", "two"):
        with pytest.raises(Invalid, match="retired itself"):
            retire(world, "three", successor=successor)


def test_what_is_retired_is_not_changed_before_it_is_brought_back(world: World) -> None:
    world.write("price")
    world.revise("price", body="Waits.\n", released=False)
    retire(world, "price")

    def revise(entry: Entry) -> None:
        reading = read(Document.parse("Other.\n"), kind=KINDS["note"], slug="price")
        entry.revise(reading, by=world.person("milo"), base=2)

    def restore(entry: Entry) -> None:
        reading = entry.version(1).reread(kind="note", slug="price")
        entry.restore(1, reading=reading, by=world.person("milo"))

    def release(entry: Entry) -> None:
        entry.release(entry.newest, by=world.person("milo"), ground=Ground.MIGRATED)

    for act in (revise, restore, release):
        with world.context(), pytest.raises(PlaybookError, match="is retired"), saving():
            act(world.entry("price"))


def test_links_of_what_is_retired_are_no_relations_and_links_to_it_stay(world: World) -> None:
    world.write("price", body="See [[terms]].\n")
    world.write("terms", body="See [[price]].\n")
    retire(world, "price")

    with world.context():
        terms = world.entry("terms")
        around = relations([terms.newest], reader=world.person("ana"))
        assert [(found.outward, found.entry and found.entry.state) for found in around] == [
            (True, State.RETIRED)
        ]


def test_a_chain_of_successors_leads_to_its_end(world: World) -> None:
    for slug in ("one", "two", "three"):
        world.write(slug)
    retire(world, "one", successor="two")
    retire(world, "two", successor="three")

    def leads_to(slug: str) -> str:
        with world.context():
            replacement = world.entry(slug).replacement
            return replacement.slug if replacement else ""

    assert [leads_to(slug) for slug in ("one", "two", "three")] == ["three", "three", ""]
    retire(world, "three")
    assert [leads_to(slug) for slug in ("one", "two", "three")] == ["three", "three", ""]
    unretire(world, "two")
    assert [leads_to(slug) for slug in ("one", "two", "three")] == ["two", "", ""]
