"""Pages. One file per resource: parse, one verb, save, answer."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from playbook.web import (
    access,
    addresses,
    assets,
    editor,
    entries,
    form_cookie,
    headers,
    health,
    home,
    journey,
    library,
    map,
    pages,
    refusals,
    reports,
    search,
    shelves,
    sign_in,
    usage,
    versions,
)


def install(app: Flask) -> None:
    """Attach every page to the application."""
    settings: Settings = app.config["SETTINGS"]
    app.template_folder = "web/templates"
    CSRFProtect(app)
    for part in (access, form_cookie, addresses, pages, headers, refusals, assets):
        part.install(app)
    for resource in (
        sign_in,
        health,
        home,
        search,
        library,
        shelves,
        journey,
        map,
        entries,
        versions,
        editor,
        usage,
        reports,
    ):
        app.register_blueprint(resource.bp)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
