"""The description of the API as a page to read and print, made from the same document that programs get."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from playbook.api.access import anybody
from playbook.api.description import description
from playbook.api.readable import chapters, refusals, shapes

bp = Blueprint("reference", __name__, template_folder="templates")


@bp.get("/api")
@anybody
def show() -> str:
    """Every call, by what it is about. It holds nothing of the playbook, so anybody may read it."""
    document = description(current_app)
    return render_template(
        "reference/show.html",
        about=document["info"]["description"],
        refusals=refusals(document),
        chapters=chapters(document),
        shapes=shapes(document),
    )
