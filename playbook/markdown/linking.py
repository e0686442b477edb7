"""Links and pictures of a body: to entries by their slug or file, to our own files, to other sites."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from playbook.markdown.links import SLUG, address_of, entry_named_by


class EntryLink(InlineProcessor):
    """`[[slug]]`, or `[[slug|words]]` with other words to show; not in code, nor behind a backslash."""

    PATTERN = rf"(?<![\\!])\[\[[ ]*({SLUG})[ ]*(?:\\?\|([^\[\]\n]{{1,300}}))?\]\]"

    def handleMatch(  # type: ignore[override]  # noqa: N802 - an inline processor gets the text too
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        link = Element("a", {"href": address_of(m[1])})
        link.text = (m[2] or "").strip() or m[1]
        return link, m.start(0), m.end(0)


class Links(Treeprocessor):
    """Links to Markdown files lead to their entries; pictures from elsewhere become links, or their words."""

    def run(self, root: Element) -> None:
        for element, within_link in _walk(root):
            if element.tag == "a":
                address = element.get("href", "")
                element.set("href", entry_named_by(address) or address)
            elif element.tag == "img" and not element.get("src", "").startswith("/files/"):
                self._as_words(element, within_link=within_link)

    def _as_words(self, picture: Element, *, within_link: bool) -> None:
        source, words = picture.get("src", ""), picture.get("alt", "")
        picture.attrib.clear()
        picture.tag = "span"
        if source.lower().startswith(("http://", "https://")):
            words = words or source
            if not within_link:
                picture.tag = "a"
                picture.set("href", source)
        picture.text = words


def _walk(root: Element) -> Iterator[tuple[Element, bool]]:
    """Every element below the root, and whether it stands within a link; deep trees do not recurse."""
    waiting = [(child, False) for child in reversed(root)]
    while waiting:
        element, within_link = waiting.pop()
        yield element, within_link
        inside = within_link or element.tag == "a"
        waiting.extend((child, inside) for child in reversed(element))
