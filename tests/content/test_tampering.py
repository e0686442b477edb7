"""Whoever can write to the database can change anything in it; `playbook check` says what was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from config import Settings
from playbook.content.checking import Fault, check
from playbook.db import sqlite
from playbook.models import AuditRecord, Signer
from playbook.models.audit import HEAD, hashed
from playbook.models.rule import choose_rules
from playbook.work import saving
from tests.models.conftest import database, made_on_postgres, settings
from tests.soak import soak
from tests.world import World, close

__all__ = ["database", "made_on_postgres", "settings"]

FORGED = "---\ntitle: Prices\n---\nForged.\n"


@dataclass
class Hand:
    """Somebody at the database itself, past everything that the playbook does."""

    run: Callable[..., list[tuple[Any, ...]]]

    def value(self, statement: str, *given: Any) -> Any:
        [[value]] = self.run(statement, *given)
        return value

    def record(self, action: str) -> int:
        """The number of the first record of an act."""
        number: int = self.value("SELECT min(id) FROM audit_record WHERE action = ?", action)
        return number


@contextmanager
def a_hand(world: World) -> Iterator[Hand]:
    """The database without what watches over it, as one hand has it; what that did is kept when the block ends."""
    close(world.app)
    kept: Settings = world.app.config["SETTINGS"]
    if kept.database_url:
        with psycopg.connect(kept.database_url.replace("+psycopg", "")) as connection:
            connection.execute("SET session_replication_role = replica")  # no trigger, no foreign key

            def run(statement: str, *given: Any) -> list[tuple[Any, ...]]:
                done = connection.execute(statement.replace("?", "%s").encode(), given)
                return done.fetchall() if done.description else []

            yield Hand(run)
        return
    with without_triggers(kept.instance / "playbook.db") as connection:
        yield Hand(lambda statement, *given: connection.execute(statement, given).fetchall())


@contextmanager
def without_triggers(file: Path) -> Iterator[Any]:
    with closing(sqlite.connect(file)) as connection, connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, made in triggers:
            connection.execute(made)


@pytest.fixture
def agreed(world: World) -> World:
    """One entry that two teams signed, and one that was brought in and has news that wait."""
    with world.context(), saving():
        choose_rules({"note": (Signer.SALES, Signer.MARKETING)}, by=world.person("ada"))
    world.write("deal", body="The deal.\n", by="cleo", released=False)
    world.propose("deal", by="cleo")
    world.agree("deal")
    world.write("price", title="Prices", body="First.\n", by="cleo")
    world.revise("price", body="Second.\n", by="cleo", released=False, note="A better word")
    assert faults(world) == []
    return world


def faults(world: World, *, noted: str = "") -> list[Fault]:
    with world.context():
        return check(noted=noted).faults


def told(world: World) -> list[str]:
    return [f"{fault.what}: {fault.where}: {fault.message}" for fault in faults(world)]


VERSION = "UPDATE version SET {} WHERE number = 2"
SIGNATURE = "UPDATE signature SET {} WHERE team = 'sales'"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (VERSION.format(f"text = '{FORGED}'"), "version: notes/price, version 2: The text is not the one"),
        (
            VERSION.format(f"text = '{FORGED}', hash = '{hashlib.sha256(FORGED.encode()).hexdigest()}'"),
            "version: notes/price, version 2: It is another text than audit record",
        ),
        (VERSION.format("author_id = {milo}"), "version: notes/price, version 2: It is by somebody else"),
        (VERSION.format("note = 'Another'"), "version: notes/price, version 2: It was changed after"),
        (
            VERSION.format("at = '2026-03-01 10:00:00.000000'"),
            "version: notes/price, version 2: It was changed after",
        ),
        (
            VERSION.format("number = 3"),
            "version: notes/price, version 3: No record says that it was written.",
        ),
        (SIGNATURE.format("hash = 'x'"), "signature: notes/deal, version 1, signed for sales: It is another"),
        (SIGNATURE.format("user_id = {ada}"), "signature: notes/deal, version 1, signed for sales: It is by"),
        (SIGNATURE.format("team = 'owner'"), "signature: notes/deal, version 1, signed for owner: No record"),
        (
            SIGNATURE.format("comment = 'x'"),
            "signature: notes/deal, version 1, signed for sales: It was changed",
        ),
        (
            "DELETE FROM signature WHERE team = 'sales'",
            "release: notes/deal, version 1: It was agreed without the signature of sales.",
        ),
        (
            "UPDATE release SET ground = 'unasked' WHERE ground = 'signed'",
            "release: notes/deal, version 1: It was changed after audit record",
        ),
        (
            "DELETE FROM release WHERE ground = 'signed'",
            "The release that it says there was, of notes/deal, is not there.",
        ),
        (
            "UPDATE entry SET proposed_id = latest_id WHERE slug = 'price'",
            "proposal: notes/price: What it takes for proposed is not what somebody proposed.",
        ),
        (
            "UPDATE proposal SET version_id = (SELECT latest_id FROM entry WHERE slug = 'price')",
            "proposal: notes/price: What it takes for proposed is not what somebody proposed.",
        ),
    ],
)
def test_a_changed_fact_is_named(agreed: World, statement: str, named: str) -> None:
    with a_hand(agreed) as hand:
        hand.run(statement.format(**agreed.people) if "{" in statement else statement)

    assert [line for line in told(agreed) if named in line], told(agreed)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("detail = '{\"version\": 1}'", "What it says is not what was recorded."),
        ("thing = 'notes/other'", "What it says is not what was recorded."),
        ("user_id = NULL", "What it says is not what was recorded."),
        ("origin = 'elsewhere'", "What it says is not what was recorded."),
        ("salt = 'x'", "What it says is not what was recorded."),
        ("content = 'x'", "What it says is not what was recorded."),
        ("salt = ''", "Its words were taken away, and no erasure says so."),
        ("action = 'withdraw'", "It does not follow the record before it, or its act or time was changed."),
        (
            "at = '2026-03-01 10:00:00.000000'",
            "It does not follow the record before it, or its act or time was changed.",
        ),
        ("seal = 'x'", "It does not follow the record before it, or its act or time was changed."),
    ],
)
def test_a_changed_record_is_named(agreed: World, change: str, message: str) -> None:
    with a_hand(agreed) as hand:
        number = hand.record("sign")
        hand.run(f"UPDATE audit_record SET {change} WHERE id = ?", number)

    assert Fault("audit", f"record {number}", message) in faults(agreed)


def test_a_record_that_was_taken_out_is_missed(agreed: World) -> None:
    with a_hand(agreed) as hand:
        number = hand.record("propose")
        hand.run("DELETE FROM audit_record WHERE id = ?", number)

    assert Fault("audit", f"record {number}", f"Record {number} is not there.") in faults(agreed)


def test_records_that_moved_up_into_its_place_are_named(agreed: World) -> None:
    with a_hand(agreed) as hand:
        number, last = hand.record("propose"), hand.value("SELECT max(id) FROM audit_record")
        hand.run("DELETE FROM audit_record WHERE id = ?", number)
        for each in range(number, last):
            hand.run("UPDATE audit_record SET id = ? WHERE id = ?", each, each + 1)

    assert {f"record {number}", f"record {last}"} <= {fault.where for fault in faults(agreed)}


def test_an_end_that_was_cut_off_is_missed(agreed: World) -> None:
    with a_hand(agreed) as hand:
        last = hand.value("SELECT max(id) FROM audit_record")
        hand.run("DELETE FROM audit_record WHERE id > ?", last - 2)

    assert Fault("audit", f"record {last - 1}", f"Records {last - 1} to {last} are not there.") in faults(
        agreed
    )


def test_two_records_in_the_place_of_each_other_are_named(agreed: World) -> None:
    with a_hand(agreed) as hand:
        one, other = hand.record("draft"), hand.record("sign")
        for before, after in ((one, 0), (other, one), (0, other)):
            hand.run("UPDATE audit_record SET id = ? WHERE id = ?", after, before)

    assert {f"record {one}", f"record {other}"} <= {fault.where for fault in faults(agreed)}


def forge(hand: Hand) -> int:
    """Add a record at the end, sealed as the playbook seals; its number."""
    number, seal = hand.run("SELECT id, seal FROM audit_record ORDER BY id DESC LIMIT 1")[0]
    [columns] = hand.run("SELECT at, user_id, thing FROM audit_record WHERE id = ?", number)
    at, user_id, thing = columns
    hand.run(
        "INSERT INTO audit_record (id, at, user_id, action, thing, detail, origin, salt, content, seal)"
        " VALUES (?, ?, ?, 'retire', ?, '{}', '', 'salt', '', '')",
        *(number + 1, at, user_id, thing),
    )
    seal_as(hand, number + 1, seal)
    return number + 1


def seal_as(hand: Hand, number: int, previous: str) -> str:
    """Seal a record anew, as the playbook would."""
    [row] = hand.run(
        "SELECT at, action, salt, user_id, thing, detail, origin FROM audit_record WHERE id = ?", number
    )
    at, action, *said = row
    at = at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)
    said[3] = json.loads(said[3]) if isinstance(said[3], str) else said[3]
    content = hashed(said)
    seal = hashed([previous, number, at.astimezone(UTC).isoformat(timespec="microseconds"), action, content])
    hand.run("UPDATE audit_record SET content = ?, seal = ? WHERE id = ?", content, seal, number)
    return seal


def test_a_forged_record_with_the_right_seal_is_named(agreed: World) -> None:
    with a_hand(agreed) as hand:
        number = forge(hand)

    assert faults(agreed) == [
        Fault("audit", f"record {number}", "It was added by another hand: the log ended before it.")
    ]


def test_a_log_without_its_end_is_named(agreed: World) -> None:
    with a_hand(agreed) as hand:
        hand.run("DELETE FROM setting WHERE name = ?", HEAD)

    [fault] = faults(agreed)
    assert fault.where == "end"


def test_a_log_written_anew_to_its_end_is_told_only_by_a_seal_noted_elsewhere(agreed: World) -> None:
    with agreed.context():
        noted = check().seal
    with a_hand(agreed) as hand:
        number, last = hand.record("revise"), hand.value("SELECT max(id) FROM audit_record")
        hand.run("UPDATE audit_record SET origin = 'elsewhere' WHERE id = ?", number)
        seal = hand.value("SELECT seal FROM audit_record WHERE id = ?", number - 1)
        for each in range(number, last + 1):
            seal = seal_as(hand, each, seal)
        hand.run(
            "UPDATE setting SET value = ? WHERE name = ?", json.dumps({"number": last, "seal": seal}), HEAD
        )

    assert faults(agreed) == [], "this is what no check can see"
    [fault] = faults(agreed, noted=noted)
    assert fault == Fault(
        "audit", "noted seal", "No record has this seal: the log is not the one it was noted from."
    )


def test_a_seal_that_was_noted_is_found_after_more_was_recorded(agreed: World) -> None:
    with agreed.context():
        noted = check().seal
    agreed.revise("price", body="Third.\n", released=False)

    assert faults(agreed, noted=noted) == []


def test_a_log_that_lost_its_end_goes_on(agreed: World) -> None:
    with a_hand(agreed) as hand:
        hand.run("DELETE FROM setting WHERE name = ?", HEAD)

    agreed.revise("price", body="Third.\n", released=False)

    assert faults(agreed) == []


def test_any_changed_byte_of_a_version_or_a_record_is_found(
    agreed: World, database: str, tmp_path: Path
) -> None:
    if database != "sqlite":
        return  # a server looks after its bytes itself; what it can be told to change is tried above
    with agreed.context(), saving():
        AuditRecord.note("erase", "entries/9", by=None, reason="Asked for.", redacted={})
    file = agreed.app.config["SETTINGS"].instance / "playbook.db"
    close(agreed.app)
    with closing(sqlite.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        columns = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for table in ("version", "audit_record")
        }
    sound = file.read_bytes()

    def put_back() -> None:
        close(agreed.app)
        for beside in ("-wal", "-shm"):
            Path(f"{file}{beside}").unlink(missing_ok=True)
        file.write_bytes(sound)

    @trying(max_examples=soak(50, 3000), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def change(data: st.DataObject) -> None:
        put_back()
        table = data.draw(st.sampled_from(sorted(columns)))
        column = data.draw(st.sampled_from(columns[table]))
        with without_triggers(file) as connection:
            ids = [row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY id")]
            row = data.draw(st.sampled_from(ids))
            sort, was = connection.execute(
                f'SELECT typeof("{column}"), CAST("{column}" AS BLOB) FROM {table} WHERE id = ?', (row,)
            ).fetchone()
            assume(was)
            at = data.draw(st.integers(0, len(was) - 1))
            byte = data.draw(st.integers(48, 57) if sort == "integer" else st.integers(0, 255))
            assume(byte != was[at])
            now = was[:at] + bytes([byte]) + was[at + 1 :]
            assume(sort != "integer" or int(now) != int(was))
            try:
                connection.execute(
                    f'UPDATE {table} SET "{column}" = CAST(? AS {sort}) WHERE id = ?', (now, row)
                )
            except sqlite.IntegrityError:
                assume(False)
        assert faults(agreed), (table, column, row, was, now)

    change()
    put_back()
    assert faults(agreed) == []
