"""A front matter cut into the lines of each top-level key."""

import re

from playbook.document.nodes import MappingNode
from playbook.document.reading import read
from playbook.document.refusals import Refused

_COMMENTS_ABOVE = re.compile(r"(?:^#[^\r\n]*(?:\r\n|\n|\r))+\Z", re.MULTILINE)


def sections(front: str) -> dict[str, str]:
    """The lines of each key, with the comments right above it; joined they are the front matter.

    What stands above the first key, if anything, is under the empty name.

    Raises:
        Refused: the front matter cannot be read, or its keys do not each start a line.
    """
    starts = _starts(front, read(front))
    if not starts:
        return {"": front} if front else {}
    found = {"": front[: starts[0][0]]} if starts[0][0] else {}
    ends = [start for start, _ in starts[1:]] + [len(front)]
    for (start, name), end in zip(starts, ends, strict=True):
        found[name] = found.get(name, "") + front[start:end]
    return found


def _starts(front: str, root: MappingNode) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    above = 0
    for entry in root.entries:
        start = max(front.rfind("\n", 0, entry.start), front.rfind("\r", 0, entry.start)) + 1
        if root.flow or entry.merged or start < above or front[start : entry.start].strip(" "):
            raise Refused("the keys do not each start a line", entry.start)
        comments = _COMMENTS_ABOVE.search(front[above:start])
        found.append((above + comments.start() if comments else start, entry.name))
        above = entry.end
    return found
