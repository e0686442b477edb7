"""The Markdown of this playbook: what Python-Markdown is taught beyond its own, and what it is forbidden."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor
from markdown.extensions import Extension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import HTML_PLACEHOLDER_RE
from slugify import slugify

from playbook.markdown.fences import Fences
from playbook.markdown.links import SLUG, address_of, entry_named_by
from playbook.markdown.lists import Lists

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LONGEST_ID = 60


class Dialect(Extension):
    """No raw HTML; fenced code and lists as CommonMark has them; `[[slug]]` and `[[slug|words]]`;
    `~~struck~~`; tables aligned by class; headings below the page's own."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name Python-Markdown calls
        md.preprocessors.deregister("html_block")
        md.preprocessors.register(Fences(md), "fences", 25)
        md.preprocessors.register(Lists(md), "lists", 24)
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.register(EntryLink(EntryLink.PATTERN, md), "entry_link", 185)
        if md.delimiters is not None:
            md.delimiters.add("~", "del", smart=False, double=True)
        md.parser.blockprocessors.register(Tables(md.parser, {"use_align_attribute": False}), "table", 75)
        md.parser.blockprocessors.register(HashHeadings(md.parser), "hashheader", 70)
        # Behind the step that puts escaped characters back, the last of Python-Markdown's own.
        md.treeprocessors.register(Links(md), "links", -1)
        md.treeprocessors.register(Headings(md), "headings", -2)


class HashHeadings(HashHeaderProcessor):
    """`# Heading`, with a space: `#1 reason` is no heading, and `# C#` ends in a sharp."""

    RE = re.compile(
        r"(?:^|\n)(?P<level>#{1,6})(?=[ \n]|$)(?P<header>(?:\\.|[^\\\n])*?)(?:[ ]+#+)?[ ]*(?:\n|$)"
    )


class EntryLink(InlineProcessor):
    """`[[slug]]`, or `[[slug|words]]` with other words to show; not in code, nor behind a backslash."""

    PATTERN = rf"(?<![\\!])\[\[[ ]*({SLUG})[ ]*(?:\\?\|([^\[\]\n]{{1,300}}))?\]\]"

    def handleMatch(  # type: ignore[override]  # noqa: N802 - an inline processor gets the text too
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        link = Element("a", {"href": address_of(m[1])})
        link.text = (m[2] or "").strip() or m[1]
        return link, m.start(0), m.end(0)


class Tables(TableProcessor):
    """Tables whose cells are aligned by class, and whose `[[slug|words]]` are not cut at the bar."""

    _CODE_OR_LINK = re.compile(rf"`[^`]*`|(\[\[[ ]*{SLUG}[ ]*)\|(?=[^\[\]\n|]{{1,300}}\]\])")

    def _split(self, row: str) -> list[str]:
        return super()._split(  # type: ignore[misc]  # the stubs leave it out
            self._CODE_OR_LINK.sub(lambda m: f"{m[1]}\\|" if m[1] else m[0], row)
        )

    def _build_row(self, row: str, parent: Element, align: list[str | None]) -> None:
        super()._build_row(row, parent, align)  # type: ignore[misc]  # the stubs leave it out
        for cell, side in zip(parent[-1], align, strict=True):
            cell.attrib.pop("style", None)
            if side:
                cell.set("class", f"align-{side}")


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


def _walk(root: Element) -> Iterator[tuple[Element, bool]]:
    """Every element below the root, and whether it stands within a link; deep trees do not recurse."""
    waiting = [(child, False) for child in reversed(root)]
    while waiting:
        element, within_link = waiting.pop()
        yield element, within_link
        inside = within_link or element.tag == "a"
        waiting.extend((child, inside) for child in reversed(element))
