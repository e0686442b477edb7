"""Two people changed one document: both changes in one text, or the places where they disagree."""

import re
from dataclasses import dataclass

from diff_match_patch import diff_match_patch
from merge3 import Merge3

from playbook.document.document import Document
from playbook.document.nodes import plain
from playbook.document.parts import Parts, split
from playbook.document.reading import read
from playbook.document.refusals import Refused
from playbook.document.sections import sections
from playbook.document.threefold import in_order
from playbook.document.values import same
from playbook.errors import Invalid

# Seconds after which two texts of very many lines are matched more coarsely.
_TIME_CAP = 0.5

LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Merge:
    """Both changes in one text. Where they disagree it is not `clean`, and both wordings stand
    in the text between lines of seven `<`, `=` and `>`, marked "yours" and "theirs"."""

    text: str
    clean: bool


def merge(base: Document, mine: Document, theirs: Document) -> Merge:
    """What `mine` and `theirs` both made of `base`.

    The front matter is merged key by key, so two people who change keys that are neighbours do
    not disagree, nor do they where both came to the same value. The body is merged line by line.
    Line ends are those of `mine` where the two differ.
    """
    if base == mine or mine == theirs:
        return Merge(theirs.text, clean=True)
    if base == theirs:
        return Merge(mine.text, clean=True)
    newline = mine.newline
    texts = [base.text, mine.text, theirs.text]
    if theirs.newline != newline or base.newline != newline:
        texts = [LINE_END.sub(newline, text) for text in texts]
    try:
        three = _Three(*(split(text) for text in texts))
        merged = three.by_key(newline)
    except (Invalid, Refused):
        return merge_lines(texts[0], texts[1], texts[2], newline)
    if not merged.clean or _can_be_read(merged.text):
        return merged
    return three.side_by_side(newline)


@dataclass(frozen=True)
class _Three:
    base: Parts
    mine: Parts
    theirs: Parts

    def by_key(self, newline: str) -> Merge:
        if not self.mine.fenced == self.theirs.fenced == self.base.fenced:
            raise Refused("only some of the versions have front matter", 0)
        return self._with_front(self._front(newline), newline)

    def side_by_side(self, newline: str) -> Merge:
        """Both front matters whole: they merge by key, but what comes out cannot be read."""
        conflict = _conflict(self.mine.front, self.theirs.front, newline)
        return self._with_front(Merge(conflict, clean=False), newline)

    def _with_front(self, front: Merge, newline: str) -> Merge:
        body = merge_lines(self.base.body, self.mine.body, self.theirs.body, newline)
        fences = [
            theirs if mine == base else mine
            for base, mine, theirs in (
                (self.base.opening, self.mine.opening, self.theirs.opening),
                (self.base.closing, self.mine.closing, self.theirs.closing),
            )
        ]
        if fences[1] and body.text and not fences[1].endswith(("\n", "\r")):
            fences[1] += newline
        return Merge(fences[0] + front.text + fences[1] + body.text, front.clean and body.clean)

    def _front(self, newline: str) -> Merge:
        base, mine, theirs = (sections(parts.front) for parts in (self.base, self.mine, self.theirs))
        roots = read(self.mine.front).pairs(), read(self.theirs.front).pairs()
        pieces: list[Merge] = []
        for name in in_order(list(mine), list(theirs)):
            ours, others = mine.get(name, ""), theirs.get(name, "")
            values = [root[name] for root in roots if name in root]
            if len(values) == 2 and same(plain(values[0]), plain(values[1])):
                pieces.append(Merge(others if ours == base.get(name) else ours, clean=True))
            else:
                pieces.append(merge_lines(base.get(name, ""), ours, others, newline))
        return Merge("".join(piece.text for piece in pieces), all(piece.clean for piece in pieces))


def merge_lines(base: str, mine: str, theirs: str, newline: str) -> Merge:
    """Both changes in one text, line by line; `newline` ends the lines between two wordings."""
    if mine in (base, theirs):
        return Merge(theirs, clean=True)
    if theirs == base:
        return Merge(mine, clean=True)
    three = Merge3(LINE.findall(base), LINE.findall(mine), LINE.findall(theirs), sequence_matcher=LineMatcher)
    pieces: list[str] = []
    clean = True
    for region in three.reprocess_merge_regions(three.merge_regions()):
        if region[0] == "conflict":
            clean = False
            ours, others = three.a[region[3] : region[4]], three.b[region[5] : region[6]]
            pieces.append(_conflict("".join(ours), "".join(others), newline))
        else:
            lines = {"unchanged": three.base, "b": three.b}.get(region[0], three.a)
            pieces.append("".join(lines[region[1] : region[2]]))
    return Merge("".join(pieces), clean)


def _conflict(mine: str, theirs: str, newline: str) -> str:
    pieces = [f"<<<<<<< yours{newline}", mine, f"======={newline}", theirs, f">>>>>>> theirs{newline}"]
    return "".join(
        piece if not piece or piece.endswith(("\n", "\r")) else piece + newline for piece in pieces
    )


def _can_be_read(text: str) -> bool:
    try:
        Document.parse(text)
    except Invalid:
        return False
    return True


class LineMatcher:
    """Equal runs of lines in two texts; stands in for difflib's matcher, whose time has no bound."""

    def __init__(self, _: object, a: list[str], b: list[str]) -> None:
        codes: dict[str, str] = {}
        # Numbered from where no surrogates are.
        self.old, self.new = (
            "".join(codes.setdefault(line, chr(0xE000 + len(codes))) for line in lines) for lines in (a, b)
        )

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        differ = diff_match_patch()
        differ.Diff_Timeout = _TIME_CAP
        blocks: list[tuple[int, int, int]] = []
        i = j = 0
        for sign, run in differ.diff_main(self.old, self.new, False):
            if sign == 0:
                blocks.append((i, j, len(run)))
            i += len(run) if sign <= 0 else 0
            j += len(run) if sign >= 0 else 0
        return [*blocks, (len(self.old), len(self.new), 0)]
