from __future__ import annotations

import json
import re
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from playbook.content.starter import remove_starter, state
from playbook.db import db, sqlite
from playbook.models import Entry, OneTimeLink, Role, User, Version, epoch
from playbook.work import saving
from tests.cli.conftest import Instance, Playbook
from tests.world import World

LINK = re.compile(r"http://127\.0\.0\.1:8000/first/([\w-]{43})")


def test_a_first_start_by_four_processes_at_once_makes_one_playbook(instance: Instance) -> None:
    processes = [instance.start("setup") for _ in range(4)]
    results = [(*process.communicate(timeout=100), process.returncode) for process in processes]

    assert [code for _, _, code in results] == [0] * 4, results
    assert all(LINK.search(out) for out, _, _ in results)
    with closing(sqlite.connect(instance.at / "playbook.db")) as connection:
        assert connection.execute("SELECT count(*), count(agreed_id) FROM entry").fetchall() == [(59, 59)]
        assert connection.execute("SELECT count(*) FROM person WHERE role = 'admin'").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM setting WHERE name = 'epoch'").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM one_time_link WHERE used_at IS NULL").fetchall() == [
            (1,)
        ]
    assert (instance.at / "secret_key").stat().st_mode & 0o777 == 0o600
    checked = instance.run("check", "--json")
    found = json.loads(checked.stdout)
    assert (found["ok"], found["faults"], found["notes"]) == (True, [], [])


@pytest.fixture
def empty(app: Flask) -> Flask:
    """An application whose database has tables and nobody in it."""
    return app


def test_setup_can_be_repeated_and_changes_nothing(empty: Flask, playbook: Playbook) -> None:
    playbook("setup")
    with empty.app_context():
        life = epoch()
        versions = db.session.scalar(sa.select(sa.func.max(Version.id)))

    again = playbook("setup")

    assert again.exit_code == 0
    with empty.app_context():
        assert epoch() == life
        assert db.session.scalar(sa.select(sa.func.max(Version.id))) == versions == 59


def test_the_link_lets_the_first_administrator_in_and_is_printed_until_it_was_used(
    empty: Flask, playbook: Playbook
) -> None:
    first = LINK.search(playbook("setup", "--no-starter").stdout)
    second = LINK.search(playbook("setup").stdout)
    assert first is not None
    assert second is not None
    client = empty.test_client()
    assert client.get(f"/first/{first.group(1)}").status_code == 404
    page = client.get(f"/first/{second.group(1)}")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token is not None
    answer = client.post(
        f"/first/{second.group(1)}",
        data={
            "csrf_token": token.group(1),
            "name": "Ada Field",
            "email": "ada@example.com",
            "password": "copper orchard by the tram",
        },
    )
    assert answer.status_code == 303

    assert playbook("setup").stdout == ""
    with empty.app_context():
        [person] = db.session.scalars(sa.select(User))
        assert (person.email, person.role) == ("ada@example.com", Role.ADMIN)


def test_without_the_starter_an_instance_stays_without_it(empty: Flask, playbook: Playbook) -> None:
    playbook("setup", "--no-starter")
    playbook("setup")

    with empty.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0
        assert state() == "absent"


def test_a_starter_that_was_removed_does_not_come_back(empty: Flask, playbook: Playbook) -> None:
    playbook("setup")
    with empty.app_context():
        remove_starter()
    playbook("setup")

    with empty.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0


def test_a_starter_that_was_wanted_and_not_loaded_yet_is_loaded_by_the_next_setup(
    empty: Flask, playbook: Playbook
) -> None:
    playbook("setup", "--no-starter")
    with empty.app_context(), saving() as session:
        session.execute(
            sa.text("""UPDATE setting SET value = '{"state": "wanted"}' WHERE name = 'starter'""")
        )
    playbook("setup")

    with empty.app_context():
        assert state() == "loaded"


def test_the_link_names_the_address_that_the_site_is_served_at(instance: Instance) -> None:
    served = instance.run("setup", "--no-starter", HOST="0.0.0.0", PORT="9000")
    public = instance.run("setup", PLAYBOOK_PUBLIC_URL="https://playbook.example.com/")

    assert "http://127.0.0.1:9000/first/" in served.stdout
    assert "https://playbook.example.com/first/" in public.stdout


def test_an_administrator_who_was_invited_first_gets_the_link(world: World, playbook: Playbook) -> None:
    link = LINK.search(playbook("setup", "--no-starter").stdout)

    assert link is not None
    with world.context():
        assert OneTimeLink.of(link.group(1)).user.name == "Ada Field"


def test_what_an_earlier_renderer_rendered_is_rendered_anew(world: World, playbook: Playbook) -> None:
    world.write("price", body="# Prices\n")
    with world.context(), saving() as session:
        session.execute(sa.update(Version).values(renderer=0, html="old"))

    playbook("setup", "--no-starter")

    with world.context():
        assert "Prices" in world.entry("price").newest.html


def test_setup_heals_an_index_that_is_gone(world: World, playbook: Playbook, app: Flask) -> None:
    world.write("price")
    for file in sorted((Path(app.instance_path) / "index").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    assert playbook("index", "check").exit_code == 1

    playbook("setup", "--no-starter")

    assert playbook("index", "check").exit_code == 0


def test_a_database_of_a_later_version_is_left_alone(world: World, playbook: Playbook) -> None:
    with world.context(), saving() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'later'"))

    result = playbook("setup")

    assert result.exit_code == 1
    assert "of another version of the playbook" in result.stderr
