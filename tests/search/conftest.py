from __future__ import annotations

from pathlib import Path

import pytest

from playbook.search.whoosh_engine import WhooshEngine


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """An engine without an index."""
    return WhooshEngine(tmp_path / "index")
