"""Two people changed one document, and one of them decides: place by place, what shall stand there."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from merge3 import Merge3

from playbook.document.document import Document
from playbook.document.merging import LINE, LINE_END, LineMatcher, merge_lines
from playbook.document.parts import Parts, split
from playbook.document.refusals import Refused
from playbook.document.sections import sections
from playbook.document.threefold import ABSENT, CLASH, in_order, merge_values, together
from playbook.document.values import same
from playbook.errors import Invalid

Way: TypeAlias = Literal["mine", "theirs", "both", "written"]

_HEADING = re.compile(r"#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$")


@dataclass(frozen=True)
class Choice:
    """What shall stand in a place. `written` is what was typed there: a value of a field (None takes the
    field out), or lines of the body."""

    way: Way
    written: Any = None


@dataclass(frozen=True)
class Place:
    """A place that at least one of the two changed, the same way by nobody else.

    `key` is that of the front matter, None for lines of the body; `under` is the heading above those.
    `before`, `mine` and `theirs` are values of the field, ABSENT where it has none, or lines of the body.
    `merged` is what both changes make of it, CLASH where somebody has to choose. `name` stays the same as
    long as the three do.
    """

    key: str | None
    before: Any
    mine: Any
    theirs: Any
    merged: Any
    under: str = ""
    name: str = ""

    @property
    def is_clash(self) -> bool:
        return self.merged is CLASH

    @property
    def by(self) -> Literal["mine", "theirs", "both"]:
        """Who changed it."""
        if same(self.mine, self.before):
            return "theirs"
        return "mine" if same(self.theirs, self.before) else "both"

    @property
    def together(self) -> Any:
        """Both, one after the other; CLASH where it cannot be both."""
        if self.key is None:
            return _above(self.mine, self.theirs)
        return together(self.mine, self.theirs)

    def value(self, choice: Choice | None) -> Any:
        """What stands here by that choice; without one, what merged by itself.

        Raises:
            KeyError: it is a clash and nothing was chosen, or what was chosen cannot be.
        """
        if choice is None:
            found = self.merged
        elif choice.way == "written":
            found = ABSENT if choice.written is None else choice.written
        else:
            found = {"mine": self.mine, "theirs": self.theirs, "both": self.together}[choice.way]
        if found is CLASH:
            raise KeyError(self.name)
        return found


@dataclass(frozen=True)
class Settlement:
    """What is agreed already, and the places where it is not, in the order of the document."""

    base: Document
    mine: Document
    theirs: Document
    front: tuple[tuple[str, str, Place | None], ...]  # (key, its lines as they stand, the place if it is one)
    body: tuple[str | Place, ...]
    newline: str

    @property
    def places(self) -> list[Place]:
        return [place for _, _, place in self.front if place] + [
            piece for piece in self.body if isinstance(piece, Place)
        ]

    @property
    def clashes(self) -> list[Place]:
        """The places where somebody has to choose."""
        return [place for place in self.places if place.is_clash]

    def settle(self, choices: Mapping[str, Choice]) -> Document:
        """The document in which every place holds what was chosen for it, by the name of the place.

        Raises:
            KeyError: nothing, or nothing that can be, was chosen for a clash.
            Invalid: what was written cannot stand in front matter.
        """
        if self.mine == self.theirs:
            return self.mine
        if not choices and self.base in (self.mine, self.theirs):
            return self.theirs if self.base == self.mine else self.mine
        set_to: dict[str, Any] = {}
        gone: list[str] = []
        for key, _, place in self.front:
            if place is None:
                continue
            value = place.value(choices.get(place.name))
            if value is ABSENT:
                gone.append(key)
            else:
                set_to[key] = value
        body = ""
        for piece in self.body:
            body = _above(body, self._lines(piece, choices), newline=self.newline)
        return self._with(set_to, gone, body)

    def _lines(self, piece: str | Place, choices: Mapping[str, Choice]) -> str:
        if isinstance(piece, str):
            return piece
        choice = choices.get(piece.name)
        lines = str(piece.value(choice))
        is_typed = choice is not None and choice.way == "written"
        return LINE_END.sub(self.newline, lines) if is_typed else lines

    def _with(self, set_to: dict[str, Any], gone: list[str], body: str) -> Document:
        wanted = {name: value for name, value in self.theirs.fields.items() if name not in gone} | set_to
        document = self._as_written(set_to, gone, body)
        if document is not None and _hold_the_same(document.fields, wanted):
            return document
        return self.theirs.with_changes(set_to, body, gone)

    def _as_written(self, set_to: dict[str, Any], gone: list[str], body: str) -> Document | None:
        """The document from the lines that the two wrote, comments and spelling included."""
        parts = split(self.theirs.text)
        front = "".join(lines for _, lines, _ in self.front)
        try:
            begun = Document.parse(Parts(parts.opening, front, parts.closing, "").text)
            return begun.with_changes(set_to, body, [name for name in gone if name in begun.fields])
        except Invalid:
            return None


def settlement(base: Document, mine: Document, theirs: Document) -> Settlement:
    """What `mine` and `theirs` made of `base`: what fits together, and what clashes.

    Fields are compared by what they say, so that nothing chosen can break the front matter; the body by its
    lines. Line ends are those of `mine`.

    Raises:
        Invalid: a front matter cannot be read.
    """
    newline = mine.newline
    three = [_in_lines_of(document, newline) for document in (base, mine, theirs)]
    return Settlement(
        base=three[0],
        mine=three[1],
        theirs=three[2],
        front=tuple(_front(*three)),
        body=tuple(_named(_body(*(document.body for document in three)))),
        newline=newline,
    )


def _front(base: Document, mine: Document, theirs: Document) -> Iterator[tuple[str, str, Place | None]]:
    fields = [document.fields for document in (base, mine, theirs)]
    try:
        lines = [sections(split(document.text).front) for document in (base, mine, theirs)]
    except Refused:
        lines = [dict.fromkeys(found, "") for found in fields]
    for key in in_order(list(lines[1]), list(lines[2])):
        ours = [found.get(key, "") for found in lines]
        if key.startswith("\0") or not any(key in found for found in fields):  # a comment
            yield key, _comment(*ours), None
            continue
        before, me, them = (found.get(key, ABSENT) for found in fields)
        if same(me, them) and me is not ABSENT:
            yield key, ours[2] if ours[1] == ours[0] else ours[1], None
            continue
        merged = merge_values(before, me, them)
        place = Place(key, before, me, them, merged, name=_digest(key, before, me, them))
        yield key, _spelt(place, *ours), place


def _spelt(place: Place, base: str, mine: str, theirs: str) -> str:
    """The lines to begin from: those of whoever changed it, or of both where they merge."""
    if place.by == "mine":
        return mine or theirs
    if place.by == "theirs":
        return theirs or mine
    merged = merge_lines(base, mine, theirs, "\n")
    return merged.text if merged.clean and not place.is_clash else theirs or mine


def _comment(base: str, mine: str, theirs: str) -> str:
    if mine == base:
        return theirs
    return mine if theirs in (base, mine) else mine + theirs


def _body(base: str, mine: str, theirs: str) -> Iterator[str | Place]:
    texts = [LINE.findall(text) for text in (base, mine, theirs)]
    three = Merge3(texts[0], texts[1], texts[2], sequence_matcher=LineMatcher)
    regions = list(three.merge_regions())
    starts = [region[1] for region in regions if region[0] == "unchanged"]
    done, under = 0, ""
    for region in regions:
        if region[0] == "unchanged":
            lines = texts[0][region[1] : region[2]]
            starts.pop(0)
            yield "".join(lines)
            done = region[2]
            under = next((found.group(1) for line in reversed(lines) if (found := _heading(line))), under)
            continue
        before = "".join(texts[0][done : starts[0] if starts else len(texts[0])])
        if region[0] == "conflict":
            me, them = "".join(texts[1][region[3] : region[4]]), "".join(texts[2][region[5] : region[6]])
            yield Place(None, before, me, them, CLASH, under)
        elif region[0] == "same":
            yield "".join(texts[1][region[1] : region[2]])
        elif region[0] == "a":
            me = "".join(texts[1][region[1] : region[2]])
            yield Place(None, before, me, before, me, under)
        else:
            them = "".join(texts[2][region[1] : region[2]])
            yield Place(None, before, before, them, them, under)


def _heading(line: str) -> re.Match[str] | None:
    return _HEADING.match(line.rstrip("\r\n"))


def _named(pieces: Iterator[str | Place]) -> Iterator[str | Place]:
    seen: dict[str, int] = {}
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
            continue
        digest = _digest(piece.before, piece.mine, piece.theirs)
        seen[digest] = seen.get(digest, 0) + 1
        yield Place(
            None,
            piece.before,
            piece.mine,
            piece.theirs,
            piece.merged,
            piece.under,
            f"{digest}-{seen[digest]}",
        )


def _digest(*values: Any) -> str:
    return hashlib.sha256(repr(values).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _above(one: str, other: str, *, newline: str = "\n") -> str:
    """One text above another, each beginning on a line of its own."""
    if one and other and not one.endswith(("\n", "\r")):
        found = LINE_END.search(one + other)
        one += found.group() if found else newline
    return one + other


def _in_lines_of(document: Document, newline: str) -> Document:
    return document if document.newline == newline else Document(LINE_END.sub(newline, document.text))


def _hold_the_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
