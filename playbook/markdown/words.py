"""Rendered HTML → plain words, its links and its first heading."""

from html.parser import HTMLParser

from playbook.markdown.links import entry_linked

_BLOCKS = frozenset(
    "p br hr h1 h2 h3 h4 h5 h6 pre blockquote ul ol li dl dt dd table thead tbody tfoot tr caption div"
    " details summary".split()
)
_CELLS = frozenset({"th", "td"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def plain_words(html: str) -> str:
    """The words of rendered HTML: no markup, entities decoded, single spaces, a line for each block.

    For snippets and the index; arrows back from footnotes are left out.
    """
    return read(html).plain


def read(html: str) -> "Words":
    """The words, links and first heading of rendered HTML."""
    words = Words()
    words.feed(html)
    words.close()
    return words


class Words(HTMLParser):
    """Collects from HTML that was cleaned before; what it meets elsewhere is of no interest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._links: dict[str, None] = {}
        self._hidden = False
        self._heading_from: int | None = None
        self.title = ""

    @property
    def plain(self) -> str:
        return _lines(self._pieces)

    @property
    def links(self) -> tuple[str, ...]:
        """Slugs of the entries linked to, in the order they are first named."""
        return tuple(self._links)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in _BLOCKS:
            self._pieces.append("\n")
        if tag in _HEADINGS and not self.title:
            self._heading_from = len(self._pieces)
        if tag == "img":
            self._pieces.append(" ".join((attributes.get("alt") or "").split()))
        if tag == "a":
            self._hidden = attributes.get("class") == "footnote-backref"
            slug = entry_linked(attributes.get("href") or "")
            if slug:
                self._links.setdefault(slug)

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS and self._heading_from is not None and not self.title:
            self.title = " ".join("".join(self._pieces[self._heading_from :]).split())
        if tag in _BLOCKS:
            self._pieces.append("\n")
        elif tag in _CELLS:
            self._pieces.append(" ")
        elif tag == "a":
            self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(data.replace("\n", " "))


def _lines(pieces: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
