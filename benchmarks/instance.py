"""Instance folders with made-up entries, ours and the floor's, made once and copied for each run."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from benchmarks import floor
from benchmarks.corpus import WRITERS, Corpus
from benchmarks.rows import EntryRows, lay_out_here, rows_of
from config import ROOT, Settings
from playbook import search
from playbook.app import create_app
from playbook.db import db, transaction
from playbook.kinds import KINDS
from playbook.models import Role, Team, User, UserSession, begin_epoch
from playbook.models.rule import choose_rules
from playbook.models.session import fingerprint

READERS = 8
BATCH = 500  # entries in one transaction
CHUNK = 50  # entries that a process derives before it hands them over
KEPT_IN = Path(tempfile.gettempdir()) / "playbook-benchmarks"
# What the making of an instance depends on; when any of it changes, another is made.
SOURCES = (
    "benchmarks/corpus.py",
    "benchmarks/floor.py",
    "benchmarks/instance.py",
    "benchmarks/rows.py",
    "benchmarks/words.py",
    "content/*/*.md",
    "migrations/versions/*.py",
    "playbook/kinds/*.py",
    "playbook/markdown/*.py",
    "playbook/models/version.py",
    "playbook/search/schema.py",
)


@dataclass(frozen=True)
class Filled:
    """A folder with our `instance` and the floor's `floor.db`, of the same entries."""

    folder: Path
    size: int

    @property
    def settings(self) -> Settings:
        return Settings(instance=self.folder / "instance")

    @property
    def floor(self) -> Path:
        return self.folder / "floor.db"

    def sign_in(self) -> tuple[list[str], str]:
        """The secrets of a session for each reader, and of one for somebody who writes, good on both sides."""
        app = create_app(self.settings)
        with app.app_context(), transaction() as session:
            people = session.scalars(sa.select(User).order_by(User.id)).all()
            secrets = [(person, UserSession.begin(person, days=1)[1]) for person in people]
        close(app)
        with closing(floor.connect(self.floor)) as connection:
            connection.executemany(
                "INSERT INTO session (id, person, csrf, expires) VALUES (?, ?, ?, '2999')",
                [
                    (fingerprint(secret), person.id, fingerprint(secret + "csrf"))
                    for person, secret in secrets
                ],
            )
        readers = [secret for person, secret in secrets if person.role is Role.REP]
        return readers, next(secret for person, secret in secrets if person.role is Role.MARKETER)


@contextmanager
def copy_of(size: int) -> Iterator[Filled]:
    """A copy, to be used up, of a folder with `size` entries. It is made when it is first asked for."""
    made = kept(size)
    with tempfile.TemporaryDirectory(prefix="playbook-benchmark-") as name:
        shutil.copytree(made, name, dirs_exist_ok=True, symlinks=True)
        yield Filled(Path(name), size)


def kept(size: int) -> Path:
    """The folder from which copies are made."""
    folder = KEPT_IN / f"{size}-{_sources()}"
    if not folder.exists():
        KEPT_IN.mkdir(exist_ok=True)
        for old in KEPT_IN.glob(f"{size}-*"):
            shutil.rmtree(old)
        with tempfile.TemporaryDirectory(dir=KEPT_IN, prefix="making-") as name:
            began = time.monotonic()
            fill(Path(name) / "made", size)
            print(f"Made {size:,} entries in {time.monotonic() - began:.0f} s", flush=True)
            (Path(name) / "made").rename(folder)
    return folder


def fill(folder: Path, size: int, *, processes: int = os.cpu_count() or 1) -> Filled:
    """Make both sides in a folder that is not there yet."""
    folder.mkdir(parents=True)
    filled = Filled(folder, size)
    app = create_app(filled.settings)
    with app.app_context(), closing(floor.connect(filled.floor)) as floors:
        upgrade(directory=str(ROOT / "migrations"))
        with transaction():
            begin_epoch()
            people = _people()
            # The floor knows no agreement: what is saved there is seen. So nobody's signature is asked for here.
            choose_rules(dict.fromkeys(KINDS, ()), by=User.with_id(min(people.values())))
        floors.executescript(floor.SCHEMA)
        _insert(
            floors, "person", [{"id": id, "handle": handle, "name": handle} for handle, id in people.items()]
        )
        with _deriving(size, people, processes) as derived:
            while batch := list(islice(derived, BATCH)):
                _write(batch, floors)
        search.rebuild()
    close(app)
    return filled


def close(app: Flask) -> None:
    """Let go of every file of the instance, so that it can be copied."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def _sources() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _people() -> dict[str, int]:
    """Id by handle of those who write and those who read."""
    writers = [(name, Role.MARKETER) for name in WRITERS]
    readers = [(f"reader.number{number}", Role.REP) for number in range(READERS)]
    people = {}
    for handle, role in writers + readers:
        name = handle.replace(".", " ").title()
        user = User.invite(email=f"{handle}@example.com", name=name, role=role, team=Team.SALES)
        people[user.handle] = user.id
    return people


@contextmanager
def _deriving(size: int, people: dict[str, int], processes: int) -> Iterator[Iterator[EntryRows]]:
    """Every entry derived, in order; in this process where one is enough."""
    derive = partial(_derived, size=size, people=people)
    numbers = range(1, size + 1)
    if size <= CHUNK or processes == 1:
        yield map(derive, numbers)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), lay_out_here) as pool:
        yield iter(pool.map(derive, numbers, chunksize=CHUNK))


_corpora: dict[int, Corpus] = {}


def _derived(number: int, *, size: int, people: dict[str, int]) -> EntryRows:
    if size not in _corpora:
        _corpora[size] = Corpus(size)
    return rows_of(_corpora[size].entry(number), people)


def _write(batch: list[EntryRows], floors: Any) -> None:
    with transaction() as session:
        session.connection().exec_driver_sql(
            "PRAGMA defer_foreign_keys = ON"
        )  # entries and versions name each other
        for model in batch[0].ours:
            rows = [row for entry in batch for row in entry.ours[model]]
            if rows:
                session.execute(sa.insert(model.__table__), rows)
    with floors:
        floors.execute("BEGIN")
        for table in batch[0].floors:
            _insert(floors, table, [row for entry in batch for row in entry.floors[table]])


def _insert(connection: Any, table: str, rows: Iterable[dict[str, Any]]) -> None:
    rows = list(rows)
    if rows:
        names = ", ".join(rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
