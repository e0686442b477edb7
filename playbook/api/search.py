"""Search, and completing what somebody types. The ranking and the sight are those of the site."""

from __future__ import annotations

from flask import Blueprint, Response

from playbook import search
from playbook.api.access import allow, reader
from playbook.api.answering import answer
from playbook.api.as_of import past
from playbook.api.describing import described
from playbook.api.shapes.search import (
    AnswerTold,
    Found,
    Piece,
    Searched,
    SearchTold,
    Suggestion,
    Suggestions,
    Typing,
    ValueFound,
    Why,
)
from playbook.api.telling import page_of
from playbook.kinds.answering import answer_of
from playbook.models import Permission
from playbook.search import Hit, Query
from playbook.search.query import clean

bp = Blueprint("search", __name__)

TAG = "Search"
MOST_SUGGESTIONS = 8


@bp.get("/search")
@allow(Permission.READ)
@described({200: SearchTold}, tag=TAG)
def index(query: Searched) -> Response:
    """Search as the site does. Programs search often and for nobody, so no search of theirs is kept."""
    found = search.search(
        query.q,
        reader=reader(),
        facets=query.facets,
        limit=query.limit,
        offset=(query.page - 1) * query.limit,
        as_of=past(query.as_of) if query.as_of is not None else None,
    )
    made = SearchTold(
        query=clean(query.q),
        understood=[str(clause) for clause in found.query.clauses],
        suggestion=None,
        total=found.total,
        took_ms=round(found.took_ms, 1),
        results=[result(hit, found.query, explain=query.explain == "true") for hit in found.hits],
        facets={
            facet.name: [
                ValueFound(value=value.value, label=value.label, count=value.count) for value in facet.values
            ]
            for facet in found.facets
        },
    )
    return answer(made)


@bp.get("/suggest")
@allow(Permission.READ)
@described({200: Suggestions}, tag=TAG)
def suggest(query: Typing) -> Response:
    """Entries whose title somebody may be typing."""
    found = search.titles(query.q, reader=reader(), limit=MOST_SUGGESTIONS)
    made = Suggestions(
        query=clean(query.q),
        suggestions=[
            Suggestion(slug=entry.slug, kind=entry.kind_name, title=entry.title, url=page_of(entry))
            for entry in found
        ],
    )
    return answer(made)


def result(hit: Hit, asked: Query, *, explain: bool) -> Found:
    """One result; the first one that words led to has its answer, as on the page."""
    return Found(
        slug=hit.entry.slug,
        kind=hit.entry.kind_name,
        title=hit.version.title,
        summary=hit.version.summary,
        snippet=search.in_force(hit.snippet),
        pieces=[Piece(text=span.text, marked=span.marked, expired=span.expired) for span in hit.snippet],
        expired_claims=hit.expired_claims,
        score=round(hit.score, 4),
        state=hit.entry.state_for(reader()),
        url=page_of(hit.entry),
        answer=spoken(hit) if asked and hit.position == 1 else None,
        why=Why(fields=list(hit.fields), words=list(dict.fromkeys(asked.terms))) if explain else None,
    )


def spoken(hit: Hit) -> AnswerTold | None:
    """The words to say that an entry holds."""
    said = answer_of(hit.entry.kind, hit.version.fields)
    if said is None:
        return None
    return AnswerTold(
        field=said.field,
        label=said.label,
        text=said.text,
        seconds=said.seconds,
        ask_first=said.asked_first,
        dont=said.dont,
        next_step=said.next_step,
        expired_claims=hit.expired_claims,
    )
