from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import sqlalchemy as sa
import time_machine

from playbook import jobs
from playbook.db import db
from playbook.jobs import JOBS, Job, run_once
from playbook.models import About, JobRun, Letter, Notice, User
from playbook.telling import tell
from playbook.work import saving
from tests.world import World

SITE = "http://127.0.0.1:8000"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)


AT_SIX = Job("a job", "does something", 6, 0, lambda: "done")


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, True),
        ("2026-11-24T06:00", False),
        ("2026-11-23T06:00", True),
        ("2026-10-01T06:00", True),  # however long nothing ran
    ],
)
def test_a_job_is_due_when_its_time_came_since_it_was_done(last: str | None, due: bool) -> None:
    slot = datetime.fromisoformat(last).replace(tzinfo=UTC) if last is not None else None
    run = JobRun(name="a job", for_slot=slot, at=slot, problem="", busy_until=None)

    assert run.is_due(AT_SIX.slot(NOON)) is due


def test_a_job_that_failed_is_tried_again_a_little_later() -> None:
    slot = AT_SIX.slot(NOON)
    run = JobRun(name="a job", for_slot=None, at=None, problem="", busy_until=None)
    with time_machine.travel(NOON, tick=False):
        run.end(slot=slot, problem="OSError: no")
    with time_machine.travel(NOON + timedelta(minutes=5)):
        assert not run.is_due(slot)
    with time_machine.travel(NOON + timedelta(minutes=11)):
        assert run.is_due(slot)
        run.end(slot=slot)
        assert not run.is_due(slot)


def test_a_job_whose_runner_died_is_taken_up_by_another(world: World) -> None:
    slot = AT_SIX.slot(NOON)
    for minutes, is_taken in ((0, True), (5, False), (11, True)):
        with time_machine.travel(NOON + timedelta(minutes=minutes)), world.context(), saving():
            assert (JobRun.take("a job", slot=slot) is not None) is is_taken


def test_a_round_does_what_is_due_and_the_next_does_not_again(world: World) -> None:
    with time_machine.travel(NOON), world.context():
        assert list(run_once(site=SITE).done) == [job.name for job in JOBS]
        assert run_once(site=SITE).done == {}
    with time_machine.travel(NOON + A_DAY), world.context():
        assert list(run_once(site=SITE).done) == [job.name for job in JOBS]


def test_a_job_that_fails_keeps_no_other_from_its_work(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise OSError("the disk is full")

    broken = Job("broken", "always fails", 3, 0, fail)
    monkeypatch.setattr(jobs.running, "JOBS", (broken, *JOBS))
    with time_machine.travel(NOON), world.context():
        round = run_once(site=SITE)

        assert round.problems == {"broken": "OSError: the disk is full"}
        assert set(round.done) == {job.name for job in JOBS}
        assert db.session.get_one(JobRun, "broken").problem == "OSError: the disk is full"
        assert run_once(site=SITE).problems == {}
    assert "The job broken failed." in caplog.text


def test_owners_are_reminded_of_reviews_once(world: World) -> None:
    world.write("price", owner="cleo.marsh", review_by="2026-11-20")
    for hour in range(3):
        with time_machine.travel(NOON + hour * timedelta(hours=1)), world.context():
            run_once(site=SITE)
    with world.context():
        [notice] = db.session.scalars(sa.select(Notice))
        assert (notice.about, notice.user_id) == (About.REVIEW_DUE, world.people["cleo"])


def test_runners_side_by_side_write_nobody_twice(world: World) -> None:
    world.write("price")
    with world.context(), saving() as session:
        session.execute(sa.update(User).values(password_hash="chosen"))
    with time_machine.travel(NOON - A_DAY), world.context(), saving():
        people = [world.person(name) for name in world.people]
        assert len(tell(people, About.AGREED, world.entry("price"), by=None)) == 5

    def runs() -> None:
        with world.context():
            assert run_once(site=SITE).problems == {}

    with time_machine.travel(NOON):
        runners = [Thread(target=runs) for _ in range(4)]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join()

    with world.context():
        letters = db.session.scalars(sa.select(Letter)).all()
        assert sorted(letter.user_id for letter in letters) == sorted(world.people.values())
        assert {letter.tries for letter in letters} == {1}
        assert all(letter.sent_at is not None for letter in letters)
    assert len(list((world.app.config["SETTINGS"].instance / "outbox").iterdir())) == 5


def test_old_notices_and_letters_are_swept(world: World) -> None:
    world.write("price")
    with time_machine.travel(NOON - 100 * A_DAY), world.context(), saving() as session:
        tell([world.person("ana")], About.AGREED, world.entry("price"), by=None)
        session.add(Letter(user_id=world.people["ana"], at=NOON - 100 * A_DAY, tries=1, next_at=None))
    with time_machine.travel(NOON), world.context():
        run_once(site=SITE)

        assert db.session.scalars(sa.select(Notice)).all() == []
        assert db.session.scalars(sa.select(Letter)).all() == []
