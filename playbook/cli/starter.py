"""playbook starter load, playbook starter remove"""

from __future__ import annotations

import click

from playbook.cli.terminal import Group, Slow, counted
from playbook.content.starter import load_starter, remove_starter

starter = Group("starter", help="The invented company to begin with.")


@starter.command()
def load() -> None:
    """Bring in the starter playbook.

    Its entries come signed, with the people who wrote them. What is there already stays as it is.
    """
    new = load_starter(progress=Slow("texts read"))
    click.echo(f"{counted(new, 'entry', 'entries')} brought in.")


@starter.command()
def remove() -> None:
    """Erase the starter playbook without a trace.

    Its entries and people go, and all that was recorded of them.
    An entry that somebody has revised stays, and is no demonstration any more.
    """
    removed = remove_starter()
    click.echo(f"{counted(removed.entries, 'entry', 'entries')} removed.")
    for path in removed.kept:
        click.echo(f"kept, because somebody revised it: {path}")
