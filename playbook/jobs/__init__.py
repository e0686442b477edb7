"""Work that comes round by itself, and the letters that wait to be handed over."""

from playbook.jobs.rounds import JOBS, Job
from playbook.jobs.running import Round, run_once

__all__ = ["JOBS", "Job", "Round", "run_once"]
