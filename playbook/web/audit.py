"""The audit log, for administrators: who did what, when and from where, and whether the log is whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request, url_for

from playbook import clock
from playbook.content import auditing
from playbook.db import db
from playbook.kinds import BY_FOLDER, KINDS
from playbook.kinds.reading import is_date
from playbook.models import Address, Entry, Permission, User
from playbook.models.audit import DENIED
from playbook.reports.audited import Audited, Deed, actions
from playbook.reports.spreadsheet import as_csv
from playbook.web.access import allow
from playbook.web.pages import page

bp = Blueprint("audit", __name__)

ON_A_PAGE = 50
IN_A_FILE = 50_000  # rows, some 10 MB; more is for the database itself
SHOWN_FAULTS = 20
BYTE_ORDER_MARK = "\ufeff"  # without it the commonest spreadsheet does not take a file for UTF-8


@bp.get("/audit")
@allow(Permission.ADMINISTER)
def index() -> Any:
    asked = from_address()
    deeds = list(replace(asked, limit=ON_A_PAGE + 1))
    shown, older = deeds[:ON_A_PAGE], len(deeds) > ON_A_PAGE
    return page(
        "audit/index.html",
        asked=asked,
        deeds=shown,
        linked=linked(shown),
        choices=[("", "anything"), *((action, action.capitalize()) for action in actions())],
        older=url_for("audit.index", **query(asked), before=shown[-1].record.id) if older else "",
        newest=url_for("audit.index", **query(asked)),
        file=url_for("audit.file", **query(asked)),
        verify=url_for("audit.index", **query(asked), verify="yes"),
        verified=auditing.verify() if request.args.get("verify") == "yes" else None,
        now=clock.now(),
        shown_faults=SHOWN_FAULTS,
    )


@bp.get("/audit.csv")
@allow(Permission.ADMINISTER)
def file() -> Response:
    """The same records, the newest first, as many as a file takes."""
    text = as_csv(
        ("record", "at", "who", "action", "what", "thing", "detail", "from", "seal"),
        (
            (
                *(deed.record.id, deed.record.at.isoformat(), deed.person.handle if deed.person else ""),
                *(deed.record.action, deed.words, deed.record.thing),
                *(json.dumps(deed.record.detail, ensure_ascii=False), deed.record.origin, deed.record.seal),
            )
            for deed in replace(from_address(), limit=IN_A_FILE)
        ),
    )
    answer = Response(BYTE_ORDER_MARK + text, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="audit-{clock.now():%Y-%m-%d}.csv"'
    return answer


def from_address() -> Audited:
    """What the address asks for. A day or a number that is none is taken for none."""
    who, action, thing = (
        " ".join(request.args.get(name, "").split())[:240] for name in ("who", "action", "thing")
    )
    before = request.args.get("before", "")
    return Audited(
        who=who,
        action=action,
        thing=thing,
        since=day("since"),
        until=day("until"),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
    )


def day(name: str) -> date | None:
    typed = request.args.get(name, "").strip()
    return date.fromisoformat(typed) if is_date(typed) else None


def query(asked: Audited) -> dict[str, Any]:
    """What of an address asks for the same records."""
    named = {name: getattr(asked, name) for name in ("who", "action", "thing")}
    days = {name: value.isoformat() for name in ("since", "until") if (value := getattr(asked, name))}
    return {**{name: value for name, value in named.items() if value}, **days}


def linked(deeds: Sequence[Deed]) -> dict[str, str]:
    """Where the things are that these records name, as far as they are still there."""
    things = {deed.record.thing for deed in deeds if deed.record.action != DENIED}
    parts = {thing: thing.partition("/")[::2] for thing in things}
    found = _entries(parts) | _people(parts)
    for thing, (place, name) in parts.items():
        if place == "bulk" and name.isdecimal():
            found[thing] = url_for("bulk.show", id=int(name))
    return found


def _entries(parts: dict[str, tuple[str, str]]) -> dict[str, str]:
    slugs = {name for place, name in parts.values() if place in BY_FOLDER}
    rows = db.session.execute(
        sa.select(Address.slug, Entry.kind_name, Entry.slug)
        .join(Entry, Entry.id == Address.entry_id)
        .where(Address.slug.in_(slugs))
    )
    at = {was: f"/{KINDS[kind].folder}/{slug}" for was, kind, slug in rows}
    return {thing: at[name] for thing, (place, name) in parts.items() if place in BY_FOLDER and name in at}


def _people(parts: dict[str, tuple[str, str]]) -> dict[str, str]:
    handles = {name for place, name in parts.values() if place == "people"}
    rows = db.session.execute(sa.select(User.handle, User.id).where(User.handle.in_(handles)))
    at = {handle: url_for("people.show", id=id) for handle, id in rows}
    return {thing: at[name] for thing, (place, name) in parts.items() if place == "people" and name in at}
