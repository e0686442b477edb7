from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from playbook.content.importing import import_folder
from playbook.content.report import ImportReport
from playbook.db import db
from playbook.models import Version
from tests.world import World


@dataclass
class Folder:
    """A folder of files that somebody wants to bring in."""

    at: Path

    def write(self, path: str, content: str | bytes = "Words.\n") -> Path:
        file = self.at / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    at = tmp_path / "texts"
    at.mkdir()
    return Folder(at)


Import = Callable[..., ImportReport]


@pytest.fixture
def bring_in(world: World, folder: Folder) -> Import:
    """Import the folder, by Ada."""

    def run(at: Path = folder.at, **given: Any) -> ImportReport:
        with world.context():
            return import_folder(at, by=world.person("ada"), **given)

    return run


def slugs(report: ImportReport) -> dict[str, str]:
    """The slug of each file that was taken."""
    return {taken.path: taken.slug for taken in report.taken}


def kinds(report: ImportReport) -> dict[str, str]:
    return {taken.path: taken.kind for taken in report.taken}


def texts(world: World, slug: str) -> list[str]:
    """Every version of an entry, the oldest first."""
    with world.context():
        entry = world.entry(slug)
        query = sa.select(Version.text).where(Version.entry_id == entry.id).order_by(Version.number)
        return list(db.session.scalars(query))


def rows(world: World) -> dict[str, int]:
    """How many rows each table has."""
    with world.context():
        return {
            table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
        }
