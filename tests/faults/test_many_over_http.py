"""Many people save at once over HTTP."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from playbook.models import UserSession
from playbook.work import saving
from tests.faults.server import Answer, Client, Server
from tests.soak import soak
from tests.world import World

WRITERS = 4
SAVES = soak(2, 60)
MANY = 20


@pytest.fixture
def secret(world: World) -> str:
    """The session of somebody who may write."""
    with world.context(), saving():
        return UserSession.begin(world.person("milo"), days=1)[1]


@pytest.mark.timeout(soak(120, 1800))
def test_of_everything_that_many_people_add_at_once_nothing_is_lost(
    world: World, server: Server, secret: str
) -> None:
    world.write("price", body="Lines:\n\n")
    server.start()

    def add(writer: int) -> list[str]:
        client = Client(server.port, secret)
        lines = [f"writer {writer} line {turn}" for turn in range(SAVES)]
        for line in lines:
            while (answer := save(client, client.get("/notes/price/edit?as=document"), line)).status == 409:
                pass
            assert answer.status == 303, answer.text
        return lines

    with ThreadPoolExecutor(WRITERS) as pool:
        written = [line for lines in pool.map(add, range(WRITERS)) for line in lines]

    with world.context():
        entry = world.entry("price")
        kept = entry.newest.document.body.split("\n\n")[1:-1]
        assert kept == [version.note for version in entry.versions[1:]]
    assert sorted(kept) == sorted(written)


def test_of_twenty_who_save_over_one_version_one_wins_and_the_others_get_the_merge(
    world: World, server: Server, secret: str
) -> None:
    world.write("price", body="First.\n\n")
    server.start()
    clients = [Client(server.port, secret) for _ in range(MANY)]
    pages = [client.get("/notes/price/edit?as=document") for client in clients]
    gate = threading.Barrier(MANY)

    def finish(number: int) -> Answer:
        gate.wait()
        return save(clients[number], pages[number], f"By writer {number}.")

    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(finish, range(MANY)))

    [winner] = [number for number, answer in enumerate(answers) if answer.status == 303]
    for number, answer in enumerate(answers):
        if number != winner:
            assert answer.status == 409
            assert f"By writer {number}." in answer.text
            assert f"By writer {winner}." in answer.text
    with world.context():
        assert [version.note for version in world.entry("price").versions] == ["", f"By writer {winner}."]


def save(client: Client, page: Answer, line: str) -> Answer:
    """Add a line below the text of an edit page."""
    typed = {"document": f"{page.typed('document')}{line}\n\n", "note": line, "propose": "yes"}
    return client.post(
        "/notes/price/edit", {"csrf_token": page.hidden("csrf_token"), "base": page.hidden("base"), **typed}
    )
