"""How often something was tried lately, counted in the database so that every process counts the same."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model


class Attempts(Model):
    """Tries under one key within one window of time."""

    __tablename__ = "attempts"

    key: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]
