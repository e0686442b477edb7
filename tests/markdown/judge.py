"""A second opinion on rendered HTML: html5lib reads it as a browser would, and nothing unexpected may be in it."""

import re

import html5lib

_BARE = (
    "p br hr strong em b i del s ins mark sub code pre kbd samp blockquote ul dl dt dd table thead tbody tfoot"
    " tr caption span abbr cite q small details summary"
).split()
ALLOWED: dict[str, set[str]] = {
    "a": {"href", "title", "rel", "class"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "th": {"scope", "class"},
    "td": {"scope", "class"},
    "div": {"class"},
    "li": {"id"},
    "sup": {"id"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    **{tag: set() for tag in _BARE},
}
CLASSES = {"align-left", "align-center", "align-right", "footnote", "footnote-ref", "footnote-backref"}
_ELSEWHERE = re.compile(r"(?:https?://|mailto:)[^\x00-\x20]", re.IGNORECASE)
_HERE = re.compile(r"(?:#u-|\?|/(?![/\\])|(?![a-z][a-z0-9+.-]*:)[^/\\#?:])[^\\\x00-\x20]*", re.IGNORECASE)


def faults(html: str) -> list[str]:
    """Everything in the HTML that must not be there."""
    return [fault for element in elements(html) for fault in _faults(*element)]


def elements(html: str) -> list[tuple[str, dict[str, str]]]:
    """Every element with its attributes, as html5lib reads them; a comment has the name "comment"."""
    fragment = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    return [
        (node.tag if isinstance(node.tag, str) else "comment", dict(node.attrib))
        for node in fragment.iter()
        if node is not fragment
    ]


def _faults(tag: str, attributes: dict[str, str]) -> list[str]:
    found = [] if tag in ALLOWED else [f"<{tag}>"]
    for name, value in attributes.items():
        allowed = {
            "href": lambda value: bool(_ELSEWHERE.match(value) or _HERE.fullmatch(value)),
            "src": lambda value: value.startswith("/files/") and ".." not in value,
            "id": lambda value: value.startswith("u-"),
            "class": lambda value: set(value.split()) <= CLASSES,
            "rel": lambda value: value == "noopener noreferrer nofollow",
        }.get(name)
        if name not in ALLOWED.get(tag, set()) or (allowed and not allowed(value)):
            found.append(f"<{tag} {name}={value!r}>")
    return found
