"""Pages. One file per resource: parse, one verb, save, answer."""

from __future__ import annotations

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from playbook.web import (
    access,
    accounts,
    addresses,
    as_of,
    assets,
    bulk,
    calendar,
    claims,
    comments,
    countering,
    desk,
    disagreements,
    drafting,
    drafts,
    due,
    editor,
    entries,
    form_cookie,
    headers,
    health,
    held,
    home,
    impact,
    journey,
    library,
    map,
    notices,
    pages,
    password,
    paste,
    people,
    pick,
    preview,
    proposals,
    refusals,
    reports,
    retirement,
    review,
    search,
    second_factor,
    second_step,
    sections,
    sessions,
    settling,
    shelves,
    sign_in,
    signing,
    tokens,
    upkeep,
    usage,
    verify,
    versions,
    watching,
    you,
)


def install(app: Flask) -> None:
    """Attach every page to the application."""
    settings: Settings = app.config["SETTINGS"]
    app.template_folder = "web/templates"
    CSRFProtect(app)
    for part in (
        access,
        form_cookie,
        addresses,
        as_of,
        pages,
        headers,
        refusals,
        assets,
        drafting,
        sections,
        notices,
    ):
        part.install(app)
    for resource in (
        sign_in,
        second_step,
        you,
        password,
        second_factor,
        sessions,
        tokens,
        held,
        watching,
        notices,
        people,
        accounts,
        health,
        home,
        search,
        library,
        shelves,
        journey,
        map,
        entries,
        versions,
        proposals,
        comments,
        desk,
        signing,
        disagreements,
        countering,
        verify,
        editor,
        sections,
        preview,
        paste,
        pick,
        drafts,
        settling,
        upkeep,
        retirement,
        review,
        impact,
        due,
        calendar,
        bulk,
        usage,
        claims,
        reports,
    ):
        app.register_blueprint(resource.bp)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
