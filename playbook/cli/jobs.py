"""playbook jobs run, list"""

from __future__ import annotations

import logging
import os
import signal
import time

import click
import sqlalchemy as sa

from playbook import clock
from playbook.cli.site import address_options
from playbook.cli.terminal import Command, Failed, Group, counted, say
from playbook.db import db
from playbook.jobs import JOBS, Round, run_once
from playbook.models import JobRun, Letter

log = logging.getLogger(__name__)

ROUND_SECONDS = 20
LOOKS_SECONDS = 1  # how soon it notices that what it runs beside has ended


@click.group(cls=Group, name="jobs")
def jobs() -> None:
    """Do what comes round: reminders, mails, sweeping.

    bin/run does so by itself; these are for other ways to serve.
    """


@jobs.command(cls=Command)
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option("--beside", type=int, hidden=True, help="The process to end with.")
@address_options
def run(*, site: str, once: bool, beside: int | None) -> None:
    """Do what is due, again and again, until stopped.

    As many as you like may run at a time, on one host or several.
    """
    if once:
        round = run_once(site=site)
        _tell(round)
        if round.problems:
            raise Failed("; ".join(f"{name}: {problem}" for name, problem in round.problems.items()))
        return
    _end_when_told()
    while True:
        try:
            _tell(run_once(site=site))
        except sa.exc.SQLAlchemyError:  # a database that is away for a while ends nothing
            log.exception("This round could not be done; the next will try again.")
        db.session.remove()
        _rest(beside)


@jobs.command("list", cls=Command)
def list_command() -> None:
    """List the jobs: when each was done last, and what waits."""
    moment = clock.now()
    for job in JOBS:
        last = db.session.get(JobRun, job.name)
        when = f"done {last.at:%Y-%m-%d %H:%M}" if last is not None and last.at is not None else "never done"
        problem = f"  failed: {last.problem}" if last is not None and last.problem else ""
        click.echo(f"{job.name:<8} {job.hour:02}:{job.minute:02} UTC  {job.about}  ({when}){problem}")
    waiting = db.session.scalar(sa.select(sa.func.count()).where(Letter.next_at.is_not(None))) or 0
    late = db.session.scalar(sa.select(sa.func.count()).where(Letter.next_at <= moment)) or 0
    click.echo(f"{counted(waiting, 'letter', 'letters')} on the way, {late} to be handed over now")


def _tell(round: Round) -> None:
    """Say what a round did, if it did anything."""
    said = [f"{name}: {what}" for name, what in round.done.items()]
    if round.posted.sent or round.posted.failed:
        said.append(f"letters: {round.posted.sent} sent, {round.posted.failed} not taken")
    if said:
        say(", ".join(said))


def _end_when_told() -> None:
    """End at once when told to: what is half done is taken back by the database, and done again."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    # Whoever started this may have had signals wait.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


def _rest(beside: int | None) -> None:
    """Wait for the next round; end where what this runs beside has ended, however it did."""
    for _ in range(ROUND_SECONDS // LOOKS_SECONDS):
        if beside is not None and os.getppid() != beside:
            raise SystemExit(0)
        time.sleep(LOOKS_SECONDS)
