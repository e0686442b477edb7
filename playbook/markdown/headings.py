"""Headings of a body: one level below the page's own where need be, each with an id."""

import re
from xml.etree.ElementTree import Element

from markdown.blockprocessors import HashHeaderProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE
from slugify import slugify

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LONGEST_ID = 60


class HashHeadings(HashHeaderProcessor):
    """`# Heading`, with a space: `#1 reason` is no heading, and `# C#` ends in a sharp."""

    RE = re.compile(
        r"(?:^|\n)(?P<level>#{1,6})(?=[ \n]|$)(?P<header>(?:\\.|[^\\\n])*?)(?:[ ]+#+)?[ ]*(?:\n|$)"
    )


class Headings(Treeprocessor):
    """The page has the only h1, so a body that uses one has all its headings a level lower. Each gets an id."""

    def run(self, root: Element) -> None:
        headings = [element for element in root.iter() if element.tag in _HEADINGS]
        shift = 1 if any(heading.tag == "h1" for heading in headings) else 0
        seen: dict[str, int] = {}
        for heading in headings:
            heading.tag = _HEADINGS[min(_HEADINGS.index(heading.tag) + shift, 5)]
            words = HTML_PLACEHOLDER_RE.sub(" ", "".join(heading.itertext()))
            heading.set("id", _fresh(slugify(words, max_length=_LONGEST_ID) or "section", seen))


def _fresh(name: str, seen: dict[str, int]) -> str:
    """The name, with a number where it is taken; `seen` keeps the numbers, so that many equal ones cost little."""
    if name not in seen:
        seen[name] = 1
        return name
    while f"{name}-{seen[name] + 1}" in seen:
        seen[name] += 1
    seen[name] += 1
    numbered = f"{name}-{seen[name]}"
    seen[numbered] = 1
    return numbered
