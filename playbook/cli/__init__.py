"""The playbook from a terminal: `playbook COMMAND`, or the same as `flask --app wsgi COMMAND`."""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from flask.cli import ScriptInfo
from flask_migrate.cli import db as migrations  # type: ignore[import-not-found]

from playbook.cli.checking import check, derive
from playbook.cli.finding import index, search
from playbook.cli.jobs import jobs
from playbook.cli.people import user
from playbook.cli.reporting import report
from playbook.cli.settings import settings
from playbook.cli.setup import setup
from playbook.cli.starter import starter
from playbook.cli.terminal import Group
from playbook.cli.tokens import token
from playbook.cli.transfer import export_command, import_command

COMMANDS = (
    setup,
    user,
    token,
    import_command,
    export_command,
    search,
    index,
    report,
    check,
    derive,
    starter,
    jobs,
    settings,
)


def install(app: Flask) -> None:
    """Let `flask --app wsgi` know the commands."""
    for command in COMMANDS:
        app.cli.add_command(command)


def main() -> None:
    """Run the command that the arguments name."""
    playbook = Group(
        "playbook",
        help="A sales playbook that Sales and Marketing have both signed.",
        commands=[*COMMANDS, migrations],
    )
    playbook.main(prog_name="playbook", obj=ScriptInfo(create_app=_application, set_debug_flag=False))


def _application() -> Flask:
    """The application that is served, made only by commands that need it; so `--help` is quick."""
    app: Flask = import_module("wsgi").app
    return app
