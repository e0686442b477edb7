from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta
from subprocess import PIPE, Popen

import pytest
import sqlalchemy as sa

from config import ROOT
from playbook.models import About, JobRun, User
from playbook.telling import tell
from playbook.work import saving
from tests.cli.conftest import Instance, Playbook
from tests.world import World


def test_what_is_due_is_done_once(world: World, playbook: Playbook) -> None:
    result = playbook("jobs", "run", "--once")

    assert result.exit_code == 0
    assert "digests: 0 letters" in result.stderr
    assert result.stdout == ""
    assert playbook("jobs", "run", "--once").stderr == ""


def test_the_list_says_when_each_was_done_and_what_is_on_its_way(world: World, playbook: Playbook) -> None:
    before = playbook("jobs", "list").stdout
    assert before.count("never done") == before.count(" UTC ") >= 3
    assert "0 letters on the way" in before
    playbook("jobs", "run", "--once")

    assert "never done" not in playbook("jobs", "list").stdout


def test_a_job_that_failed_is_told(world: World, playbook: Playbook) -> None:
    playbook("jobs", "run", "--once")
    with world.context(), saving() as session:
        session.execute(sa.update(JobRun).where(JobRun.name == "digests").values(problem="OSError: no"))

    assert "failed: OSError: no" in playbook("jobs", "list").stdout


def test_links_in_mails_lead_where_the_site_is(
    world: World, playbook: Playbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("price")
    with world.context(), saving() as session:
        session.execute(sa.update(User).values(password_hash="chosen"))
        [notice] = tell([world.person("ana")], About.AGREED, world.entry("price"), by=None)
        notice.at -= timedelta(days=1)
    monkeypatch.setenv("PORT", "8123")
    playbook("jobs", "run", "--once")
    [mail] = (world.app.config["SETTINGS"].instance / "outbox").iterdir()

    assert "http://127.0.0.1:8123/notices/" in mail.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_runner_ends_when_it_is_told(world: World, number: signal.Signals) -> None:
    instance = Instance(world.app.config["SETTINGS"].instance)
    runner = instance.start("jobs", "run")
    assert runner.stderr is not None
    assert "digests" in runner.stderr.readline()  # it has done a round, and waits for the next

    runner.send_signal(number)

    assert runner.wait(timeout=10) == -number
    runner.communicate()


def test_a_runner_ends_with_what_it_runs_beside(world: World) -> None:
    """Even where that was killed, and could tell it nothing."""
    begin = (
        "import subprocess, sys, os; "
        "command = 'from playbook.cli import main; main()'; "
        "process = subprocess.Popen([sys.executable, '-c', command, 'jobs', 'run', '--beside', str(os.getpid())]); "
        "print(process.pid, flush=True); process.wait()"
    )
    environment = {**os.environ, "PLAYBOOK_INSTANCE": str(world.app.config["SETTINGS"].instance)}
    parent = Popen(
        [sys.executable, "-c", begin], cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stderr is not None
    runner = int(parent.stdout.readline())
    assert "digests" in parent.stderr.readline()

    parent.kill()
    parent.wait()

    assert parent.stderr.read() == ""  # it is closed when the runner has ended, for the runner holds it too
    assert not is_running(runner)
    parent.stdout.close()
    parent.stderr.close()


def is_running(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


def test_a_database_that_is_not_there_is_said(instance: Instance) -> None:
    ended = instance.run("jobs", "run", "--once")

    assert ended.returncode == 1
    assert "playbook setup" in ended.stderr
