"""Small tables that keep the house in order: stale entries, settings."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from playbook.db import Model, db


class StaleEntry(Model):
    """An entry for which the search index may differ from what readers should find."""

    __tablename__ = "stale_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int]  # no foreign key: an erased entry has to leave the index too


class Setting(Model):
    """A value that belongs to this database, such as its epoch."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[dict[str, Any]]


def epoch() -> str:
    """The random name of this database's present life; indexes made for another are not trusted."""
    setting = db.session.get(Setting, "epoch")
    return str(setting.value["epoch"]) if setting is not None else ""


def begin_epoch() -> None:
    """Give the database a new epoch, at its making and after a restore. Call inside a transaction."""
    db.session.merge(Setting(name="epoch", value={"epoch": secrets.token_hex(16)}))
