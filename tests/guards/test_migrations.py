"""Migrations go up, down and up again on a database that holds something, and end where the models are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from config import ROOT, Settings
from playbook.app import create_app
from playbook.content.starter import load_starter
from playbook.db import db
from tests.models.conftest import with_driver
from tests.postgres import Server
from tests.world import close, prepare

MIGRATIONS = ROOT / "migrations"
VERSIONS = sorted(MIGRATIONS.glob("versions/*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database nobody has touched."""
    url = with_driver(request.getfixturevalue("postgres").empty()) if request.param == "postgresql" else ""
    app = create_app(Settings(instance=tmp_path / "instance", database_url=url, threads=2))
    yield app
    close(app)
    if url:
        server: Server = request.getfixturevalue("postgres")
        server.drop(url.replace("postgresql+psycopg://", "postgresql://"))


def shape(app: Flask) -> dict[str, object]:
    """Tables with their columns and keys, and triggers."""
    with app.app_context():
        inspector = sa.inspect(db.engine)
        tables = {
            table: (
                [
                    (column["name"], str(column["type"]), column["nullable"])
                    for column in inspector.get_columns(table)
                ],
                sorted(str(key) for key in inspector.get_foreign_keys(table)),
                sorted(str(index) for index in inspector.get_indexes(table)),
                sorted(str(rule) for rule in inspector.get_unique_constraints(table)),
            )
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }
        return {**tables, "triggers": triggers()}


def triggers() -> list[str]:
    catalogue = {
        "sqlite": "SELECT name || ' on ' || tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname || ' on ' || tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }[db.engine.dialect.name]
    return sorted(db.session.scalars(sa.text(catalogue)))


def counts(app: Flask) -> dict[str, int]:
    with app.app_context(), db.engine.connect() as connection:
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in db.metadata.tables.items()
        }


def migrate(app: Flask, *, to: str) -> None:
    with app.app_context():
        (flask_migrate.downgrade if to == "base" else flask_migrate.upgrade)(
            directory=str(MIGRATIONS), revision=to
        )


def test_a_filled_database_goes_up_down_and_up(fresh: Flask) -> None:
    prepare(fresh)
    with fresh.app_context():
        load_starter()
    before, held = shape(fresh), counts(fresh)
    assert held["entry"] == 59
    assert len(before["triggers"]) == 12  # type: ignore[arg-type]
    migrate(fresh, to="head")
    assert counts(fresh) == held, "migrating again changes nothing"

    migrate(fresh, to="base")
    assert {table: columns for table, columns in shape(fresh).items() if columns} == {}
    migrate(fresh, to="head")

    assert shape(fresh) == before
    assert {table: held for table, held in counts(fresh).items() if held} == {"setting": 1}, (
        "nothing but where the audit log ends"
    )


def test_migrations_end_where_the_models_are(fresh: Flask) -> None:
    prepare(fresh)
    with fresh.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        drift = [
            change
            for change in compare_metadata(context, db.metadata)
            if "alembic_version" not in str(change)
        ]

    assert drift == [], "Write a migration: flask --app wsgi db migrate -m 'what changes'"


def test_a_migration_that_fails_leaves_nothing(fresh: Flask, tmp_path: Path) -> None:
    copied = tmp_path / "migrations"
    (copied / "versions").mkdir(parents=True)
    for path in (MIGRATIONS / "env.py", MIGRATIONS / "alembic.ini", MIGRATIONS / "script.py.mako"):
        (copied / path.name).write_bytes(path.read_bytes())
    for path in VERSIONS:
        text = path.read_text().replace(
            "\ndef downgrade", '\n    op.execute("SELECT no_such_thing()")\n\n\ndef downgrade', 1
        )
        (copied / "versions" / path.name).write_text(text)

    with fresh.app_context(), pytest.raises(sa.exc.DBAPIError, match="no_such_thing"):
        flask_migrate.upgrade(directory=str(copied))

    assert [table for table, columns in shape(fresh).items() if columns] == []
    prepare(fresh)
    assert len(shape(fresh)) > 10


def test_a_migration_may_change_a_table_that_others_point_to(fresh: Flask, tmp_path: Path) -> None:
    """SQLite does so by making the table anew and dropping the old one, and must not drop with it what points there."""
    prepare(fresh)
    with fresh.app_context():
        load_starter()
    held, links = counts(fresh), shape(fresh)["version"]
    copied = tmp_path / "migrations"
    (copied / "versions").mkdir(parents=True)
    for path in (MIGRATIONS / "env.py", MIGRATIONS / "alembic.ini", MIGRATIONS / "script.py.mako", *VERSIONS):
        (copied / path.relative_to(MIGRATIONS)).write_bytes(path.read_bytes())
    [head] = ScriptDirectory(str(MIGRATIONS)).get_heads()
    (copied / "versions/2099_01_01_longer_slugs.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision = "ffffffffffff"\ndown_revision = "{head}"\n'
        "def upgrade():\n"
        '    for table in ("entry", "person"):\n'
        "        with op.batch_alter_table(table) as batch:\n"
        '            batch.add_column(sa.Column("colour", sa.String(20), nullable=True))\n'
        '            batch.alter_column("created_at", nullable=True)\n'
    )

    with fresh.app_context():
        flask_migrate.upgrade(directory=str(copied))

    assert counts(fresh) == held
    assert shape(fresh)["version"] == links
    with fresh.app_context(), db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM entry WHERE colour IS NULL")) == 59
        if db.engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_migrations_stand_in_one_line() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    assert len(list(scripts.walk_revisions())) == len(VERSIONS)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_is_dated_goes_both_ways_and_knows_nothing_of_the_code(path: Path) -> None:
    text = path.read_text()

    assert re.fullmatch(r"\d{4}_\d\d_\d\d_[a-z0-9_]+", path.stem)
    assert re.search(r"^def downgrade\(\) -> None:\n(?!    pass\n)", text, re.MULTILINE)
    assert not re.search(r"^(from|import) (playbook|config)", text, re.MULTILINE), (
        "A migration says what it does in its own words: the code of today is gone tomorrow."
    )
