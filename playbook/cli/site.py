"""Where people reach the site, for links that a command prints."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import current_app

Callback = Callable[..., Any]


def address_options(command: Callback) -> Callback:
    """Give a command `site`: the public address, or the one that HOST and PORT give to `bin/run`."""

    @click.option("--host", envvar="HOST", default="127.0.0.1", hidden=True)
    @click.option("--port", envvar="PORT", default="8000", hidden=True)
    @wraps(command)
    def placed(*, host: str, port: str, **given: Any) -> Any:
        return command(site=_site(host, port), **given)

    return placed


def first_link(site: str, secret: str) -> str:
    """The page on which somebody without a password sets one."""
    return f"{site}/first/{secret}"


def _site(host: str, port: str) -> str:
    public: str = current_app.config["SETTINGS"].public_url
    if public:
        return public.rstrip("/")
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - listening everywhere, reached here
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
