from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from playbook import clock, search
from playbook.content.checking import check
from playbook.db import db
from playbook.errors import Invalid, NotFound
from playbook.models import Address, AuditRecord, BulkChange, BulkItem, Draft, Entry, KeptAnswer, Setting
from playbook.models.draft import Typed
from playbook.models.erasure import erase_for_good
from playbook.work import saving
from tests.world import World

SECRET = "quokka"  # stands in everything that is to go


def erase(world: World, slug: str, *, typed: str | None = None, reason: str = "Asked for by letter.") -> None:
    with world.context(), saving():
        erase_for_good(
            world.entry(slug), by=world.person("ada"), reason=reason, typed=slug if typed is None else typed
        )


def everything_kept() -> str:
    """Every row of every table, as text."""
    rows: list[Any] = []
    for table in db.metadata.sorted_tables:
        rows += [list(row) for row in db.session.execute(sa.select(table))]
    return json.dumps(rows, default=str)


def a_full_life(world: World) -> list[str]:
    """An entry that has been through everything; the hashes of its versions."""
    world.write(f"{SECRET}-price", body=f"The {SECRET}.\n", summary=f"A {SECRET}")
    world.write("other", body="Words.\n")
    world.revise(f"{SECRET}-price", body=f"The other {SECRET}.\n", note=f"More {SECRET}")
    with world.context():
        ada = world.person("ada")
        with saving() as session:
            entry = world.entry(f"{SECRET}-price")
            entry.rename(f"{SECRET}-cost", by=ada)
            entry.retire(by=ada, reason=f"No {SECRET} any more", successor=world.entry("other"))
            entry.unretire(by=ada)
            world.entry("other").retire(by=ada, reason="Replaced", successor=entry)
            typed = Typed(values=(("body", SECRET),), base=1, title=SECRET, at=f"/notes/{SECRET}-cost/edit")
            Draft.keep(Draft.new_id(), typed, by=ada, kind=entry.kind, entry=entry)
            session.add(KeptAnswer(user_id=ada.id, key="k", request="r", at=clock.now(), status=201, headers={},
                                   body=json.dumps({"slug": f"{SECRET}-price"})))  # fmt: skip
            change = BulkChange(user_id=ada.id, at=clock.now(), change={"owner": "x"})
            change.change["left"] = [[entry.id, f"{SECRET} is retired."]]
            change.items = [BulkItem(entry_id=entry.id, before=1, after=2)]
            session.add(change)
        return [version.hash for version in world.entry(f"{SECRET}-cost").versions]


def test_nothing_of_what_is_erased_is_kept_but_the_record(world: World) -> None:
    hashes = a_full_life(world)
    with world.context():
        number = world.entry(f"{SECRET}-cost").id
        assert SECRET in everything_kept()

    erase(world, f"{SECRET}-cost")

    with world.context():
        assert SECRET not in everything_kept()
        records = db.session.scalars(
            sa.select(AuditRecord).where(AuditRecord.thing == f"entries/{number}")
        ).all()
        assert {record.action for record in records} >= {"draft", "revise", "rename", "retire", "erase"}
        [record] = [record for record in records if record.action == "erase"]
        redacted = record.detail.pop("redacted")
        assert record.detail == {"reason": "Asked for by letter.", "hashes": hashes}
        assert redacted.keys() == {str(each.id) for each in records if each is not record}
        assert record.user_id == world.people["ada"]
        assert search.search(SECRET, reader=world.person("ada")).total == 0
        assert check().faults == []
        with pytest.raises(NotFound):
            world.entry(f"{SECRET}-price")


def test_what_it_replaced_stays_retired_without_a_successor(world: World) -> None:
    a_full_life(world)

    erase(world, f"{SECRET}-cost")

    with world.context():
        other = world.entry("other")
        assert other.is_retired
        assert other.replacement is None


def test_no_new_entry_gets_the_addresses_of_what_was_erased(world: World) -> None:
    a_full_life(world)
    erase(world, f"{SECRET}-cost")

    for slug in (f"{SECRET}-price", f"{SECRET}-cost"):
        with pytest.raises(Invalid, match="that was erased"):
            world.write(slug)
    world.write(f"{SECRET}-other")
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Address)) == 2
        assert SECRET not in json.dumps([row.value for row in db.session.scalars(sa.select(Setting))])


def test_erasing_asks_for_a_reason_and_for_the_slug(world: World) -> None:
    world.write("price")

    for given, fields in (
        ({"typed": "Price"}, ["slug"]),
        ({"typed": ""}, ["slug"]),
        ({"reason": " "}, ["reason"]),
        ({"typed": "x", "reason": ""}, ["slug", "reason"]),
    ):
        with pytest.raises(Invalid) as refusal:
            erase(world, "price", **given)
        assert [problem.field for problem in refusal.value.problems] == fields
    with world.context():
        assert db.session.scalar(sa.select(Entry.id)) is not None
