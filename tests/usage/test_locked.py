from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from config import Settings
from playbook.db import db
from tests.usage.acts import copies, events, opens
from tests.world import Browser, World


@pytest.fixture
def database() -> str:
    """Only SQLite has a lock that everybody shares."""
    return "sqlite"


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Settings:
    monkeypatch.setattr("playbook.db.LOCK_SECONDS", 0)
    monkeypatch.setattr("playbook.db.QUICK_LOCK_SECONDS", 0)
    return settings


def test_while_somebody_else_writes_pages_are_served_uncounted(
    world: World, browse: Callable[[str], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    world.write("price")
    ana = browse("ana")
    with world.context(), db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as writer:
        writer.execute(sa.text("SELECT 1"))
        opens(world, "ana", "price")
        copies(world, "ana", "price")
        answer = ana.get("/search?q=price")

    assert answer.status_code == 200
    assert "Use was not recorded (record_search)" in caplog.text
    assert events(world) == []
