"""A front matter cut into the lines of each top-level key, and of each comment between them."""

import re

from playbook.document.reading import read
from playbook.document.refusals import Refused

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)")


def sections(front: str) -> dict[str, str]:
    """The lines of each key by its name, those of each comment by a NUL and what it says.

    A comment that starts a line is on its own; blank lines and indented comments belong to what
    stands above them. Joined, the sections are the front matter.

    Raises:
        Refused: the front matter cannot be read, or its keys do not each start a line.
    """
    root = read(front)
    found: dict[str, str] = {}
    done = 0
    name = "\0"
    for entry in root.entries:
        start = max(front.rfind("\n", 0, entry.start), front.rfind("\r", 0, entry.start)) + 1
        if root.flow or entry.merged or start < done or front[start : entry.start].strip(" "):
            raise Refused("the keys do not each start a line", entry.start)
        _between(front[done:start], name, found)
        name = entry.name
        last = _LINE.match(front, entry.end)
        done = last.end() if last else len(front)
        found[name] = front[start:done]
    _between(front[done:], name, found)
    return found


def _between(lines: str, name: str, found: dict[str, str]) -> None:
    """Add what stands below the section `name` to it, and each comment as a section of its own."""
    above = ""
    for line in _LINE.findall(lines):
        if line.startswith("#") and not above.startswith("#"):
            name = "\0" + line
            while name in found:
                name += line
        found[name] = found.get(name, "") + line
        above = line
