from __future__ import annotations

import os
import random
import signal

import pytest
import sqlalchemy as sa

from playbook import search
from playbook.content import auditing
from playbook.content.recorded import against
from playbook.db import db
from tests.faults.conftest import Writers
from tests.soak import soak
from tests.world import World

KILLS = soak(2, 100)


@pytest.mark.timeout(soak(120, 3600))
def test_a_killed_process_loses_nothing_that_it_was_told_is_kept(world: World, writers: Writers) -> None:
    world.write("price", body="Lines:\n\n")
    for kill in range(KILLS):
        writers.begin("price", f"life-{kill}")
        process = int(writers.hear().removeprefix("pid "))
        # At least one save, then at any moment of the next few.
        for _ in range(random.randint(1, 4)):
            writers.hear()
        os.kill(process, signal.SIGKILL)
        assert writers.hear_out() == f"done {int(signal.SIGKILL)}"
        nothing_is_lost(world, writers.told)

    with world.context():
        search.catch_up()
        assert search.check() == []
        assert db.session.scalar(sa.text("SELECT count(*) FROM stale_entry")) == 0


def nothing_is_lost(world: World, told: list[int]) -> None:
    with world.context():
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
            assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        entry = world.entry("price")
        numbers = [version.number for version in entry.versions]
        lines = entry.newest.document.body.split("\n\n")[1:-1]
        recorded = db.session.scalar(sa.text("SELECT count(*) FROM audit_record WHERE action = 'revise'"))

        assert set(told) <= set(numbers)
        assert numbers == list(range(1, len(numbers) + 1)), "no version is half there"
        assert lines == [version.note for version in entry.versions[1:]], "no version is without its text"
        assert entry.newest.number == numbers[-1] == (recorded or 0) + 1
        assert all(version.hash == version.document.hash for version in entry.versions)
        log = auditing.verify()
        assert log.faults == []
        assert list(against(log)) == []
