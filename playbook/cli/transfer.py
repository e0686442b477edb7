"""playbook import, playbook export"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from playbook.cli.terminal import BAD_INPUT, Command, Slow, counted, print_json
from playbook.content.exporting import export_folder
from playbook.content.importing import import_folder
from playbook.content.report import ImportReport

NOTES_SHOWN = 20  # of an import, where somebody reads them; in JSON all

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("import", cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--as",
    "as_what",
    type=click.Choice(["draft", "agreed"]),
    default="draft",
    show_default=True,
    help="draft: readers see nothing new until it is released. agreed: they see it at once; recorded as a migration.",
)
@click.option("--dry-run", is_flag=True, help="Find out what would happen, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
@with_appcontext
def import_command(
    context: click.Context, *, folder: Path, as_what: str, dry_run: bool, as_json: bool
) -> None:
    """Bring in a folder of Markdown files.

    Folders may be of any depth. New files become entries, changed files new versions, unchanged ones
    nothing. The slug is the file's name. The kind is what `kind:` says in the front matter, else what
    the folder is named after, else note. Files that could not be taken are listed with line and
    reason; the others are kept. Exits with 2 only if no file at all could be taken.
    """
    report = import_folder(
        folder, by=None, as_agreed=as_what == "agreed", dry_run=dry_run, progress=Slow("files imported")
    )
    if as_json:
        print_json(_document(report, dry_run=dry_run))
    else:
        _tell(report, dry_run=dry_run)
    if report.refused and not report.taken:
        context.exit(BAD_INPUT)


def _document(report: ImportReport, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "created": report.created,
        "revised": report.revised,
        "unchanged": report.unchanged,
        "released": report.released,
        "entries": [asdict(taken) for taken in report.taken],
        "refused": [asdict(refusal) for refusal in report.refused],
        "notes": [asdict(note) for note in report.notes],
    }


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    for note in report.notes[:NOTES_SHOWN]:
        click.echo(f"note: {note.path}: {note.message}" if note.path else f"note: {note.message}")
    if len(report.notes) > NOTES_SHOWN:
        click.echo(f"… and {len(report.notes) - NOTES_SHOWN} more notes; --json lists them all.")
    for refusal in report.refused:
        place = f"{refusal.path}:{refusal.line}" if refusal.line else refusal.path
        click.echo(f"refused: {place}: {refusal.reason}")
    click.echo(
        f"{'Would be: ' if dry_run else ''}{report.created} created, {report.revised} revised, "
        f"{report.unchanged} unchanged, {len(report.refused)} refused."
    )


@click.command("export", cls=Command)
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--all-versions", is_flag=True, help="Write every version too, below DIR/.versions.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def export_command(*, folder: Path, all_versions: bool, as_json: bool) -> None:
    """Write every entry to a folder.

    Each goes to `<folder of its kind>/<slug>.md`, byte for byte. What readers see is written; of an
    entry that was never released, its newest version. DIR has to be new or empty, or an earlier export
    that nobody changed, which is brought up to date.
    """
    report = export_folder(folder, all_versions=all_versions, progress=Slow("files written"))
    if as_json:
        print_json(asdict(report))
    else:
        beside = f" and {counted(report.versions, 'version', 'versions')}" if all_versions else ""
        click.echo(f"{counted(report.entries, 'entry', 'entries')}{beside} written to {folder}.")
