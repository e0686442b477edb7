"""Where people reach the site, for links that a command prints."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import current_app

from config import Settings

Callback = Callable[..., Any]


def address_options(command: Callback) -> Callback:
    """Give a command `site`: the public address, or the one that HOST and PORT give to `bin/run`."""

    @click.option("--host", envvar="HOST", default="127.0.0.1", hidden=True)
    @click.option("--port", envvar="PORT", default="8000", hidden=True)
    @wraps(command)
    def placed(*, host: str, port: str, **given: Any) -> Any:
        settings: Settings = current_app.config["SETTINGS"]
        return command(site=settings.site(host, port), **given)

    return placed


def first_link(site: str, secret: str) -> str:
    """The page on which somebody without a password sets one."""
    return f"{site}/first/{secret}"
