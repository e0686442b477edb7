"""What touches the database runs twice: on SQLite in a file, and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from playbook.search.whoosh_engine import WhooshEngine
from tests.models.conftest import database, made_on_postgres, settings

__all__ = ["database", "made_on_postgres", "settings"]


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """An engine without an index."""
    return WhooshEngine(tmp_path / "index")
