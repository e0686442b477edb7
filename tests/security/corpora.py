"""Texts that somebody might type to do harm, or without meaning any; and what a page may be made of after it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import html5lib

from tests.markdown import judge
from tests.soak import MORE_TEXTS

OURS = Path(__file__).parent / "corpus"

Made = set[tuple[str, str]]
"""What a page is made of: each element with the name of each of its attributes, or with "" for none."""

ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "xlink:href",
    "ping",
    "background",
}
HERE_OR_THE_WEB = re.compile(r"(?:https?://|mailto:|[/#?]|[a-z0-9._-]+(?:[/#?]|$)|$)", re.IGNORECASE)
IN_PROSE: Made = {(tag, name) for tag, names in judge.ALLOWED.items() for name in ("", *names)}
LOOKS_LIKE_MARKUP = re.compile(r"<[a-zA-Z/!?]")


def markup() -> list[str]:
    """Texts that try to become elements, scripts or addresses."""
    return _texts(OURS / "markup.json")


def odd() -> list[str]:
    """Texts that mean no harm and break what is not careful."""
    return _texts(OURS / "odd.json")


def more() -> list[str]:
    """The texts of the folder that bin/soak was given; none without one."""
    if MORE_TEXTS is None:
        return []
    return list(dict.fromkeys(text for file in sorted(MORE_TEXTS.glob("*.json")) for text in _texts(file)))


def everything() -> list[str]:
    """All of them, each once."""
    return list(dict.fromkeys((*markup(), *odd(), *more())))


def _texts(file: Path) -> list[str]:
    texts = json.loads(file.read_text())
    assert isinstance(texts, list), f"{file} is no JSON list"
    return [text for text in texts if isinstance(text, str)]


def can_be_sent(text: str) -> bool:
    """Whether HTTP can carry it as UTF-8 at all."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def made_of(page: str) -> Made:
    """What a page is made of, read quickly."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.made


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.made: Made = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.made.update({(tag, ""), *((tag, name) for name, _ in attrs)})

    handle_startendtag = handle_starttag


def faults(page: str, typed: str, *, usual: Made, closely: bool = False) -> list[str]:
    """What somebody's text has made of a page that a harmless one would not have.

    `usual` is what such pages are made of. With `closely` the page is read as a browser reads it.
    """
    found = []
    if LOOKS_LIKE_MARKUP.search(typed) and typed.strip() in page:
        found.append("the text stands there as it was typed")
    found += [f"<{tag} {name}>" for tag, name in sorted(made_of(page) - usual - IN_PROSE)]
    return found + (list(_looked_at_closely(page, usual)) if closely else [])


def _looked_at_closely(page: str, usual: Made) -> Iterator[str]:
    for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2].lower()
        for name, value in element.attrib.items():
            name = (name if isinstance(name, str) else name[1]).rpartition("}")[2].lower()
            if (tag, name) not in usual | IN_PROSE:
                yield f"<{tag} {name}={value!r}>"
            if name in ADDRESSES and not HERE_OR_THE_WEB.match(value):
                yield f"<{tag} {name}={value!r}>"
            if tag == "script" and name == "src" and not value.startswith("/static/"):
                yield f"a script from {value!r}"
        if (
            tag == "script"
            and (element.text or "").strip()
            and element.get("type") not in {"application/json", "importmap"}
        ):
            yield "a script within the page"
