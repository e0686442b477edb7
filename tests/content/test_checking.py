from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from playbook.content.checking import Fault, Findings, check
from playbook.content.starter import load_starter
from playbook.db import sqlite
from playbook.document import Document
from tests.world import World, close

FACTS = ("version", "release", "signature")


def damage(world: World, *statements: str) -> None:
    """Change what the database itself keeps from being changed, as a fault of a disk or a hand would."""
    close(world.app)
    with closing(sqlite.connect(database(world))) as connection, connection:
        for table in FACTS:
            connection.execute(f"DROP TRIGGER {table}_is_kept")
        for statement in statements:
            connection.execute(statement)


def database(world: World) -> Path:
    folder: Path = world.app.config["SETTINGS"].instance
    return folder / "playbook.db"


def found(world: World) -> Findings:
    with world.context():
        return check()


@pytest.fixture
def written(world: World) -> World:
    world.write("price", title="Prices", body="First.\n")
    world.revise("price", body="Second.\n")
    world.write("cost", title="Costs", owner="milo.brandt")
    world.write("draft", released=False)
    return world


def test_a_sound_playbook_has_no_faults(written: World) -> None:
    assert found(written) == Findings([], [])


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE version SET text = 'Forged.' WHERE number = 2",
            Fault(
                "version",
                "notes/price, version 2",
                "The text is not the one that was saved: its hash is another.",
            ),
        ),
        (
            "UPDATE version SET html = '<b>x</b>' WHERE number = 2",
            Fault(
                "version",
                "notes/price, version 2",
                "Not as the text has it: html. `playbook derive` mends this.",
            ),
        ),
        (
            "UPDATE version SET number = 3 WHERE number = 2",
            Fault("versions", "notes/price", "The versions are not numbered 1 to 2."),
        ),
        (
            "UPDATE entry SET owner = 'somebody' WHERE slug = 'cost'",
            Fault("entry", "notes/cost", "It does not repeat the version that it shows: owner."),
        ),
        (
            "UPDATE entry SET latest_id = (SELECT min(id) FROM version) WHERE slug = 'price'",
            Fault("entry", "notes/price", "What it takes for its newest version is not."),
        ),
        (
            "UPDATE entry SET agreed_id = NULL WHERE slug = 'price'",
            Fault("release", "notes/price", "What readers see is not what was released last."),
        ),
        (
            "UPDATE entry SET agreed_id = (SELECT id FROM version WHERE title = 'Costs') WHERE slug = 'price'",
            Fault("entry", "notes/price", "The version that it shows is not one of its own."),
        ),
        (
            "UPDATE release SET version_id = (SELECT id FROM version WHERE title = 'Draft') WHERE id = 1",
            Fault("release", "notes/price", "A version of another entry was released here."),
        ),
        (
            "DELETE FROM address WHERE slug = 'price'",
            Fault("address", "notes/price", "The address of the entry does not lead to it."),
        ),
        (
            "INSERT INTO address (slug, entry_id) VALUES ('lost', 999)",
            Fault("database", "address, row 4", "It refers to a row of entry that is not there."),
        ),
    ],
)
def test_a_fault_is_found_and_named(written: World, statement: str, fault: Fault) -> None:
    damage(written, statement)

    assert fault in found(written).faults


def test_a_signature_under_another_text_is_found(world: World) -> None:
    with world.context():
        load_starter()
    damage(world, "UPDATE signature SET hash = 'x' WHERE id = (SELECT min(id) FROM signature)")

    faults = [fault for fault in found(world).faults if fault.what == "signature"]
    assert "What sales signed was another text." in {fault.message for fault in faults}
    assert len({fault.where.partition(",")[0] for fault in faults}) == 1


def test_an_entry_without_a_version_is_found(written: World) -> None:
    damage(
        written,
        "UPDATE entry SET latest_id = NULL, agreed_id = NULL WHERE slug = 'draft'",
        "DELETE FROM version WHERE entry_id = (SELECT id FROM entry WHERE slug = 'draft')",
    )

    assert Fault("versions", "notes/draft", "The entry has no version.") in found(written).faults


def test_an_index_that_differs_is_found(written: World) -> None:
    damage(
        written,
        "UPDATE entry SET agreed_id = NULL WHERE slug = 'cost'",
        "DELETE FROM release WHERE entry_id = (SELECT id FROM entry WHERE slug = 'cost')",
    )

    [fault] = [fault for fault in found(written).faults if fault.what == "index"]
    assert "`playbook index rebuild` mends this." in fault.message


def test_a_database_file_with_broken_pages_is_found(written: World) -> None:
    close(written.app)
    with closing(sqlite.connect(database(written))) as connection:
        [(page,)] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'version'").fetchall()
        [(size,)] = connection.execute("PRAGMA page_size").fetchall()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with database(written).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 200)

    faults = found(written).faults

    assert {fault.what for fault in faults} == {"database"}


def test_a_link_to_what_is_not_written_yet_is_a_note_and_no_fault(world: World) -> None:
    world.write("price", links=["stage-nine"], body="See [[not-yet]].\n")

    assert found(world) == Findings(
        [],
        [
            Fault("link", "notes/price", "links leads to stage-nine, which is not written yet."),
            Fault("link", "notes/price", "body leads to not-yet, which is not written yet."),
        ],
    )


def test_a_text_that_takes_too_long_to_lay_out_again_is_a_note_and_no_fault(written: World) -> None:
    slow = "[a" * 90_000
    damage(
        written,
        f"UPDATE version SET text = '{slow}', hash = '{Document(slow).hash}' WHERE number = 2",
    )

    findings = found(written)

    [fault] = findings.faults
    assert fault.message.startswith("It is another text than audit record"), "and no fault of its page"
    [note] = findings.notes
    assert note.where == "notes/price, version 2"
    assert note.message.startswith("Its page could not be compared: The text takes longer than 2 seconds")
