"""When work that comes round was last done."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model


class JobRun(Model):
    """The last run of a job, and what went wrong in it, if anything did."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    for_slot: Mapped[datetime]  # the hour it was due for
    at: Mapped[datetime]  # when it ended
    problem: Mapped[str] = mapped_column(sa.String(500), default="", server_default=sa.text("''"))
