from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from config import Settings
from playbook.app import create_app
from playbook.content import auditing, recorded
from playbook.db import db
from playbook.document import Document
from playbook.errors import Invalid
from playbook.kinds import KINDS
from playbook.models import Entry, StaleVersion, read
from playbook.work import saving
from tests.faults.conftest import Writers
from tests.soak import soak
from tests.world import World, close

NAMES = ("ana", "bo", "cy", "di")
SAVES = soak(3, 60)


@pytest.mark.timeout(soak(120, 1800))
def test_many_who_save_at_once_lose_nothing(world: World, writers: Writers) -> None:
    world.write("price", body="Lines:\n\n")
    writers.begin("price", *NAMES, count=SAVES)

    assert writers.hear_out() == "done 0 0 0 0", writers.errors.read_text()
    assert "locked" not in writers.errors.read_text()

    with world.context():
        entry = world.entry("price")
        versions = entry.versions
        kept = entry.newest.document.body.split("\n\n")[1:-1]
        notes = [version.note for version in versions[1:]]
    assert sorted(writers.told) == list(range(2, len(NAMES) * SAVES + 2))
    assert [version.number for version in versions] == [1, *sorted(writers.told)]
    assert set(notes) == {f"{name} {turn}" for name in NAMES for turn in range(1, SAVES + 1)}
    assert kept == notes, "each was written on top of the one before"
    with world.context():
        log = auditing.verify()
        assert log.faults == [], "records have no gaps, and each follows the one before"
        assert list(recorded.against(log)) == []


def test_of_twenty_who_start_from_one_version_one_is_saved_and_the_others_are_told(
    world: World, settings: Settings
) -> None:
    many = 20
    world.write("price", body="First.\n")
    wide = create_app(Settings(instance=settings.instance, database_url=settings.database_url, threads=many))
    gate = threading.Barrier(many)
    with world.context():
        start = world.entry("price").newest.document
        readings = [
            read(start.with_changes({}, body=f"By writer {number}.\n"), kind=KINDS["note"], slug="price")
            for number in range(many)
        ]
        milo = world.person("milo")

    def save(number: int) -> str:
        with wide.app_context():
            gate.wait()
            try:
                with saving():
                    entry = Entry.find("price", reader=milo, lock=True)
                    entry.revise(readings[number], by=milo, base=1, note=f"writer {number}")
            except StaleVersion as stale:
                return f"told of {stale.latest.number} and given {stale.typed.body.strip()}"
            return f"writer {number}"

    with ThreadPoolExecutor(many) as pool:
        outcomes = list(pool.map(save, range(many)))
    close(wide)

    [winner] = [outcome for outcome in outcomes if outcome.startswith("writer")]
    told = {
        f"told of 2 and given By writer {number}." for number in range(many) if f"writer {number}" != winner
    }
    assert set(outcomes) == {winner} | told
    with world.context():
        assert [version.note for version in world.entry("price").versions] == ["", winner]


def test_of_many_who_begin_an_entry_under_one_slug_one_succeeds_and_nothing_is_half_begun(
    world: World, settings: Settings
) -> None:
    many = 8
    wide = create_app(Settings(instance=settings.instance, database_url=settings.database_url, threads=many))
    gate = threading.Barrier(many)
    with world.context():
        reading = read(Document.parse("Text.\n"), kind=KINDS["note"], slug="price")
        milo = world.person("milo")

    def begin(_: int) -> str:
        with wide.app_context():
            gate.wait()
            try:
                with saving():
                    Entry.draft(reading, slug="price", by=milo)
            except (Invalid, IntegrityError):
                return "refused"
            return "begun"

    with ThreadPoolExecutor(many) as pool:
        outcomes = sorted(pool.map(begin, range(many)))
    close(wide)

    assert outcomes == ["begun", *["refused"] * (many - 1)]
    with world.context():
        assert [version.number for version in world.entry("price").versions] == [1]
        assert db.session.scalar(sa.text("SELECT count(*) FROM entry")) == 1
