"""Reports: the same rows as the pages and the files have."""

from __future__ import annotations

from flask import Blueprint, Response

from playbook.api.access import allow
from playbook.api.describing import described
from playbook.api.pages import paged
from playbook.api.shapes.report import UnusedAsked, UnusedPage, UnusedTold
from playbook.kinds import KINDS
from playbook.models import Permission
from playbook.reports import UnusedEntries, UnusedEntry

bp = Blueprint("reports", __name__)

TAG = "Reports"


@bp.get("/reports/unused")
@allow(Permission.REPORTS)
@described({200: UnusedPage}, tag=TAG, gives={200: ("Link",)})
def unused(query: UnusedAsked) -> Response:
    """Which entries nobody uses."""
    rows = list(UnusedEntries(days=query.days, kind=KINDS[query.kind] if query.kind else None))
    items = [told(row) for row in rows[query.first : query.first + query.per_page]]
    return paged(
        UnusedPage,
        items,
        total=len(rows),
        query=query,
        days=query.days,
        unused=sum(row.unused for row in rows),
    )


def told(row: UnusedEntry) -> UnusedTold:
    """One row."""
    same = {name: getattr(row, name) for name in UnusedTold.model_fields if name not in {"kind", "wordings"}}
    return UnusedTold(**same, kind=row.kind.name, wordings=list(row.wordings))
