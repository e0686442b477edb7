"""JSON for programs, below /api/v1. One file per resource: parse, one verb, save, answer."""

from __future__ import annotations

from flask import Blueprint, Flask

from playbook.api import entries, events, openapi, people, reference, reports, search, signing, versions
from playbook.api.access import say_where_from
from playbook.api.conditional import answer_stale
from playbook.api.problems import ROOT, answer_refusals, answer_strays

RESOURCES = (entries, versions, signing, search, events, reports, people, openapi)


def install(app: Flask) -> None:
    """Attach the API to the application, after the pages, whose names in addresses it uses."""
    api = Blueprint("api", __name__, url_prefix=ROOT)
    api.before_request(say_where_from)
    answer_refusals(api)
    answer_stale(api)
    for resource in RESOURCES:
        # A token needs no proof against other sites; where a session is used, `allow` asks for it.
        app.extensions["csrf"].exempt(resource.bp)
        api.register_blueprint(resource.bp)
    app.register_blueprint(api)
    app.register_blueprint(reference.bp)
    answer_strays(app)
