"""What was copied elsewhere, as Markdown."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from playbook.markdown import markdown_from
from playbook.models import Permission
from playbook.web.access import allow

bp = Blueprint("paste", __name__)


@bp.post("/paste")
@allow(Permission.REVISE)
def create() -> Any:
    """Markdown that says what the HTML says, sent as it is. It is put into a text, and is one like any other:
    what it may hold is decided when that is laid out."""
    markdown = markdown_from(request.get_data(as_text=True))
    return markdown, 200, {"Content-Type": "text/markdown; charset=utf-8"}
