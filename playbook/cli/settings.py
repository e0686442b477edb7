"""playbook settings"""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from playbook.cli.terminal import Command


@click.command(cls=Command)
@with_appcontext
def settings() -> None:
    """Print the settings in force.

    Secrets are masked. Each is an environment variable.
    """
    rows = current_app.config["SETTINGS"].shown()
    width = max(len(name) + len(value) for name, value, _ in rows) + 1
    for name, value, meaning in rows:
        click.echo(f"{f'{name}={value}':<{width}}  # {meaning}")
