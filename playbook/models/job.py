"""When work that comes round was last done, and that somebody is at it."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook import clock
from playbook.db import Model, db
from playbook.models.record import Setting

AGAIN = timedelta(minutes=10)  # after a job failed, or whoever was at it was heard of no more
PROBLEM_CHARACTERS = 500


class JobRun(Model):
    """The last run of a job, and what went wrong in it, if anything did."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    for_slot: Mapped[datetime | None]  # the time it was due, when it was done last
    at: Mapped[datetime | None]  # when that ended
    problem: Mapped[str] = mapped_column(
        sa.String(PROBLEM_CHARACTERS), default="", server_default=sa.text("''")
    )
    busy_until: Mapped[datetime | None]  # until when nobody else begins it

    @classmethod
    def of(cls, name: str) -> JobRun | None:
        """The run of the job of that name, as it stands now."""
        return db.session.get(cls, name, populate_existing=True)

    @classmethod
    def take(cls, name: str, *, slot: datetime) -> JobRun | None:
        """Begin a job that is due, alone; nothing where it is not due or somebody is at it. Inside a transaction."""
        db.session.get(Setting, "epoch", with_for_update=True)  # one at a time decides, also on the first run
        run = cls.of(name)
        if run is None:
            run = cls(name=name, for_slot=None, at=None, problem="", busy_until=None)
            db.session.add(run)
        if not run.is_due(slot):
            return None
        run.busy_until = clock.now() + AGAIN
        return run

    def is_due(self, slot: datetime) -> bool:
        """Whether it has to be done for the time `slot`: it was not, and nobody is at it or failed a moment ago."""
        if self.busy_until is not None and self.busy_until > clock.now():
            return False
        return bool(self.problem) or self.for_slot is None or self.for_slot < slot

    def end(self, *, slot: datetime, problem: str = "") -> None:
        """It was done, or failed; then it is tried again in ten minutes."""
        self.for_slot, self.at = slot, clock.now()
        self.problem = problem[:PROBLEM_CHARACTERS]
        self.busy_until = self.at + AGAIN if problem else None
