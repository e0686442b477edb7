"""Where the description of the API is served."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, json

from playbook.api.access import anybody
from playbook.api.description import description
from playbook.api.reading import asked

bp = Blueprint("openapi", __name__)


@bp.get("/openapi.json")
@anybody
def show() -> Response:
    """The description of every call. It holds nothing of the playbook, so anybody may read it."""
    asked(None)
    return Response(json.dumps(description(current_app)), content_type="application/json")
