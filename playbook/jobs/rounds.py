"""What is done every day, and at what time. Each job can be done again without harm: rows say what was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playbook import agreeing, clock
from playbook.models.letter import sweep_letters
from playbook.models.notice import sweep_notices
from playbook.telling.deciding import HOUR, decide_on_letters
from playbook.work import saving


@dataclass(frozen=True)
class Job:
    """Work that is due every day at a time. `do` says in a few words what it did."""

    name: str
    about: str
    hour: int  # UTC
    minute: int
    do: Callable[[], str]

    def slot(self, moment: datetime) -> datetime:
        """The last time at or before a moment at which it was due."""
        at = moment.astimezone(UTC).replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        return at if at <= moment else at - timedelta(days=1)


def _remind() -> str:
    with saving():
        return f"{len(agreeing.remind(clock.now().date()))} reminded"


def _tell_of_claims() -> str:
    with saving():
        return f"{len(agreeing.expiring(clock.now().date()))} told"


def _decide() -> str:
    return f"{decide_on_letters()} letters"


def _sweep() -> str:
    removed = 0
    while True:
        with saving():
            swept = sweep_notices()
            removed += swept
            if not swept:
                sweep_letters()
                return f"{removed} notices removed"


# In the order of the day, so that a digest tells of what the others found.
JOBS = (
    Job("sweep", "forget notices that are 90 days old", 4, 0, _sweep),
    Job("reviews", "remind of reviews that are due", 5, 0, _remind),
    Job("claims", "tell of claims that run out soon", 5, 10, _tell_of_claims),
    Job("digests", "decide whom to mail what they have not read", HOUR, 0, _decide),
)
