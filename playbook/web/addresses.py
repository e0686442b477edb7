"""How addresses name things: /personas/persona-cfo, and where a browser may be sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, g, request
from werkzeug.routing import BaseConverter, ValidationError

from playbook.kinds import BY_FOLDER, Kind
from playbook.models import Entry


class FolderConverter(BaseConverter):
    """`<folder:kind>` is the kind whose folder stands in the address."""

    regex = "|".join(sorted(BY_FOLDER))

    def to_python(self, value: str) -> Kind:
        if value not in BY_FOLDER:
            raise ValidationError
        return BY_FOLDER[value]

    def to_url(self, value: Kind) -> str:
        return value.folder


class SlugConverter(BaseConverter):
    """`<slug:slug>`: what entries are named by."""

    regex = "[a-z0-9][a-z0-9-]{0,119}"


class NumberConverter(BaseConverter):
    """`<number:n>`: ASCII digits only, and few."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)


def install(app: Flask) -> None:
    app.url_map.converters["folder"] = FolderConverter
    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["number"] = NumberConverter
    app.jinja_env.globals["entry_url"] = entry_url


def entry_url(entry: Entry, **query: Any) -> str:
    """The address of an entry. Takes anything with `kind` and `slug`.

    Says what `url_for("entries.show", …)` says; a page holds dozens, and this takes a tenth of the time.
    On a page of another day it leads to that day, unless `as_of` is given as nothing.
    """
    if "as_of" in g:
        query = {"as_of": g.as_of.isoformat(), **query}
        query = {name: value for name, value in query.items() if value is not None}
    address = f"{request.script_root}/{entry.kind.folder}/{entry.slug}"
    return f"{address}?{urlencode(query)}" if query else address


def safe_next(target: str | None, default: str = "/") -> str:
    """Where to go after signing in: `target` if it is a path of this site, else the default."""
    if not target or len(target) > 2048 or not target.isascii():
        return default
    if any(ord(character) < 0x21 or character in "\\\x7f" for character in target):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return default
    return target
