"""playbook check, playbook derive"""

from __future__ import annotations

import re
from dataclasses import asdict

import click
from flask.cli import with_appcontext

from playbook.cli.terminal import FAILURE, Command, Slow, counted, print_json
from playbook.content import checking
from playbook.content.deriving import rebuild_derived


def _seal(_: click.Context, __: click.Parameter, typed: str) -> str:
    if typed and not re.fullmatch("[0-9a-f]{64}", typed):
        raise click.BadParameter("a seal is 64 characters, 0 to 9 and a to f")
    return typed


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--seal", callback=_seal, default="", help="A seal that was noted before: the log must hold it."
)
@click.pass_context
@with_appcontext
def check(context: click.Context, as_json: bool, seal: str) -> None:  # noqa: FBT001
    """Compare database, texts, audit log, links and index.

    Every text is read and rendered again, and held against its hash and everything derived from it. The
    audit log is verified from its first record to its last, and every version, signature and release is
    held against what it says of them.

    Exits with 1, and lists what is wrong, if anything is. A link to an entry that is not written yet
    is listed as a note and is nothing wrong.

    With --json, `last_record` is the number and the seal of the last audit record. Whoever can write to the
    database could write another log; note the seal elsewhere now and then, and give it with --seal.
    """
    findings = checking.check(noted=seal, progress=Slow("versions checked"))
    if as_json:
        found = asdict(findings)
        last = {"number": found.pop("record"), "seal": found.pop("seal")}
        print_json({"ok": not findings.faults, **found, "last_record": last})
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
