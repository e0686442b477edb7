"""Links of a body led to another entry, and every other character left where it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from urllib.parse import unquote

from slugify import slugify

from playbook.markdown.child import CHILD
from playbook.markdown.links import ABOUT_THE_FOLDER, SLUG, entry_linked, entry_named_by

_IN_BRACKETS = re.compile(rf"\[\[[ ]*({SLUG})(?=[ ]*(?:\\?\|[^\[\]\n]{{1,300}})?\]\])")
# Looked for from every bracket on, because what looks like an address may hold the brackets of a link.
_DESTINATION = re.compile(
    r"(?=(?:\]\(|\]:)[ \t]*\n?[ \t]*(?:<([^<>\n]*)>|([^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)))"
)
_PATH = re.compile(r"[^?#]+(?=\.md(?:#|\Z))", re.IGNORECASE)


def relinked(body: str, *, old: Collection[str], new: str) -> str:
    """The body with its links to the entries of the `old` slugs leading to `new`.

    Words in code, and whatever else only looks like a link, stay as they are: whether something is a link
    is not guessed, but seen from laying out the body.

    Raises:
        Invalid: the body cannot be laid out in time.
    """
    places = _places(body, old)
    if not places:
        return body
    # Each place gets a name that nothing else has; those that come back as links were links.
    name = "q" + hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:24]
    marked = _replaced(body, [(start, end, f"{name}{number}") for number, (start, end) in enumerate(places)])
    live = set(CHILD.render(marked).links)
    return _replaced(
        body, [(*place, new) for number, place in enumerate(places) if f"{name}{number}" in live]
    )


def _places(body: str, old: Collection[str]) -> list[tuple[int, int]]:
    """Where one of the slugs stands in what looks like a link."""
    found = {match.span(1) for match in _IN_BRACKETS.finditer(body) if match[1] in old}
    for match in _DESTINATION.finditer(body):
        group = 1 if match[1] is not None else 2
        place = _in_address(match[group], old)
        if place is not None:
            found.add((match.start(group) + place[0], match.start(group) + place[1]))
    return sorted(found)


def _in_address(address: str, old: Collection[str]) -> tuple[int, int] | None:
    """Where the slug stands in the address of a link, if that leads to one of the entries."""
    if entry_linked(address) in old:
        start = address.index("/to/") + len("/to/")
        return start, start + len(str(entry_linked(address)))
    file = entry_named_by(address)
    path = _PATH.match(address)
    if file is None or path is None or entry_linked(file) not in old:
        return None
    end = path.end()
    for part in reversed(path[0].split("/")):
        start = end - len(part)
        if slugify(unquote(part)) == entry_linked(file) and part.lower() not in ABOUT_THE_FOLDER:
            return start, end
        end = start - 1
    return None


def _replaced(text: str, changes: list[tuple[int, int, str]]) -> str:
    pieces = []
    done = 0
    for start, end, words in changes:
        pieces += [text[done:start], words]
        done = end
    return "".join([*pieces, text[done:]])
