"""playbook check, playbook derive"""

from __future__ import annotations

from dataclasses import asdict

import click
from flask.cli import with_appcontext

from playbook.cli.terminal import FAILURE, Command, Slow, counted, print_json
from playbook.content import checking
from playbook.content.deriving import rebuild_derived


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
@with_appcontext
def check(context: click.Context, as_json: bool) -> None:  # noqa: FBT001
    """Compare database, texts, links and index.

    Every text is read and rendered again, and held against its hash and everything derived from it.
    Exits with 1, and lists what is wrong, if anything is. A link to an entry that is not written yet
    is listed as a note and is nothing wrong.
    """
    findings = checking.check(progress=Slow("versions checked"))
    if as_json:
        print_json({"ok": not findings.faults, **asdict(findings)})
    else:
        for fault in findings.faults:
            click.echo(f"{fault.what}: {fault.where}: {fault.message}")
        for note in findings.notes:
            click.echo(f"note: {note.where}: {note.message}")
        faults, notes = len(findings.faults), len(findings.notes)
        click.echo(f"{counted(faults, 'fault', 'faults')}, {counted(notes, 'note', 'notes')}.")
    if findings.faults:
        context.exit(FAILURE)


@click.command(cls=Command)
@with_appcontext
def derive() -> None:
    """Read and render every text again.

    What is derived from the texts, fields, links, pages and words for the search, is put right where
    it is not as the text has it.
    """
    changed = rebuild_derived(progress=Slow("versions read"))
    click.echo(f"{counted(changed, 'version was', 'versions were')} put right.")
