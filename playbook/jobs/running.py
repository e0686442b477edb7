"""Doing what is due. Nothing is kept in memory: rows say what was done last, whoever did it and however it ended.

A time that passed while nothing ran is caught up with, once. Several runners may work side by side, on one machine
or many: each job, and each letter, is taken by one of them. Where that one dies with it, another takes it up a few
minutes later.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from playbook import clock
from playbook.jobs.rounds import JOBS, Job
from playbook.models import JobRun
from playbook.models.audit import origin
from playbook.telling.mailing import Posted, post_letters
from playbook.work import saving

log = logging.getLogger(__name__)


@dataclass
class Round:
    """What was done in one round."""

    done: dict[str, str] = field(default_factory=dict)  # by the name of the job, what it did
    problems: dict[str, str] = field(default_factory=dict)
    posted: Posted = field(default_factory=Posted)


def run_once(*, site: str) -> Round:
    """Do every job that is due, then hand over the letters that wait. `site` is the address people type."""
    round = Round()
    before = origin.set("job")
    try:
        for job in JOBS:
            _run_if_due(job, round)
        _post(round, site=site)
    finally:
        origin.reset(before)
    return round


def _post(round: Round, *, site: str) -> None:
    try:
        round.posted = post_letters(site=site)
    except Exception as fault:  # whatever is wrong with one round, the next is another
        log.exception("Letters could not be handed over.")
        round.problems["letters"] = type(fault).__name__


def _run_if_due(job: Job, round: Round) -> None:
    slot = job.slot(clock.now())
    last = JobRun.of(job.name)
    if last is not None and not last.is_due(slot):
        return  # most rounds have nothing to do, and write nothing
    with saving():
        is_mine = JobRun.take(job.name, slot=slot) is not None
    if not is_mine:
        return
    problem = ""
    try:
        round.done[job.name] = job.do()
    except Exception as fault:  # one job that fails keeps no other from its work
        log.exception("The job %s failed.", job.name)
        problem = round.problems[job.name] = f"{type(fault).__name__}: {fault}"
    with saving() as session:
        session.get_one(JobRun, job.name).end(slot=slot, problem=problem)
