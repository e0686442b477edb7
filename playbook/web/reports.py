"""Reports as pages and as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from playbook import clock
from playbook.kinds import KINDS, Kind
from playbook.models import Permission
from playbook.reports import UnusedEntries, UnusedEntry
from playbook.reports.spreadsheet import as_csv
from playbook.reports.unused import TOO_NEW
from playbook.web.access import allow
from playbook.web.pages import page

bp = Blueprint("reports", __name__, url_prefix="/reports")

WINDOWS = (30, 90, 180, 365)  # days
DEFAULT_WINDOW = 90
LONGEST_WINDOW = 3650
ON_A_PAGE = 100

BYTE_ORDER_MARK = "\ufeff"  # without it the commonest spreadsheet does not take a file for UTF-8
NEVER = "never"  # in a file, where a page leaves the day out


@dataclass(frozen=True)
class Group:
    """Rows under one heading: `count` in all, of which this page holds `rows`."""

    heading: str
    count: int
    rows: tuple[UnusedEntry, ...]


@bp.get("/unused")
@allow(Permission.REPORTS)
def unused() -> Any:
    report = asked()
    rows = list(report)
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    number = min(whole_number("page", 1), pages)
    return page(
        "reports/unused.html",
        report=report,
        sentence=in_a_sentence(rows, days=report.days, kind=report.kind),
        total=len(rows),
        steps=[
            ("Shown", "in a list that somebody got", sum(row.served > 0 for row in rows)),
            ("Opened", "the page of the entry", sum(row.views > 0 for row in rows)),
            ("Used", "copied or downloaded", sum(row.uses > 0 for row in rows)),
        ],
        groups=groups(rows, days=report.days, first=(number - 1) * ON_A_PAGE),
        windows=[(str(days), f"{days} days") for days in sorted({*WINDOWS, report.days})],
        choices=[("", "every kind"), *((kind.name, kind.plural) for kind in KINDS.values())],
        number=number,
        pages=pages,
        address=lambda number: address("reports.unused", report, page=number),
        file=address("reports.unused_file", report),
    )


@bp.get("/unused.csv")
@allow(Permission.REPORTS)
def unused_file() -> Response:
    """The same rows as the page, all of them."""
    report = asked()
    text = as_csv(
        (
            *("slug", "kind", "title", "owner", "released", "last used", "days unused", "uses", "opened"),
            *("opened by people", "last opened", "shown in lists", "searches that showed it", "searched as"),
        ),
        (
            (
                *(row.slug, row.kind.name, row.title, row.owner, row.since.date()),
                *(row.last_used.date() if row.last_used else NEVER, row.days_unused, row.uses),
                *(row.views, row.viewers, row.last_opened.date() if row.last_opened else NEVER),
                *(row.served, row.searches, " | ".join(row.wordings)),
            )
            for row in report
        ),
    )
    name = f"unused-{report.days}-days" + (f"-{report.kind.folder}" if report.kind else "")
    answer = Response(BYTE_ORDER_MARK + text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def asked() -> UnusedEntries:
    """The report of this address. A window or a kind that there is not is taken for none."""
    days = whole_number("days", DEFAULT_WINDOW)
    kind = KINDS.get(request.args.get("kind", ""))
    return UnusedEntries(days=days if days <= LONGEST_WINDOW else DEFAULT_WINDOW, kind=kind)


def address(endpoint: str, report: UnusedEntries, *, page: int = 1) -> str:
    """Where this report is, as a page or as a file."""
    query: dict[str, Any] = {"days": report.days}
    if report.kind:
        query["kind"] = report.kind.name
    if page > 1:
        query["page"] = page
    return url_for(endpoint, **query)


def whole_number(name: str, default: int) -> int:
    """A number of the query from 1 up, or the default."""
    typed = request.args.get(name, "")
    return (int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0) or default


def groups(rows: Sequence[UnusedEntry], *, days: int, first: int) -> list[Group]:
    """The part of the rows that stands on a page, under headings that count them all."""
    on_page = rows[first : first + ON_A_PAGE]
    headings = {
        "Never used": lambda row: row.last_used is None,
        f"Not used in {days} days": lambda row: row.last_used is not None and row.unused,
        f"Used in the last {days} days": lambda row: not row.unused,
    }
    return [
        Group(heading, sum(map(belongs, rows)), here)
        for heading, belongs in headings.items()
        if (here := tuple(filter(belongs, on_page)))
    ]


def in_a_sentence(rows: Sequence[UnusedEntry], *, days: int, kind: Kind | None) -> str:
    """What the report says, before anybody looks at a table. Empty where there is nothing to speak of."""
    if not rows:
        return ""
    unused, new = sum(row.unused for row in rows), sum(row.unused and row.is_new for row in rows)
    held = (clock.now() - min(row.since for row in rows)).days
    said = (
        f"{unused} of {_counted(len(rows), kind)} {'has' if unused == 1 else 'have'} not been used by anybody"
    )
    if held < days:
        for_so_long = f"for {_days(held)}" if held else "since today"
        return (
            f"Too early to say for {_days(days)}: readers have had the playbook {for_so_long}. So far {said}."
        )
    if not unused:
        return f"Everything was used: {_counted(len(rows), kind)} in {_days(days)}."
    newer = f" {new} of them {'is' if new == 1 else 'are'} newer than {TOO_NEW.days} days." if new else ""
    return f"{said} in {_days(days)}.{newer}"


def _counted(number: int, kind: Kind | None) -> str:
    one, many = (kind.label, kind.plural) if kind else ("entry", "entries")
    word = one if number == 1 else many
    return f"{number} {word if word.isupper() else word[:1].lower() + word[1:]}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
