"""What several processes count together, and what several do at once, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from config import ROOT, Settings
from playbook.db import db
from playbook.models import OneTimeLink, Role, User
from playbook.models.throttle import SIGN_IN_HERE
from playbook.work import saving
from tests.coming_in import PASSWORD, give_passwords
from tests.web.forms import form_of
from tests.world import Browser, World

PROCESSES, TRIES = 4, 30


def guessers(settings: Settings, *, password: str, times: int, address: str, many: int) -> list[int]:
    """The answers that some processes got together."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLAYBOOK_")}
    environment |= {"PLAYBOOK_INSTANCE": str(settings.instance), "PLAYBOOK_THREADS": "1"}
    if settings.database_url:
        environment["PLAYBOOK_DATABASE_URL"] = settings.database_url
    command = [sys.executable, "-m", "tests.faults.guesser", "ana@example.com", password, str(times), address]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(many)
    ]
    told = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * many
    return [int(status) for output in told for status in output.split()]


@pytest.mark.timeout(300)
def test_t74_thirty_guesses_over_four_processes_are_counted_together(
    world: World, settings: Settings
) -> None:
    give_passwords(world, "ana")

    guesses = guessers(
        settings,
        password="four wrong words here",
        times=TRIES // PROCESSES + 1,
        address="192.0.2.66",
        many=PROCESSES,
    )

    assert Counter(guesses) == {422: SIGN_IN_HERE.most, 429: len(guesses) - SIGN_IN_HERE.most}
    assert guessers(settings, password=PASSWORD, times=1, address="192.0.2.66", many=1) == [429]
    assert guessers(settings, password=PASSWORD, times=1, address="198.51.100.7", many=1) == [303]


def test_t91_of_two_who_invite_the_same_address_at_once_one_succeeds(
    app: Flask, world: World, browse: object
) -> None:
    ada = [browse("ada") for _ in range(4)]  # type: ignore[operator]
    forms = [form_of(browser.get("/people/new"), "/people") for browser in ada]
    gate = threading.Barrier(len(ada))

    def invite(number: int) -> int:
        gate.wait()
        return forms[number].send(ada[number], name="Noor Haddad", email="noor@example.com").status_code

    with ThreadPoolExecutor(len(ada)) as pool:
        statuses = sorted(pool.map(invite, range(len(ada))))

    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 422}, "one account, and the others are told"
    with world.context():
        assert db.session.scalar(sa.select(sa.func.count()).where(User.email == "noor@example.com")) == 1


def test_a_link_is_used_once_by_however_many_hold_it(app: Flask, world: World) -> None:
    with world.context(), saving():
        address = f"/first/{OneTimeLink.make(world.person('cleo'))}"
    clients = [Browser(app.test_client()) for _ in range(4)]
    forms = [form_of(client.get(address), address) for client in clients]
    gate = threading.Barrier(len(clients))

    def use(number: int) -> int:
        gate.wait()
        return forms[number].send(clients[number], password=f"{PASSWORD} {number}").status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        assert sorted(pool.map(use, range(len(clients)))) == [303, 404, 404, 404]


def test_two_administrators_who_demote_each_other_over_http_leave_one(
    app: Flask, world: World, browse: object
) -> None:
    with world.context(), saving():
        world.person("cleo").take_role(Role.ADMIN, by=None)
    browsers = {name: browse(name) for name in ("ada", "cleo")}  # type: ignore[operator]
    other = {"ada": world.people["cleo"], "cleo": world.people["ada"]}
    forms = {name: form_of(browsers[name].get(f"/people/{other[name]}"), f"/{other[name]}") for name in other}
    gate = threading.Barrier(2)

    def demote(name: str) -> int:
        gate.wait()
        return forms[name].send(browsers[name], role="rep").status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(demote, other))

    assert statuses[0] == 303
    assert statuses[1] in {401, 403, 409}
    with world.context():
        administrators = sa.select(sa.func.count()).where(User.role == Role.ADMIN, User.disabled_at.is_(None))
        assert db.session.scalar(administrators) == 1
