"""Whether the audit log is whole, and whether what it says was written, signed and released is what there is."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from playbook.content.fault import Fault
from playbook.content.kept import Rows
from playbook.db import db
from playbook.models import Address, AuditRecord, Setting
from playbook.models.audit import BEFORE_ALL, HEAD, REDACTED, hashed

# Acts that may take the words out of records, as they say themselves.
ERASURES = frozenset({"erase", "erase person", "remove starter"})
WRITING = frozenset({"draft", "revise", "move"})


@dataclass(frozen=True)
class Said:
    """What one record says of a version, a signature or a release."""

    record: int
    user_id: int | None
    detail: dict[str, Any]
    thing: str

    @property
    def is_exact(self) -> bool:
        """Whether it names the text and the row. Records from before agreement was data do not."""
        return "hash" in self.detail


Sayings = dict[tuple[Any, ...], list[Said]]


@dataclass
class Log:
    """The audit log, verified from its first record to its last."""

    faults: list[Fault] = field(default_factory=list)
    last: int = 0
    seal: str = BEFORE_ALL
    seals: set[str] = field(default_factory=set)
    # What is said of each version, by its entry and number; of signatures also by team.
    written: Sayings = field(default_factory=lambda: defaultdict(list))
    signed: Sayings = field(default_factory=lambda: defaultdict(list))
    released: Sayings = field(default_factory=lambda: defaultdict(list))

    def fault(self, number: int, message: str) -> None:
        self.faults.append(Fault("audit", f"record {number}", message))


def verify(*, noted: str = "") -> Log:
    """Read the whole log. With `noted`, the seal of a record as somebody wrote it down elsewhere, look for it.

    Whoever can write to the database can write another log, and seal it: only a seal that was noted elsewhere
    shows that it is another.
    """
    log = Log()
    shortened: dict[int, str] = {}  # what is left of each record that was redacted
    erasures: list[tuple[int, dict[str, str]]] = []
    addresses = _addresses()
    previous: str | None = BEFORE_ALL
    for kept in Rows(AuditRecord):
        record: AuditRecord = kept.of(AuditRecord)
        if record.id != log.last + 1:
            _missing(log, log.last + 1, record.id - 1)
            previous = None
        if kept.spoilt:
            log.fault(record.id, f"It cannot be read as it was written: {', '.join(kept.spoilt)}.")
        elif not record.is_redacted and record.content_now() != record.content:
            log.fault(record.id, "What it says is not what was recorded.")
        elif previous is not None and record.seal_after(previous) != record.seal:
            log.fault(record.id, "It does not follow the record before it, or its act or time was changed.")
        if not kept.spoilt:
            if record.is_redacted:
                shortened[record.id] = hashed(record.words)
            if record.action in ERASURES and isinstance(named := record.detail.get(REDACTED), dict):
                erasures.append((record.id, named))
            _gather(log, record, addresses)
        previous = log.seal = record.seal if "seal" not in kept.spoilt else ""
        log.seals.add(log.seal)
        log.last = record.id
    _redactions(log, shortened, erasures)
    _head(log)
    if noted and noted not in log.seals:
        log.faults.append(
            Fault("audit", "noted seal", "No record has this seal: the log is not the one it was noted from.")
        )
    return log


def _addresses() -> dict[str, int]:
    """The entry that each slug leads to, or once led to."""
    rows = db.session.execute(sa.select(Address.slug, Address.entry_id))
    return {row.slug: row.entry_id for row in rows}


def _missing(log: Log, first: int, last: int) -> None:
    many = f"Records {first} to {last} are not there." if last > first else f"Record {first} is not there."
    log.faults.append(Fault("audit", f"record {first}", many))


def _gather(log: Log, record: AuditRecord, addresses: dict[str, int]) -> None:
    gathered = {"sign": log.signed, "release": log.released}.get(record.action)
    if record.action in WRITING:
        gathered = log.written
    if gathered is None:
        return
    said = Said(record.id, record.user_id, record.detail, record.thing)
    entry_id = addresses.get(record.thing.rpartition("/")[2])
    if entry_id is not None:
        number = record.detail.get("version", 1)  # once, a draft was the first version without saying so
        team = (record.detail.get("team"),) if gathered is log.signed else ()
        gathered[entry_id, number, *team].append(said)
    elif said.is_exact:
        log.fault(record.id, f"It is about {record.thing}, of which there is nothing.")


def _redactions(log: Log, shortened: dict[int, str], erasures: Sequence[tuple[int, dict[str, str]]]) -> None:
    """Words may be missing where the record of an erasure says of which records it took them, and what it left."""
    vouched: dict[int, str] = {}
    for number, named in reversed(erasures):
        # A record of an erasure may have been shortened itself, by a later one.
        if number not in shortened or vouched.get(number) == shortened[number]:
            for each, left in named.items():
                if each.isdecimal():
                    vouched.setdefault(int(each), left)
    for number, left in shortened.items():
        if number not in vouched:
            log.fault(number, "Its words were taken away, and no erasure says so.")
        elif vouched[number] != left:
            log.fault(number, "What was left of it when its words were taken away was changed.")


def _head(log: Log) -> None:
    noted = _noted_end()
    if noted is None:
        if log.last:
            log.faults.append(
                Fault("audit", "end", "Which record is the last is noted nowhere, so some may be missing.")
            )
        return
    number, seal = noted
    if number > log.last:
        _missing(log, log.last + 1, number)
    elif number < log.last:
        for each in range(number + 1, log.last + 1):
            log.fault(each, "It was added by another hand: the log ended before it.")
    elif seal != log.seal:
        log.fault(log.last, "It is not the record that was noted as the last.")


def _noted_end() -> tuple[int, str] | None:
    kept = db.session.scalar(sa.select(sa.cast(Setting.value, sa.Text)).where(Setting.name == HEAD))
    if kept is None:
        return None
    try:
        value = json.loads(kept)
        return int(value["number"]), str(value["seal"])
    except (ValueError, TypeError, KeyError):
        return 0, ""
