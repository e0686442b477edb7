"""An entry as its readers saw it on a day: the page, to be read and nothing else, and its exact text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, make_response, redirect, request

from playbook.kinds import Kind
from playbook.models import Entry, Version
from playbook.models.around_then import relations_then
from playbook.models.as_of import ShownThen, shown_on
from playbook.web.access import reader
from playbook.web.addresses import entry_url
from playbook.web.as_of import keeping_the_day, or_before_anything
from playbook.web.pages import page
from playbook.web.reading import Shelf, blocks, nature, others, prose, sections, ways_in, ways_out

MOST_WAYS_IN = 200  # relations from elsewhere that a margin shows


def show(kind: Kind, slug: str, day: date) -> Any:
    """The page. Opening it is no use of what readers see today, so it is not counted.

    Raises:
        NotInForce, NotFound, NoDay: as `find` says.
    """
    found = find(slug, day)
    if (found.today.slug, found.today.kind) != (slug, kind):
        return redirect(entry_url(found.today), code=301)
    seen = found.shown
    entry, version = seen.entry, seen.version
    around = relations_then([version], reader=reader(), on=day, most_inward=MOST_WAYS_IN)
    titles = {each.slug: each.entry for each in around if each.outward and each.entry is not None}
    shelf = Shelf(titles, today=day)
    own, shared = blocks(entry.kind, version.fields, shelf)
    return page(
        "entries/then.html",
        then=found,
        seen=seen,
        entry=entry,
        version=version,
        kind=entry.kind,
        nature=nature(entry.kind, version.fields, shelf),
        first=sections(own),
        last=sections(shared),
        others=others(entry.kind, version.fields),
        # There is no way to edit what is past, so no heading needs its name.
        prose=replace(prose(entry.kind, keeping_the_day(version.html, day)), spoken_id=""),
        ways_out=ways_out(entry.kind, around),
        ways_in=ways_in(around),
    )


def markdown(kind: Kind, slug: str, day: date) -> Any:
    """The text, byte for byte."""
    found = find(slug, day, column=Version.text)
    if (found.today.slug, found.today.kind) != (slug, kind):
        return redirect(text_url(found.today), code=301)
    version = found.shown.version
    answer: Response = make_response(version.text.encode())
    answer.content_type = "text/markdown; charset=utf-8"
    answer.headers["Content-Disposition"] = f'inline; filename="{slug}.md"'
    answer.set_etag(f"{version.hash}-{day.isoformat()}")
    return answer.make_conditional(request)


def find(slug: str, day: date, *, column: Any = Version.html) -> ShownThen:
    """What the entry showed at the end of the day.

    Raises:
        NoDay: nothing at all had been agreed by then.
        NotInForce, NotFound: as `shown_on` says.
    """
    with or_before_anything(day):
        return shown_on(slug, reader=reader(), on=day, column=column)


def text_url(entry: Entry) -> str:
    """The address of its text, on the day of the page."""
    address, question, query = entry_url(entry).partition("?")
    return f"{address}.md{question}{query}"
