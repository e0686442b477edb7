"""Records stand in one line, whoever writes them, and however the work around them ends."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from config import Settings
from playbook.app import create_app
from playbook.content import auditing
from playbook.content.checking import check
from playbook.db import db
from playbook.models import AuditRecord, Entry, Setting, User
from playbook.models.audit import BEFORE_ALL, HEAD, origin
from playbook.models.denial import deny
from playbook.models.erasure import erase_for_good
from playbook.models.leaving import erase
from playbook.work import saving
from tests.world import World, close


def actions(world: World) -> list[tuple[int, str]]:
    with world.context():
        rows = db.session.execute(sa.select(AuditRecord.id, AuditRecord.action).order_by(AuditRecord.id))
        return [tuple(row) for row in rows]


def is_whole(world: World) -> None:
    with world.context():
        assert auditing.verify().faults == []


def test_records_are_numbered_and_sealed_in_the_order_in_which_they_were_noted(world: World) -> None:
    with world.context(), saving():
        for action in ("one", "two", "three"):
            AuditRecord.note(action, "a", by=None)

    assert actions(world) == [(1, "one"), (2, "two"), (3, "three")]
    is_whole(world)
    with world.context():
        first, last = db.session.get_one(AuditRecord, 1), db.session.get_one(AuditRecord, 3)
        assert first.seal == first.seal_after(BEFORE_ALL)
        assert db.session.get_one(Setting, HEAD).value == {"number": 3, "seal": last.seal}


def test_what_is_undone_is_not_on_record(world: World) -> None:
    class Stop(Exception):
        pass

    with world.context():
        with pytest.raises(Stop), saving():
            AuditRecord.note("lost", "a", by=None)
            raise Stop
        with saving() as session:
            AuditRecord.note("before", "a", by=None)
            with session.begin_nested():
                AuditRecord.note("inside", "a", by=None)
            with pytest.raises(Stop), session.begin_nested():
                with session.begin_nested():
                    AuditRecord.note("further inside", "a", by=None)
                raise Stop
            AuditRecord.note("after", "a", by=None)

    assert [action for _, action in actions(world)] == ["before", "inside", "after"]
    is_whole(world)


def test_nothing_is_noted_outside_a_transaction(world: World) -> None:
    with world.context(), pytest.raises(RuntimeError, match="outside transaction"):
        AuditRecord.note("one", "a", by=None)


def test_an_act_says_where_it_came_from(world: World) -> None:
    before = origin.set("web 192.0.2.7")
    try:
        world.write("price")
    finally:
        origin.reset(before)
    world.write("cost")

    with world.context():
        records = db.session.execute(sa.select(AuditRecord.thing, AuditRecord.origin).distinct())
        assert {tuple(row) for row in records} == {("notes/price", "web 192.0.2.7"), ("notes/cost", "")}


def test_the_first_records_of_many_at_once_stand_in_one_line(world: World, settings: Settings) -> None:
    many = 6
    with world.context(), saving() as session:
        session.execute(sa.delete(Setting).where(Setting.name == HEAD))
    wide = create_app(Settings(instance=settings.instance, database_url=settings.database_url, threads=many))
    gate = threading.Barrier(many)

    def act(number: int) -> None:
        with wide.app_context():
            gate.wait()
            with saving():
                AuditRecord.note("act", f"a/{number}", by=None)

    with ThreadPoolExecutor(many) as pool:
        list(pool.map(act, range(many)))
    close(wide)

    assert [number for number, _ in actions(world)] == list(range(1, many + 1))
    is_whole(world)


def test_whoever_has_noted_something_does_not_stand_in_the_way_of_others(
    world: World, settings: Settings
) -> None:
    """Two who each note something and then take hold of what the other has would wait for ever."""
    if not settings.database_url:
        return  # one at a time anyway
    world.write("price")
    world.write("cost")
    wide = create_app(Settings(instance=settings.instance, database_url=settings.database_url, threads=4))
    gate = threading.Barrier(2)

    def one() -> None:
        with wide.app_context(), saving():
            milo = db.session.get_one(User, world.people["milo"])
            Entry.find("price", reader=milo, lock=True).retire(by=milo, reason="Over.")
            gate.wait()
            Entry.find("cost", reader=milo, lock=True).retire(by=milo, reason="Over.")

    def other() -> None:
        with wide.app_context(), saving():
            milo = db.session.get_one(User, world.people["milo"])
            cost = Entry.find("cost", reader=milo, lock=True)
            gate.wait()
            cost.rename("costs", by=milo)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one), pool.submit(other)]:
            done.result()
    close(wide)
    is_whole(world)


def test_what_is_erased_leaves_the_line_whole(world: World) -> None:
    world.write("price", by="cleo", released=False)
    world.propose("price", by="cleo")
    world.write("cost", by="ana")
    with world.context():
        deny("/notes/price/edit", by=world.person("ana"), address="192.0.2.7", why="No.")
        deny("/api/v1/entries/price", by=world.person("ana"), address="192.0.2.7", why="No.")
        deny("/notes/price-list", by=world.person("ana"), address="192.0.2.7", why="No.")
        deny("/people/ana.ruiz", by=None, address="192.0.2.8", why="No.")
    with world.context(), saving():
        entry = world.entry("price")
        erase_for_good(entry, by=world.person("ada"), reason="Asked for.", typed="price")
    with world.context():
        assert check().faults == []
        things = set(db.session.scalars(sa.select(AuditRecord.thing)))
        assert {thing for thing in things if "price" in thing} == {"notes/price-list"}

    with world.context(), saving():
        erase(world.person("ana"), by=world.person("ada"), remaining=0)

    with world.context():
        assert check().faults == []
        kept = str(db.session.execute(sa.select(AuditRecord)).all())
        said = [
            f"{each.thing} {each.origin} {each.detail}" for each in db.session.scalars(sa.select(AuditRecord))
        ]
        assert kept
        assert not [each for each in said if "ana.ruiz" in each or "192.0.2" in each]
