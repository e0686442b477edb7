"""Whoever hands over mails is killed with one in hand."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from email import message_from_bytes

import sqlalchemy as sa

from config import Settings
from playbook import clock
from playbook.db import db
from playbook.models import About, Letter, Notice, User
from playbook.telling import tell
from playbook.work import saving
from tests.cli.conftest import Instance
from tests.soak import soak
from tests.telling.mail_server import serving
from tests.world import World

KILLS = soak(2, 50)


def test_a_runner_killed_with_a_mail_in_hand_loses_none_and_sends_none_that_is_not_known_as_the_same(
    world: World, settings: Settings
) -> None:
    world.write("price")
    with world.context(), saving() as session:
        session.execute(sa.update(User).values(password_hash="chosen"))
        people = [world.person(name) for name in world.people]
        tell(people, About.AGREED, world.entry("price"), by=None)
        session.flush()
        session.execute(sa.update(Notice).values(at=clock.now() - timedelta(days=1)))
    with serving() as server:
        runner: list[subprocess.Popen[str]] = []
        server.once_taken = lambda: runner[0].kill()
        for _ in range(min(KILLS, len(people) - 1)):
            runner[:] = [run(settings, server.port)]
            assert runner[0].wait() == -9
            runner[0].communicate()
            time_goes_by(world)
        server.once_taken = lambda: None
        last = run(settings, server.port)
        assert last.wait() == 0, last.communicate()
        last.communicate()

    arrived: dict[str, set[str]] = {}
    for to, mail in server.mails:
        arrived.setdefault(to, set()).add(str(message_from_bytes(mail)["Message-ID"]))
    assert set(arrived) == {person.email for person in people}, "nobody's mail is lost"
    assert {len(ids) for ids in arrived.values()} == {1}, "a second copy says that it is one"
    with world.context():
        assert {letter.next_at for letter in db.session.scalars(sa.select(Letter))} == {None}


def run(settings: Settings, port: int) -> subprocess.Popen[str]:
    return Instance(settings.instance).start(
        "jobs",
        "run",
        "--once",
        PLAYBOOK_DATABASE_URL=settings.database_url,
        PLAYBOOK_MAIL_URL=f"smtp://127.0.0.1:{port}",
        PLAYBOOK_PUBLIC_URL="http://playbook.example",
    )


def time_goes_by(world: World) -> None:
    """Let what waits for its next try be due."""
    with world.context(), saving() as session:
        session.execute(
            sa.update(Letter)
            .where(Letter.next_at.is_not(None))
            .values(next_at=clock.now() - timedelta(minutes=1))
        )
