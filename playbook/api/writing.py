"""What somebody sent to be written: a document, from JSON or from Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slugify import slugify

from playbook.api.reading import body_text
from playbook.api.shapes.entry import BesideMarkdown, BesideNewMarkdown, NewEntry, NewVersion
from playbook.content.naming import kind_of
from playbook.document import Document
from playbook.errors import Invalid, Problem
from playbook.kinds import KINDS, Kind
from playbook.models import Entry, Reading, read

SLUG_OF_TITLE = 80  # characters


@dataclass(frozen=True)
class Written:
    """A document that fits its kind, under which slug, with what is said beside it."""

    reading: Reading
    slug: str
    note: str
    propose: bool


def new_entry(json: NewEntry | None, query: BesideNewMarkdown) -> Written:
    """The entry to begin.

    Raises:
        Invalid: the document cannot be read, or does not fit its kind; nothing makes a slug.
    """
    beside = _beside(json, query)
    if json is None:
        document = Document.parse(body_text())
        kind = kind_of(document.fields, folder="").kind
        slug = query.slug or _stated_slug(document)
    else:
        kind = KINDS[json.kind]
        _refuse_other_kind(json.fields, kind)
        document = Document.compose({"kind": kind.name, **json.fields}, json.body)
        slug = json.slug or _stated_slug(document)
    if kind.lenient and not document.title:
        raise Invalid([Problem("title", "Title is needed.")])
    slug = slug or slugify(document.title, max_length=SLUG_OF_TITLE)
    if not slug:
        raise Invalid([Problem("slug", "The title makes no slug; say one.")])
    return Written(read(document, kind=kind, slug=slug), slug, *beside)


def new_version(json: NewVersion | None, query: BesideMarkdown, *, entry: Entry, base: Document) -> Written:
    """All that the entry says from now on, written over `base`.

    Raises:
        Invalid: the document cannot be read, does not fit its kind, or names another kind or entry.
    """
    beside = _beside(json, query)
    if json is None:
        document = Document.parse(body_text())
    else:
        if json.slug is not None and json.slug != entry.slug:
            raise Invalid([Problem("slug", f"This is {entry.slug}. A slug is changed on its page.")])
        if json.kind is not None:
            _refuse_other_kind({"kind": json.kind}, entry.kind)
        before = base.fields
        kept = {"kind": before["kind"]} if "kind" in before else {}
        fields = {**kept, **json.fields}
        gone = [name for name in before if name not in fields]
        document = base.with_changes(fields, body=None if json.body == base.body else json.body, remove=gone)
    _refuse_other_kind(document.fields, entry.kind)
    _refuse_other_entry(document, entry, base)
    return Written(read(document, kind=entry.kind, slug=entry.slug), entry.slug, *beside)


def _beside(json: NewEntry | NewVersion | None, query: BesideMarkdown) -> tuple[str, bool]:
    if json is None:
        note, propose = query.note, query.propose == "true"
    elif query.model_fields_set:
        names = sorted(query.model_fields_set)
        raise Invalid([Problem(name, "With JSON, say this in the body.") for name in names])
    else:
        note, propose = json.note, json.propose
    return " ".join(note.split()), propose


def _stated_slug(document: Document) -> str:
    stated = document.fields.get("slug")
    return stated if isinstance(stated, str) else ""


def _refuse_other_kind(fields: dict[str, Any], kind: Kind) -> None:
    if kind_of(fields, folder=kind.folder).kind is not kind:
        raise Invalid([Problem("kind", f"This is a {kind.label.lower()}; kind must stay {kind.name}.")])


def _refuse_other_entry(document: Document, entry: Entry, base: Document) -> None:
    """A document that says it is another entry's was meant for that one; what stood there before may stay."""
    stated = document.fields.get("slug")
    if stated not in (None, "", entry.slug, base.fields.get("slug")):
        message = f"The address says {entry.slug}, the front matter says {stated}."
        raise Invalid([Problem("slug", message[:300], document.line_of("slug"))])
