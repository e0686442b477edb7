from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from playbook.content.starter import load_starter
from playbook.db import db, transaction
from playbook.models import AuditRecord, Version
from tests.cli.conftest import Playbook, told
from tests.world import World


@pytest.fixture
def spoilt(world: World) -> World:
    world.write("price", body="See [[not-yet]].\n")
    with world.context(), transaction() as session:
        session.execute(sa.update(Version).values(html="<p>Something else.</p>"))
    return world


def test_a_sound_playbook_passes_the_check(world: World, playbook: Playbook) -> None:
    result = playbook("check")

    assert (result.exit_code, result.stdout) == (0, "0 faults, 0 notes.\n")


def test_what_is_wrong_is_listed_and_makes_the_check_fail(spoilt: World, playbook: Playbook) -> None:
    result = playbook("check")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "version: notes/price, version 1: Not as the text has it: html. `playbook derive` mends this.",
        "note: notes/price: body leads to not-yet, which is not written yet.",
        "1 fault, 1 note.",
    ]
    found = json.loads(playbook("check", "--json").stdout)
    assert found["ok"] is False
    assert found["faults"][0].keys() == {"what", "where", "message"}


def test_the_last_seal_can_be_noted_and_looked_for_later(world: World, playbook: Playbook) -> None:
    world.write("price")
    last = told(playbook("check", "--json"))["last_record"]
    world.revise("price", body="More.\n")

    with world.context():
        record = db.session.get_one(AuditRecord, last["number"])
        assert last == {"number": record.id, "seal": record.seal}
    assert playbook("check", "--seal", last["seal"]).exit_code == 0
    other = playbook("check", "--seal", "0" * 63 + "1")
    assert other.exit_code == 1
    assert other.stdout.startswith("audit: noted seal: No record has this seal:")
    assert playbook("check", "--seal", "17").exit_code == 2


def test_what_is_derived_can_be_mended(spoilt: World, playbook: Playbook) -> None:
    assert playbook("derive").stdout == "1 version was put right.\n"

    assert told(playbook("check", "--json"))["ok"] is True


def test_the_starter_comes_and_goes_by_command(world: World, playbook: Playbook) -> None:
    assert playbook("starter", "load").stdout == "59 entries brought in.\n"
    assert playbook("starter", "remove").stdout == "59 entries removed.\n"


def test_what_a_removal_leaves_is_named(world: World, playbook: Playbook) -> None:
    with world.context():
        load_starter()
    world.revise("persona-cfo", summary="Ours now.")

    assert playbook("starter", "remove").stdout.splitlines() == [
        "58 entries removed.",
        "kept, because somebody revised it: personas/persona-cfo",
    ]
