"""One body → safe HTML, in this process. Only the child calls it: there are texts it takes minutes over."""

from dataclasses import dataclass

from markdown import Markdown
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension

from playbook.markdown.cleaning import clean
from playbook.markdown.dialect import Dialect
from playbook.markdown.words import read

# Kept with every stored HTML. Raise it when the HTML of any body would come out different.
RENDERER = 1
# Characters of HTML; a body with a few references used thousands of times could ask for gigabytes.
LARGEST_HTML = 4_000_000


@dataclass(frozen=True)
class Rendered:
    """A body laid out.

    `html` is safe to put on a page as it is; `plain` its words, a line for each block; `links` the
    slugs of the entries it links to, in order, each once; `title` the words of its first heading.
    """

    html: str
    plain: str
    links: tuple[str, ...]
    title: str = ""


class TooLarge(Exception):
    """The HTML would be out of all proportion to its text."""


def rendered(body: str) -> Rendered:
    """Lay out a body.

    Raises:
        TooLarge: the HTML is longer than LARGEST_HTML.
        RecursionError: lists or quotes are nested hundreds deep.
    """
    made = markdown_as_html(body)
    if len(made) > LARGEST_HTML:
        raise TooLarge
    html = clean(made)
    words = read(html)
    return Rendered(html=html, plain=words.plain, links=words.links, title=words.title)


def markdown_as_html(body: str) -> str:
    """The HTML of a body before it is cleaned; not for any page.

    Raises:
        RecursionError: lists or quotes are nested hundreds deep.
    """
    made: str = _markdown().convert(body)
    return made


def _markdown() -> Markdown:
    """A converter that has seen no other text: what it remembers of one must not show in the next."""
    return Markdown(
        extensions=[
            TableExtension(),
            SaneListExtension(),
            DefListExtension(),
            FootnoteExtension(),
            Dialect(),
        ],
        output_format="html",
    )
