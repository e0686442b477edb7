"""The floor that ours is measured against: the same four pages as plainly as a good engineer would write them.

Flask, SQLite and its FTS5, no ORM and no models: one file for one kind of entry. Nothing here is
slow on purpose and nothing that a team could do without the next day is left out: people are signed
in, forms are safe from other sites, what was typed cannot run in a browser, a save is on the disk.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import os
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nh3
from flask import Flask, Response, abort, g, redirect, render_template, request
from markdown import Markdown
from markupsafe import Markup
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from werkzeug.wrappers import Response as AnyResponse

from playbook.db import sqlite  # the same build of SQLite

SCHEMA = """
CREATE TABLE person (id INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE session (
    id TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, csrf TEXT NOT NULL, expires TEXT NOT NULL
);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, folder TEXT NOT NULL, title TEXT NOT NULL,
    summary TEXT NOT NULL, owner TEXT NOT NULL, html TEXT NOT NULL, version INTEGER NOT NULL, changed TEXT NOT NULL
);
CREATE INDEX entry_changed ON entry (changed);
CREATE INDEX entry_folder ON entry (folder);
CREATE TABLE version (
    entry INTEGER NOT NULL REFERENCES entry, number INTEGER NOT NULL, text TEXT NOT NULL, note TEXT NOT NULL,
    author INTEGER NOT NULL REFERENCES person, at TEXT NOT NULL, PRIMARY KEY (entry, number)
) WITHOUT ROWID;
CREATE TABLE link (
    id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES entry, field TEXT NOT NULL, target TEXT NOT NULL
);
CREATE INDEX link_source ON link (source);
CREATE INDEX link_target ON link (target);
CREATE TABLE view (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, person INTEGER NOT NULL, entry INTEGER NOT NULL, search TEXT
);
CREATE TABLE search (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, person INTEGER NOT NULL, words TEXT NOT NULL, shown INTEGER NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize = 'porter unicode61');
"""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

here = threading.local()  # connections and the Markdown converter: one for each thread, made once
app = Flask("floor", root_path=str(Path(__file__).parent), static_folder=None)
app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def connect(path: Path | str, *, durable: bool = True) -> Any:
    """A connection as a page uses it: WAL, and commits that wait for the disk only where it matters."""
    connection = sqlite.connect(path, isolation_level=None, timeout=15, cached_statements=256)
    connection.row_factory = sqlite.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def database(*, durable: bool = False) -> Any:
    """This thread's connection: for reading and for facts about use, or a durable one for what people write."""
    path = app.config.get("DATABASE") or os.environ["FLOOR_DATABASE"]
    kept = here.__dict__.setdefault("connections", {})
    if (path, durable) not in kept:
        kept[path, durable] = connect(path, durable=durable)
    return kept[path, durable]


def now() -> str:
    return datetime.now(UTC).isoformat()


@app.before_request
def recognise() -> None:
    """Sessions are rows, so that they can be ended; cookies hold a secret of which only the hash is kept."""
    hashed = hashlib.sha256(request.cookies.get("playbook", "").encode()).hexdigest()
    g.person = (
        database()
        .execute(
            "SELECT person.id, person.name, session.csrf FROM session JOIN person ON person.id = session.person "
            "WHERE session.id = ? AND session.expires > ?",
            (hashed, now()),
        )
        .fetchone()
    )
    if g.person is None:
        abort(401)
    if request.method == "POST" and not hmac.compare_digest(request.form.get("csrf", ""), g.person["csrf"]):
        abort(400)


@app.after_request
def harden(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


@app.get("/")
def home() -> str:
    newest = database().execute("SELECT * FROM entry ORDER BY changed DESC LIMIT 10").fetchall()
    counts = database().execute("SELECT folder, count(*) AS entries FROM entry GROUP BY folder").fetchall()
    return render_template("home.html", newest=newest, counts=counts)


@app.get("/<folder>/<slug>")
def show(folder: str, slug: str) -> str:
    entry = find(folder, slug)
    # One query for both directions; the index on each column answers its half.
    links = (
        database()
        .execute(
            "SELECT 1 AS outward, link.field, entry.slug, entry.folder, entry.title FROM link "
            "JOIN entry ON entry.slug = link.target WHERE link.source = :id UNION ALL "
            "SELECT 0, link.field, entry.slug, entry.folder, entry.title FROM link "
            "JOIN entry ON entry.id = link.source WHERE link.target = :slug",
            {"id": entry["id"], "slug": slug},
        )
        .fetchall()
    )
    versions = (
        database()
        .execute(
            "SELECT number, at, note, name FROM version JOIN person ON person.id = author "
            "WHERE entry = ? ORDER BY number DESC LIMIT 3",
            (entry["id"],),
        )
        .fetchall()
    )
    page = render_template(
        "entry.html", entry=entry, body=Markup(entry["html"]), links=links, versions=versions
    )
    database().execute(
        "INSERT INTO view (at, person, entry, search) VALUES (?, ?, ?, ?)",
        (now(), g.person["id"], entry["id"], request.args.get("q")),
    )
    return page


@app.get("/search")
def search() -> str:
    words = request.args.get("q", "")
    # Quoted, so that nothing typed is an operator; any of the words will do, as on our page.
    match = " OR ".join(f'"{word}"' for word in words.replace('"', " ").split())
    # How many there are in all would be a second query, so it is not told.
    found = (
        database()
        .execute(
            "SELECT entry.slug, entry.folder, highlight(words, 0, char(1), char(2)) AS title, "
            "snippet(words, 1, char(1), char(2), '…', 30) AS snippet "
            "FROM words JOIN entry ON entry.id = words.rowid WHERE words MATCH ? "
            "AND rank MATCH 'bm25(4.0, 1.0)' ORDER BY rank LIMIT 20",
            (match,),
        )
        .fetchall()
        if match
        else []
    )
    id = uuid.uuid4().hex
    page = render_template("search.html", words=words, found=found, id=id)
    database().execute(
        "INSERT INTO search (id, at, person, words, shown) VALUES (?, ?, ?, ?, ?)",
        (id, now(), g.person["id"], words, len(found)),
    )
    return page


@app.template_filter()
def marked(text: str) -> Markup:
    """Escape a text in which FTS5 has marked words, and make the marks tags."""
    return Markup(html.escape(text).replace("\x01", "<mark>").replace("\x02", "</mark>"))


@app.get("/<folder>/<slug>/edit")
def edit(folder: str, slug: str) -> str:
    entry = find(folder, slug)
    text = (
        database()
        .execute("SELECT text FROM version WHERE entry = ? AND number = ?", (entry["id"], entry["version"]))
        .fetchone()["text"]
    )
    return render_template("edit.html", entry=entry, text=text)


@app.post("/<folder>/<slug>/edit")
def save(folder: str, slug: str) -> AnyResponse:
    entry = find(folder, slug)
    text, base = request.form["text"].replace("\r\n", "\n"), int(request.form["base"])
    fields, body = parsed(text)
    if not fields.get("title"):
        abort(422)
    laid_out, plain = rendered(body)
    said = " ".join(sayings(fields))
    connection, moment = database(durable=True), now()
    with connection:  # commits, or rolls back on any fault
        connection.execute("BEGIN IMMEDIATE")
        changed = connection.execute(
            "UPDATE entry SET title = ?, summary = ?, html = ?, version = version + 1, changed = ? "
            "WHERE id = ? AND version = ?",
            (
                fields["title"],
                fields.get("summary", ""),
                as_list(fields) + laid_out,
                moment,
                entry["id"],
                base,
            ),
        )
        if changed.rowcount != 1:
            abort(409)
        connection.execute(
            "INSERT INTO version (entry, number, text, note, author, at) VALUES (?, ?, ?, ?, ?, ?)",
            (entry["id"], base + 1, text, request.form.get("note", ""), g.person["id"], moment),
        )
        connection.execute(
            "UPDATE words SET title = ?, body = ? WHERE rowid = ?",
            (fields["title"], f"{said}\n{plain}", entry["id"]),
        )
    return redirect(f"/{folder}/{slug}", 303)


def find(folder: str, slug: str) -> Any:
    return database().execute(
        "SELECT * FROM entry WHERE slug = ? AND folder = ?", (slug, folder)
    ).fetchone() or abort(404)


def parsed(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and body."""
    _, front, body = text.split("---\n", 2) if text.startswith("---\n") else ("", "", text)
    try:
        return YAML(typ="safe").load(front) or {}, body
    except YAMLError:
        abort(422)


def rendered(body: str) -> tuple[str, str]:
    """Safe HTML and its words. The converter is kept, because making one takes as long as a body does."""
    if not hasattr(here, "markdown"):
        here.markdown = Markdown(
            extensions=["tables", "sane_lists", "def_list", "footnotes"], output_format="html"
        )
    made = nh3.clean(here.markdown.reset().convert(body))
    return made, html.unescape(nh3.clean(made, tags=set()))


def as_list(fields: Mapping[str, Any]) -> str:
    """The fields as they stand above the body: a plain definition list."""
    rows = (
        f"<dt>{html.escape(name.replace('_', ' '))}</dt><dd>{html.escape('; '.join(sayings(value)))}</dd>"
        for name, value in fields.items()
    )
    return f"<dl>{''.join(rows)}</dl>"


def sayings(value: Any) -> list[str]:
    """Every text in a field, however deep."""
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in sayings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in sayings(inner)]
    return [str(value)]
