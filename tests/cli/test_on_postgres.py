from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from config import Settings
from playbook.app import create_app
from playbook.db import db
from playbook.models import User
from tests.cli.conftest import Playbook, told
from tests.postgres import Server
from tests.world import close


@pytest.fixture
def app(tmp_path: Path, postgres: Server) -> Iterator[Flask]:
    """An application whose database on PostgreSQL holds nothing, not even tables."""
    url = postgres.empty()
    app = create_app(
        Settings(
            instance=tmp_path / "instance",
            database_url=url.replace("postgresql:", "postgresql+psycopg:"),
            threads=4,
        )
    )
    yield app
    close(app)
    postgres.drop(url)


def without_seal(document: dict[str, Any]) -> dict[str, Any]:
    """What a check has found, but for the newest record, which is another each time."""
    return {name: said for name, said in document.items() if name != "last_record"}


def test_every_command_does_on_postgresql_what_it_does_on_sqlite(
    app: Flask, playbook: Playbook, tmp_path: Path
) -> None:
    assert (
        playbook("user", "list").stderr
        == "Error: There is no playbook here yet. To make one: playbook setup\n"
    )
    assert "/first/" in playbook("setup").stdout
    assert playbook("setup").exit_code == 0
    assert without_seal(told(playbook("check", "--json"))) == {"ok": True, "faults": [], "notes": []}

    texts = tmp_path / "texts"
    (texts / "sales").mkdir(parents=True)
    for path in ("faq.md", "sales/faq.md", "sales/persona-cfo.md"):
        (texts / path).write_text(f"# {path}\n\nSee [[faq]].\r\n")
    (texts / "broken.md").write_text("---\n[\n---\n")
    first = told(playbook("import", texts, "--as", "agreed", "--json"))
    assert (first["created"], first["released"], len(first["refused"])) == (3, 3, 1)
    assert [entry["slug"] for entry in first["entries"]] == ["faq", "sales-faq", "sales-persona-cfo"]
    assert told(playbook("import", texts, "--json"))["unchanged"] == 3
    (texts / "faq.md").write_text("Revised.\n")
    assert told(playbook("import", texts, "--json"))["revised"] == 1

    assert told(playbook("export", tmp_path / "out", "--all-versions", "--json")) == {
        "entries": 62,
        "versions": 63,
    }
    assert (tmp_path / "out/notes/sales-faq.md").read_bytes() == b"# sales/faq.md\n\nSee [[faq]].\r\n"
    assert told(playbook("search", "faq", "--json"))["total"] == 3
    assert playbook("derive").stdout == "0 versions were put right.\n"
    assert playbook("index", "rebuild").stdout == "62 entries are in the index.\n"
    assert len(told(playbook("report", "unused", "--json"))["entries"]) == 62

    assert playbook("starter", "remove").stdout == "59 entries removed.\n"
    assert without_seal(told(playbook("check", "--json"))) == {"ok": True, "faults": [], "notes": []}
    with app.app_context():
        assert [person.name for person in db.session.scalars(sa.select(User))] == ["Administrator"]
