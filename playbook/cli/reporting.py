"""playbook report unused"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from playbook.cli.terminal import Group, counted, print_json
from playbook.reports import UnusedEntries, UnusedEntry
from playbook.reports.spreadsheet import as_csv

COLUMNS = (
    *(
        "slug",
        "kind",
        "title",
        "owner",
        "unused",
        "is_new",
        "days_unused",
        "since",
        "last_used",
        "last_opened",
    ),
    *("uses", "views", "viewers", "served", "searches", "wordings"),
)

report = Group("report", help="Questions about how the playbook is used.")


@report.command()
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="Look back so far.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
def unused(*, days: int, as_json: bool, as_csv: bool) -> None:
    """Which entries nobody uses.

    Lists every entry that readers see, the longest unused first. A use is a copy or a download;
    opening and being shown in a list are counted beside it.
    """
    if as_json and as_csv:
        raise click.UsageError("Choose --json or --csv.")
    rows = list(UnusedEntries(days=days))
    if as_json:
        print_json({"days": days, "entries": [_document(row) for row in rows]})
    elif as_csv:
        _print_csv(rows)
    else:
        for row in rows:
            used = f"used {row.last_used:%Y-%m-%d}" if row.last_used else "never used"
            click.echo(
                f"{row.kind.folder}/{row.slug}\t{used}\t{row.views} views, {row.served} times shown\t{row.title}"
            )
        count = sum(row.unused for row in rows)
        click.echo(
            f"Not used in {counted(days, 'day', 'days')}: {count} of {counted(len(rows), 'entry', 'entries')}."
        )


def _document(row: UnusedEntry) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in COLUMNS}
    moments = {
        name: values[name] and values[name].isoformat() for name in ("since", "last_used", "last_opened")
    }
    return {**values, **moments, "kind": row.kind.name, "wordings": list(row.wordings)}


def _print_csv(rows: Iterable[UnusedEntry]) -> None:
    cells = ({**_document(row), "wordings": " | ".join(row.wordings)} for row in rows)
    click.echo(as_csv(COLUMNS, ([row[name] for name in COLUMNS] for row in cells)), nl=False)
