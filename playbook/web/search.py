"""Search: the page, the piece of it that follows the typing, and the word that a list was looked at."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from playbook import search, usage
from playbook.errors import NotFound
from playbook.models import Permission, Surface
from playbook.reports import MostUsed
from playbook.search import Results
from playbook.usage import Search
from playbook.web.access import allow, reader
from playbook.web.as_of import asked_day, refuse_before_anything
from playbook.web.finding import ON_A_PAGE, Asked, asked, boxes, chips, results, trusts
from playbook.web.pages import page
from playbook.web.usage import SEARCH_ID, circumstances, served

bp = Blueprint("search", __name__)

REST_MILLISECONDS = 700  # a list that stood so long was looked at; shorter, somebody was still typing


@bp.get("/search")
@allow(Permission.READ)
def show() -> Any:
    """The page; for htmx, the facets and results alone.

    A page is kept as a search when it is answered, and so is a piece that the form asked for: by
    Enter, or by a box. A piece that follows the typing is not. It reports itself to `create` once it
    has stood for a while; one that was replaced before is nobody's search.
    """
    day, wanted = asked_day(), asked()
    if day is not None:
        return show_then(wanted, day)
    if not wanted:
        return start(wanted)
    found = find(wanted)
    kept = usage.begin_search(wanted.words, facets=wanted.facets, reader=reader())
    typing = request.headers.get("HX-Source", "").startswith("input")
    answer = respond(
        wanted,
        found,
        search_id=kept.id,
        rests_after=REST_MILLISECONDS if typing else 0,
        results=results(wanted, found),
        trusts=trusts([hit.entry for hit in found.hits], reader=reader()),
        pages=-(-found.total // ON_A_PAGE),
        elsewhere=_total(wanted.anywhere()) if wanted.facets and not found.total else 0,
    )
    if not typing:
        record(kept, wanted, found)
    return answer


def show_then(wanted: Asked, day: date) -> Any:
    """What was agreed on a day. Nobody looks there for what to say now, so no such search is kept.

    Raises:
        NoDay: nothing at all had been agreed by then.
    """
    found = find(wanted, as_of=day)
    if not found.total:
        refuse_before_anything(day)
    if not wanted:
        return respond(wanted, found, used=[], trusts={})
    return respond(
        wanted,
        found,
        search_id="",
        rests_after=0,
        results=results(wanted, found),
        trusts=trusts([hit.entry for hit in found.hits], reader=reader()),
        pages=-(-found.total // ON_A_PAGE),
        elsewhere=find(wanted.anywhere(), as_of=day).total if wanted.facets and not found.total else 0,
    )


@bp.post("/search")
@allow(Permission.READ)
def create() -> Any:
    """Keep the search that the address describes, under the `id` that the links of its results hold."""
    wanted = asked()
    id = request.form.get("id", "")
    if wanted and SEARCH_ID.fullmatch(id):
        kept = usage.begin_search(wanted.words, facets=wanted.facets, reader=reader(), id=id)
        record(kept, wanted, find(wanted))
    return "", 204


def start(wanted: Asked) -> Any:
    """Where to begin, before anything is asked."""
    used = list(MostUsed(reader=reader()))
    answer = respond(
        wanted, search.search("", reader=reader(), limit=0), used=used, trusts=trusts(used, reader=reader())
    )
    served([entry.agreed_id for entry in used if entry.agreed_id], surface=Surface.SEARCH)
    return answer


def find(wanted: Asked, *, as_of: date | None = None) -> Results:
    """Ask the index; or what was agreed on a day.

    Raises:
        NotFound: there are results, but not so many pages of them.
    """
    found = search.search(
        wanted.words,
        reader=reader(),
        facets=wanted.facets,
        limit=ON_A_PAGE,
        offset=wanted.offset,
        as_of=as_of,
    )
    if wanted.page > 1 and not found.hits:
        raise NotFound("There are not so many pages.")
    return found


def record(kept: Search, wanted: Asked, found: Results) -> None:
    """Write down the search and what it showed, in one transaction."""
    usage.record_search(
        kept,
        total=found.total,
        served=[hit.version.id for hit in found.hits],
        first=wanted.offset + 1,
        reader=reader(),
        circumstances=circumstances(),
    )


def respond(wanted: Asked, found: Results, **context: Any) -> Response:
    """The page, or the piece."""
    # htmx asks for the whole page when the back button leads to one.
    whole = request.headers.get("HX-Request-Type") == "full"
    answer = page(
        "search/show.html",
        fragment=None if whole else "search/_found.html",
        asked=wanted,
        found=found,
        # Before anything is asked, kinds are listed where the results will be.
        boxes=[box for box in boxes(found) if wanted or box.name != "kind"],
        chips=chips(wanted, found),
        **context,
    )
    answer.vary.update(("HX-Request", "HX-Request-Type"))
    return answer


def _total(wanted: Asked) -> int:
    return search.search(wanted.words, reader=reader(), limit=0).total
