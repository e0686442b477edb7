"""Doing what is due. Nothing is kept in memory: rows say what was done last, whoever did it and however it ended.

A time that passed while nothing ran is caught up with, once. Several runners may work side by side, on one machine
or many: each job decides in transactions, and a letter is taken by one of them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from playbook import clock
from playbook.db import db
from playbook.jobs.rounds import JOBS, Job
from playbook.models import JobRun
from playbook.telling.mailing import Posted, post_letters
from playbook.work import saving

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=10)  # after a job failed
PROBLEM_CHARACTERS = 500


@dataclass
class Round:
    """What was done in one round."""

    done: dict[str, str] = field(default_factory=dict)  # by the name of the job, what it did
    problems: dict[str, str] = field(default_factory=dict)
    posted: Posted = field(default_factory=Posted)


def run_once(*, site: str) -> Round:
    """Do every job that is due, then hand over the letters that wait. `site` is the address people type."""
    round = Round()
    for job in JOBS:
        moment = clock.now()
        if is_due(job, db.session.get(JobRun, job.name, populate_existing=True), moment):
            _run(job, job.slot(moment), round)
    try:
        round.posted = post_letters(site=site)
    except Exception as fault:  # whatever is wrong with one round, the next is another
        log.exception("Letters could not be handed over.")
        round.problems["letters"] = type(fault).__name__
    return round


def is_due(job: Job, last: JobRun | None, moment: datetime) -> bool:
    """Whether a job has to be done: its time came since it was done last, and it did not fail a moment ago."""
    if last is None:
        return True
    if last.problem and last.at > moment - AGAIN:
        return False
    return last.for_slot < job.slot(moment) or bool(last.problem)


def _run(job: Job, slot: datetime, round: Round) -> None:
    problem = ""
    try:
        round.done[job.name] = job.do()
    except Exception as fault:  # one job that fails keeps no other from its work
        log.exception("The job %s failed.", job.name)
        problem = round.problems[job.name] = f"{type(fault).__name__}: {fault}"[:PROBLEM_CHARACTERS]
    with saving() as session:
        session.merge(JobRun(name=job.name, for_slot=slot, at=clock.now(), problem=problem))
