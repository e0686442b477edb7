"""playbook search, playbook index rebuild, playbook index check"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from playbook import search as engine
from playbook.cli.terminal import FAILURE, Command, Group, Slow, counted, print_json
from playbook.db import db
from playbook.kinds import KINDS
from playbook.models import Entry, Role, Team, User
from playbook.search import Hit, Results, Span


def operator() -> User:
    """Whoever has a terminal here could read the database itself, so sees what an administrator sees."""
    return User(email="", handle="", name="", role=Role.ADMIN, team=Team.OTHER)


@click.command(cls=Command)
@click.argument("query")
@click.option(
    "--kind", multiple=True, type=click.Choice(sorted(KINDS)), metavar="KIND", help="Only entries of KIND."
)
@click.option("--stage", multiple=True, metavar="SLUG", help="Only entries for a stage, by its slug.")
@click.option("--persona", multiple=True, metavar="SLUG", help="Only entries for a persona, by its slug.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many results."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_appcontext
def search(
    query: str,
    *,
    kind: Sequence[str],
    stage: Sequence[str],
    persona: Sequence[str],
    limit: int,
    as_json: bool,
) -> None:
    """Search as the site does.

    An option that is given more than once widens; different ones narrow.
    """
    facets = {"kind": kind, "stage": stage, "persona": persona}
    results = engine.search(query, reader=operator(), facets=facets, limit=limit)
    if as_json:
        print_json(_document(query, results))
        return
    for hit in results.hits:
        click.echo(f"{hit.position}. {hit.version.title}\n   {hit.entry.path} ({hit.entry.state.value})")
        if snippet := _plain(hit.snippet):
            click.echo(f"   {snippet}")
    click.echo(f"{results.total} found, {len(results.hits)} shown.")


def _document(query: str, results: Results) -> dict[str, Any]:
    return {
        "query": query,
        "understood": [str(clause) for clause in results.query.clauses],
        "total": results.total,
        "took_ms": round(results.took_ms, 1),
        "results": [_result(hit) for hit in results.hits],
        "facets": {
            facet.name: [
                {"value": value.value, "label": value.label, "count": value.count} for value in facet.values
            ]
            for facet in results.facets
        },
    }


def _result(hit: Hit) -> dict[str, Any]:
    return {
        "slug": hit.entry.slug,
        "kind": hit.entry.kind_name,
        "title": hit.version.title,
        "summary": hit.version.summary,
        "snippet": _plain(hit.snippet),
        "score": round(hit.score, 4),
        "state": hit.entry.state.value,
        "expired_claims": hit.expired_claims,
    }


def _plain(spans: Sequence[Span]) -> str:
    return " ".join(engine.in_force(spans).split())


index = Group("index", help="The search index, which can be made anew.")


@index.command()
def rebuild() -> None:
    """Build the search index anew.

    Meanwhile the old one goes on answering.
    """
    total = (
        db.session.scalar(
            sa.select(sa.func.count()).where(Entry.agreed_id.is_not(None), Entry.retired_at.is_(None))
        )
        or 0
    )
    progress = Slow("entries indexed")
    engine.rebuild(progress=lambda done: progress(done, total))
    click.echo(f"{counted(total, 'entry is', 'entries are')} in the index.")


@index.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def check(context: click.Context, *, as_json: bool) -> None:
    """Compare index and database.

    Exits with 1 where they differ.
    """
    differences = engine.check()
    if as_json:
        found = [{"slug": each.slug, "problem": each.problem} for each in differences]
        print_json({"ok": not differences, "differences": found})
    else:
        for difference in differences:
            click.echo(f"{difference.slug or 'index'}: {difference.problem}")
        click.echo(f"{counted(len(differences), 'difference', 'differences')}.")
    if differences:
        context.exit(FAILURE)
