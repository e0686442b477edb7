"""Comments as they are read: paragraphs of plain words, the people, entries and addresses in them as links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from playbook.document.anchoring import Passage
from playbook.markdown.links import SLUG, address_of
from playbook.talking.saying import HANDLE

FEW_WORDS = 4  # by which the beginning and the end of a long passage are told

_PIECE = re.compile(
    rf"\[\[(?P<slug>{SLUG})(?:\|(?P<called>[^\[\]\n|]{{1,200}}))?\]\]"
    r"|(?P<address>https?://[^\s<>\"'\[\]{}|\\^`]{3,500})"
    rf"|(?P<named>{HANDLE.pattern})",
    re.IGNORECASE,
)
_AFTER_AN_ADDRESS = ".,;:!?)"


@dataclass(frozen=True)
class Piece:
    """A run of words. `href` is where it leads, if anywhere; `is_name` marks somebody who was named."""

    text: str
    href: str = ""
    is_name: bool = False

    @property
    def leaves(self) -> bool:
        """Whether it leads to another site."""
        return self.href.startswith("http")


def remark(words: str, names: Mapping[str, str]) -> list[list[Piece]]:
    """The paragraphs of a comment. `names` are the people it names, by handle; other handles stay words."""
    return [list(_pieces(paragraph, names)) for paragraph in words.split("\n\n") if paragraph.strip()]


def _pieces(paragraph: str, names: Mapping[str, str]) -> Iterator[Piece]:
    begins = 0
    for match in _PIECE.finditer(paragraph):
        piece, end = _piece(match, names), match.end()
        if piece is None:
            continue
        if piece.leaves:
            end = match.start() + len(piece.text)
        if match.start() > begins:
            yield Piece(paragraph[begins : match.start()])
        yield piece
        begins = end
    if begins < len(paragraph):
        yield Piece(paragraph[begins:])


def _piece(match: re.Match[str], names: Mapping[str, str]) -> Piece | None:
    if match["slug"]:
        return Piece(match["called"] or match["slug"], href=address_of(match["slug"]))
    if match["address"]:
        address = match["address"].rstrip(_AFTER_AN_ADDRESS)
        return Piece(address, href=address)
    name = names.get(match["named"].removeprefix("@").lower())
    return Piece(name, is_name=True) if name else None


def to_passage(passage: Passage) -> str:
    """The address of a passage on the page that shows it, for browsers that find words by their address."""
    words = passage.quote.split()
    if len(words) <= 2 * FEW_WORDS and "\n" not in passage.quote:
        return f"#:~:text={_escaped(passage.quote)}"
    half = min(FEW_WORDS, len(words) // 2) or 1
    return f"#:~:text={_escaped(' '.join(words[:half]))},{_escaped(' '.join(words[-half:]))}"


def _escaped(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D")
