"""One change to many entries: choose them, see what would become of each, do it, take it back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from playbook import search, upkeep
from playbook.db import db
from playbook.document import compare
from playbook.errors import Invalid, NotFound, Problem
from playbook.kinds import KINDS
from playbook.models import BulkChange, Entry, Permission, User, listed
from playbook.search.query import clean
from playbook.upkeep import Bulk, Change, Owner, ReviewBy, Tags, described
from playbook.upkeep.amending import with_newest
from playbook.upkeep.bulk import MOST
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.upkeep import count_of, signed_now, typed_choices

bp = Blueprint("bulk", __name__)
bp.add_app_template_filter(described, "described")

ON_A_PAGE = 100
LATELY = 10  # own changes that are offered to be looked at again
PAGE = re.compile(r"[1-9][0-9]{0,4}")
ID = re.compile(r"[1-9][0-9]{0,8}")
ONCE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Filter:
    """Which entries are listed to choose from."""

    words: str = ""
    kind: str = ""
    owner: str = ""

    @classmethod
    def of(cls, given: MultiDict[str, str]) -> Filter:
        kind = given.get("kind", "")
        return cls(
            clean(given.get("q", "")), kind if kind in KINDS else "", given.get("owned_by", "")[:120].strip()
        )

    @property
    def query(self) -> dict[str, str]:
        """As it stands in an address."""
        said = {"q": self.words, "kind": self.kind, "owned_by": self.owner}
        return {name: value for name, value in said.items() if value}

    def clauses(self, *, reader: User) -> list[sa.ColumnElement[bool]]:
        """What the entries fit. Words are looked up in the index, which knows what readers see."""
        found: list[sa.ColumnElement[bool]] = [listed(reader)]
        if self.words:
            facets = {"kind": [self.kind]} if self.kind else {}
            hits = search.search(self.words, reader=reader, facets=facets, limit=MOST + 1).hits
            found.append(Entry.id.in_([hit.entry.id for hit in hits]))
        if self.kind:
            found.append(Entry.kind_name == self.kind)
        if self.owner:
            found.append(Entry.owner == self.owner)
        return found


@bp.get("/bulk")
@allow(Permission.REVISE)
def index() -> Any:
    return choose(Filter.of(request.args))


def choose(asked: Filter, *, problems: Sequence[Problem] = ()) -> Any:
    """The list to choose from. After a refusal, with everything as it was typed."""
    typed = request.args.get("page", "") or request.form.get("page", "")
    number = int(typed) if PAGE.fullmatch(typed) else 1
    rows = db.session.execute(
        sa.select(Entry, sa.func.count().over())
        .where(*asked.clauses(reader=reader()))
        .order_by(Entry.kind_name, Entry.place, Entry.title, Entry.id)
        .limit(ON_A_PAGE)
        .offset((number - 1) * ON_A_PAGE)
    ).all()
    if not rows and number > 1:
        raise NotFound("The list is not that long.")
    total = rows[0][1] if rows else 0
    return page(
        "bulk/index.html",
        asked=asked,
        entries=[row[0] for row in rows],
        total=total,
        most=MOST,
        number=number,
        pages=max(1, -(-total // ON_A_PAGE)),
        picked=frozenset(request.form.getlist("entry")),
        typed=request.form,
        problems=problems,
        lately=BulkChange.latest(by=reader(), limit=LATELY),
    )


@bp.post("/bulk/preview")
@allow(Permission.REVISE)
def preview() -> Any:
    """What would become of each entry chosen. Nothing is written yet."""
    asked = Filter.of(request.form)
    try:
        prepared = upkeep.prepare(typed_change(), _chosen(asked), by=reader())
    except Invalid as invalid:
        return choose(asked, problems=invalid.problems), 422
    return show_preview(prepared)


@bp.post("/bulk")
@allow(Permission.REVISE)
def create() -> Any:
    once = request.form.get("once", "")
    chosen = typed_choices()
    if not ONCE.fullmatch(once):
        raise Invalid([Problem("once", "This form is not whole. Choose the entries again.")])
    try:
        change = typed_change()
        done = upkeep.apply(change, chosen, by=reader(), once=once)
        if done.kept is None:
            return show_preview(upkeep.prepare(change, chosen, by=reader()), nothing=True), 409
    except Invalid as invalid:
        return choose(Filter.of(request.form), problems=invalid.problems), 422
    flash(
        f"{count_of(len(done.kept.items))} changed.",
        f"undo {url_for('bulk.undo', id=done.kept.id)}",
    )
    return redirect(url_for("bulk.show", id=done.kept.id), code=303)


def show_preview(bulk: Bulk, *, nothing: bool = False) -> Any:
    changes = [(each, compare(each.base.document, each.after).fields) for each in bulk.planned]
    return page(
        "bulk/preview.html",
        bulk=bulk,
        what=described(bulk.change.as_json),
        changes=changes,
        signed=signed_now(bulk.planned),
        typed=request.form,
        asked=Filter.of(request.form),
        once=secrets.token_hex(16),
        nothing=nothing,
    )


@bp.get("/bulk/<number:id>")
@allow(Permission.REVISE)
def show(id: int) -> Any:
    """What a change did, to whoever made it."""
    kept = BulkChange.find(id, reader=reader())
    entries = with_newest([*(item.entry_id for item in kept.items), *kept.left], by=reader())
    changed = [(entries[item.entry_id][0], item) for item in kept.items if item.entry_id in entries]
    return page(
        "bulk/show.html",
        kept=kept,
        changed=sorted(changed, key=lambda pair: (pair[0].title, pair[0].id)),
        left=[(entries[entry_id][0], why) for entry_id, why in kept.left.items() if entry_id in entries],
        hidden=sum(item.entry_id not in entries for item in kept.items),
    )


@bp.post("/bulk/<number:id>/undo")
@allow(Permission.REVISE)
def undo(id: int) -> Any:
    done = upkeep.undo(id, by=reader())
    if done.kept is None:
        flash("Nothing to undo: every entry was changed since.")
        return redirect(url_for("bulk.show", id=id), code=303)
    flash(f"Undone for {count_of(len(done.kept.items))}.")
    return redirect(url_for("bulk.show", id=done.kept.id), code=303)


def typed_change() -> Change:
    """The change that was typed; whoever typed one and forgot to mark it means that one.

    Raises:
        Invalid: none was chosen.
    """
    typed = [name for name in ("owner", "review_by", "tags") if any(request.form.getlist(name))]
    match request.form.get("what", "") or (typed[0] if len(typed) == 1 else ""):
        case "owner":
            return Owner(
                next((value for each in request.form.getlist("owner") if (value := each.strip())), "")
            )
        case "review_by":
            return ReviewBy(request.form.get("review_by", "").strip())
        case "tags":
            return Tags.typed(request.form.get("how", ""), request.form.get("tags", ""))
        case _:
            raise Invalid([Problem("what", "Choose what to change.")])


def _chosen(asked: Filter) -> list[int]:
    """The ids of the entries chosen: those ticked, those on the page, or all that fit."""
    match request.form.get("which", ""):
        case "match":
            query = sa.select(Entry.id).where(*asked.clauses(reader=reader())).limit(MOST + 1)
            return list(db.session.scalars(query))
        case "page":
            typed = request.form.get("here", "").split(",")
        case _:
            typed = request.form.getlist("entry")
    return [int(each) for each in typed if ID.fullmatch(each)]
