"""The whole server is killed while several people save over HTTP."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Event

import pytest
import sqlalchemy as sa

from playbook import search
from playbook.db import db
from playbook.models import UserSession
from playbook.work import saving
from tests.faults.server import Client, Server
from tests.soak import soak
from tests.world import World

KILLS = soak(2, 100)
WRITERS = ("cleo", "milo", "dana", "ada")
SHARED = "price"
AGREE_SECONDS = 30  # in which the index has to say what the database says


@dataclass
class Writer:
    """Somebody who adds line after line, to an entry of their own and to one that all share."""

    name: str
    client: Client
    numbers: Iterator[int]
    told: dict[str, list[str]] = field(default_factory=dict)
    """The lines that the server said are kept, by the entry."""

    def write(self, until: Event) -> None:
        while not until.is_set():
            for slug in (f"own-{self.name}", SHARED):
                try:
                    self.add_a_line(slug)
                except (OSError, HTTPException):  # the server died with our request
                    return

    def add_a_line(self, slug: str) -> None:
        line = f"{self.name} {next(self.numbers)}"
        while True:
            page = self.client.get(f"/notes/{slug}/edit?as=document")
            assert page.status == 200, page.text
            answer = self.client.post(
                f"/notes/{slug}/edit",
                {
                    "csrf_token": page.hidden("csrf_token"),
                    "base": page.hidden("base"),
                    "document": page.typed("document") + f"{line}\n\n",
                    "note": line,
                    "propose": "yes" if self.name != "cleo" else "",
                },
            )
            if answer.status == 409:
                assert line in answer.text, "whoever comes second is given back what was typed"
                continue
            assert answer.status == 303, answer.text
            self.told.setdefault(slug, []).append(line)
            return


@pytest.mark.timeout(soak(180, 7200))
def test_a_server_killed_while_people_save_loses_nothing_that_it_acknowledged(
    world: World, server: Server
) -> None:
    world.write(SHARED, body="Lines:\n\n")
    for name in WRITERS:
        world.write(f"own-{name}", body="Lines:\n\n")
    with world.context(), saving():
        secrets = {name: UserSession.begin(world.person(name), days=1)[1] for name in WRITERS}

    told: dict[str, list[str]] = {}
    numbers = itertools.count(1)
    for _ in range(KILLS):
        server.start()
        writers = [Writer(name, Client(server.port, secret), numbers) for name, secret in secrets.items()]
        save_until_killed(server, writers)
        for writer in writers:
            for slug, lines in writer.told.items():
                told.setdefault(slug, []).extend(lines)
        nothing_is_lost(world, told)

    server.start()
    begun = time.monotonic()
    with world.context():
        while found := search.check():
            assert time.monotonic() - begun < AGREE_SECONDS, found
            time.sleep(0.2)
    server.kill()
    outcome = world.app.test_cli_runner().invoke(args=["check"])
    assert outcome.exit_code == 0, outcome.output


def save_until_killed(server: Server, writers: list[Writer]) -> None:
    """Everybody writes; at any moment after the first line was kept, the server dies."""
    enough = Event()
    with ThreadPoolExecutor(len(writers)) as pool:
        at_work = [pool.submit(writer.write, enough) for writer in writers]
        while not any(writer.told for writer in writers):
            assert not all(each.done() for each in at_work), [each.exception() for each in at_work]
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.3))
        server.kill()
        enough.set()
    for each in at_work:
        each.result()


def nothing_is_lost(world: World, told: dict[str, list[str]]) -> None:
    with world.context():
        if db.engine.dialect.name == "sqlite":
            assert db.session.execute(sa.text("PRAGMA integrity_check")).scalar() == "ok"
            assert db.session.execute(sa.text("PRAGMA foreign_key_check")).all() == []
        for slug, acknowledged in told.items():
            entry = world.entry(slug)
            notes = [version.note for version in entry.versions[1:]]
            lines = entry.newest.document.body.split("\n\n")[1:-1]
            assert set(acknowledged) <= set(notes), slug
            assert lines == notes, "each was written on top of the one before"
            assert [version.number for version in entry.versions] == list(range(1, len(notes) + 2))
            assert all(version.hash == version.document.hash for version in entry.versions)
