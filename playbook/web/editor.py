"""Writing: the form of a kind, and what happens when two people write at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, request
from slugify import slugify
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from playbook import agreeing
from playbook.content.naming import kind_of
from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.kinds import KINDS, Kind
from playbook.models import Entry, Permission, StaleVersion, read
from playbook.models.hindrance import hindrances
from playbook.web.access import allow, reader
from playbook.web.addresses import entry_url
from playbook.web.drafting import end_draft, resumed, values_of
from playbook.web.pages import page
from playbook.web.preview import Previewed, attempted
from playbook.web.proposals import propose_if_asked, tell_if_unseen
from playbook.web.stale import both_wrote
from playbook.web.versions import readable_version
from playbook.web.whole import whole_form, whole_preview
from playbook.web.writing.shown import shown
from playbook.web.writing.typed import changes
from playbook.web.writing.written import written
from playbook.work import saving

bp = Blueprint("editor", __name__)

NOTE_CHARACTERS = 500


@bp.get("/new")
@allow(Permission.REVISE)
def choose() -> Any:
    return page("editor/choose.html", kinds_to_write=list(KINDS.values()))


@bp.get("/new/<folder:kind>")
@allow(Permission.REVISE)
def new(kind: Kind) -> Any:
    if draft := resumed(kind):
        return form(kind, values_of(draft), body=values_of(draft).get("body", ""))
    flat: MultiDict[str, str] = MultiDict(request.args.items(multi=True))
    if flat.get("owner"):
        return form(kind, flat, body="")
    flat["owner"] = reader().handle
    return form(kind, flat, body="", filled_in=frozenset({"owner"}))


@bp.post("/new/<folder:kind>")
@allow(Permission.REVISE)
def create(kind: Kind) -> Any:
    body = typed_body("")
    if asked_for_more():
        return form(kind, request.form, body=body)
    fields, _ = changes(kind, request.form, {})
    slug = request.form.get("slug", "").strip() or slugify(str(fields.get("title", "")), max_length=80)
    try:
        if kind.lenient and "title" not in fields:  # other kinds ask for it themselves
            raise Invalid([Problem("title", "Title is needed.")])
        reading = read(Document.compose({"kind": kind.name, **fields}, body), kind=kind, slug=slug)
        with saving():
            entry = Entry.draft(reading, slug=slug, by=reader(), note=typed_note())
            propose_if_asked(entry)
            end_draft()
    except Invalid as invalid:
        return form(kind, request.form, body=body, problems=invalid.problems), 422
    return redirect(entry_url(entry), code=303)


@bp.get("/<folder:kind>/<slug:slug>/edit")
@allow(Permission.REVISE)
def edit(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    base = readable_version(entry, entry.newest.number)
    draft = resumed(kind, entry)
    if draft is not None and draft.base:
        base = readable_version(entry, draft.base)
    document = base.document
    flat = values_of(draft) if draft is not None else written(kind, document.fields)
    if draft is None and "note" in request.args:  # a review says what has changed
        flat["note"] = request.args["note"][:NOTE_CHARACTERS]
    if request.args.get("as") == "document" or "document" in flat:
        return whole_form(
            entry,
            flat.get("document", document.text),
            base=base.number,
            note=flat.get("note", ""),
            propose=flat.get("propose", "") if draft is not None else usually_proposed(entry),
        )
    body = flat.get("body", document.body)
    return form(kind, flat, body=body, entry=entry, base=base.number, before=document.fields)


@bp.post("/<folder:kind>/<slug:slug>/edit")
@allow(Permission.REVISE)
def save(kind: Kind, slug: str) -> Any:
    entry = Entry.find(slug, reader=reader(), kind=kind)
    readable_version(entry, entry.newest.number)
    base = typed_base()
    before = readable_version(entry, base).document
    whole = "document" in request.form
    text = typed_lines("document", before.text)
    body = typed_body(before.body)
    propose = request.form.get("propose", "")
    if asked_for_more() and whole:
        return whole_preview(entry, text, base=base, note=typed_note(), propose=propose)
    if asked_for_more():
        return form(kind, request.form, body=body, entry=entry, base=base, before=before.fields)

    def refused(problems: Sequence[Problem]) -> Any:
        if whole:
            again = whole_form(entry, text, base=base, note=typed_note(), propose=propose, problems=problems)
        else:
            again = form(
                kind,
                request.form,
                body=body,
                entry=entry,
                base=base,
                before=before.fields,
                problems=problems,
            )
        return again, 422

    try:
        if whole:
            document = Document.parse(text)
        else:
            fields, emptied = changes(kind, request.form, before.fields)
            document = before.with_changes(fields, body=None if body == before.body else body, remove=emptied)
        refuse_other_kind(document, kind)
        reading = read(document, kind=kind, slug=entry.slug)
    except Invalid as invalid:
        return refused(invalid.problems)
    try:
        with saving():
            entry = Entry.find(slug, reader=reader(), kind=kind, lock=True)
            agreeing.revise(entry, reading, by=reader(), base=base, note=typed_note())
            propose_if_asked(entry)
            end_draft()
    except StaleVersion as stale:
        return both_wrote(entry, base=base, mine=stale.typed)
    except Invalid as invalid:
        entry = Entry.find(slug, reader=reader(), kind=kind)
        return refused(invalid.problems)
    tell_if_unseen(entry)
    return redirect(entry_url(entry), code=303)


def form(
    kind: Kind,
    flat: MultiDict[str, str],
    *,
    body: str,
    entry: Entry | None = None,
    base: int = 0,
    before: Mapping[str, Any] | None = None,
    problems: Sequence[Problem] = (),
    filled_in: frozenset[str] = frozenset(),
    template: str = "editor/form.html",
    **more: Any,
) -> Any:
    """The form of an entry. `before` are the fields of the version `base`; `filled_in` names those of the
    form that nobody typed. `template` may be one that extends it, and takes `more`."""
    action = request.form.get("action", "")
    preview = Previewed("")
    if action == "preview":
        preview, faults = attempted(body, reader=reader())
        problems = [*problems, *faults]
    fields = shown(
        kind,
        flat,
        before=before or {},
        body=body,
        reader=reader(),
        problems=problems,
        action=action,
        filled_in=filled_in,
    )
    return page(
        template,
        kind=kind,
        entry=entry,
        base=base,
        fields=fields,
        body=body,
        note=flat.get("note", ""),
        slug=flat.get("slug", ""),
        problems=fields.problems,
        previewed=preview,
        propose=flat.get("propose", "")
        if request.method == "POST" or "draft" in request.args
        else usually_proposed(entry),
        **more,
    )


def asked_for_more() -> bool:
    """Whether a button other than Save was pressed: another row, or the preview."""
    action = request.form.get("action", "")
    return action == "preview" or action.startswith("row:")


def typed_body(before: str) -> str:
    return typed_lines("body", before)


def typed_lines(name: str, before: str) -> str:
    """A text as typed, with the line ends of the one it came from; that one itself if nothing was typed."""
    typed = request.form.get(name, "").replace("\r\n", "\n")
    if typed == before.replace("\r\n", "\n"):
        return before
    return typed.replace("\n", "\r\n") if "\r\n" in before else typed


def typed_note() -> str:
    return " ".join(request.form.get("note", "").split())[:NOTE_CHARACTERS]


def typed_base(name: str = "base") -> int:
    base = request.form.get(name, "")
    if not (base.isascii() and base.isdigit() and len(base) < 10):
        raise BadRequest("The version that this started from is missing.")
    return int(base)


def usually_proposed(entry: Entry | None) -> str:
    """Whether the form proposes at first: what goes on from something agreed or proposed does, a draft does not.

    Nor does what something keeps from being agreed, or a slip in an old text could not be put right.
    """
    if entry is None or entry.latest_id not in {entry.agreed_id, entry.proposed_id}:
        return ""
    return "" if hindrances(entry.newest, kind=entry.kind, by=reader()) else "yes"


def refuse_other_kind(document: Document, kind: Kind) -> None:
    """Kinds do not change by accident.

    Raises:
        Invalid: the front matter names another kind, or one that there is not.
    """
    if kind_of(document.fields, folder=kind.folder).kind is not kind:
        raise Invalid([Problem("kind", f"This is a {kind.label.lower()}; kind must stay {kind.name}.")])
