"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint

from playbook import search
from playbook.db import db
from playbook.search.engine import Damaged
from playbook.web.access import anybody

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@anybody
def live() -> Any:
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/readyz")
@anybody
def ready() -> Any:
    """503 until the database answers; the index heals itself, so its state is only told."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError:
        return "the database does not answer\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    try:
        search.the_index().engine.mark()
        state = "ready"
    except Damaged:
        state = "ready; the index is being rebuilt"
    return f"{state}\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
