"""Changing some keys of a front matter and leaving every other character where it is."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from playbook.document.layout import lay_out
from playbook.document.nodes import Entry, MappingNode, plain
from playbook.document.reading import read
from playbook.document.refusals import Refused
from playbook.document.spelling import key
from playbook.document.values import same

_BREAK = r"(?:\r\n|\n|\r)"
_REST_OF_LINE = re.compile(rf".*?(?:{_BREAK}|\Z)", re.DOTALL)
_COMMENT = re.compile(r"([ \t]*)(#[^\r\n]*)")
_BLOCK_HEADER = re.compile(r"[ \t]*[|>][-+0-9]*(?=[ \t\r\n])")


def write(fields: Mapping[str, Any], newline: str = "\n") -> str:
    """A front matter from nothing, in the house style."""
    return "".join(_written(key(name), value, None, newline) for name, value in fields.items())


def edit(front: str, changes: Mapping[str, Any], remove: Collection[str], newline: str) -> str:
    """The front matter with some keys set and others gone; keys that hold the value already are left alone.

    Only the lines of those keys are written anew, with a comment that stood behind the key.
    Where lines cannot be taken apart (a mapping in braces, `<<` at the top), all is written anew.

    Raises:
        Refused: the front matter cannot be read, before or after.
    """
    root = read(front)
    fields: dict[str, Any] = plain(root)
    wanted = {name: value for name, value in {**fields, **changes}.items() if name not in remove}
    changed = {name for name in fields if name not in wanted or not same(fields[name], wanted[name])}
    if same(fields, wanted):
        return front
    for greedy in (False, True):
        edited = _lines_edited(front, root, wanted, changed, newline, greedy=greedy)
        if edited is not None and _holds(edited, wanted):
            return edited
    return write(wanted, newline)


def _holds(front: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return same(plain(read(front)), wanted)
    except Refused:
        return False


def _lines_edited(
    front: str,
    root: MappingNode,
    wanted: Mapping[str, Any],
    changed: set[str],
    newline: str,
    *,
    greedy: bool,
) -> str | None:
    """The front matter with the lines of `changed` written anew, or None where lines cannot be taken apart.

    A `greedy` edit takes the indented comments and blanks below a value with it, for a block of text
    that is written there, or stands above, would make them its own.
    """
    if root.flow or any(entry.merged for entry in root.entries):
        return None
    if any(entry.anchored and entry.name in changed for entry in root.entries):
        # What these lines name will be gone, so those that use it have to spell it out.
        changed = changed | {entry.name for entry in root.entries if entry.aliased}
    indent = ""
    pieces: list[str] = []
    done = 0
    for entry in root.entries:
        start = _start_of_line(front, entry.start)
        indent = front[start : entry.start]
        if indent.strip(" ") or start < done:
            return None
        if entry.name not in changed:
            continue
        pieces.append(front[done:start])
        done = _end_of_lines(front, entry.end, len(indent) if greedy else None)
        if entry.name in wanted:
            pieces.append(_rewritten(front, entry, indent, wanted[entry.name], newline))
    pieces.append(front[done:])
    known = {entry.name for entry in root.entries}
    pieces += [
        _written(indent + key(name), wanted[name], None, newline) for name in wanted if name not in known
    ]
    return "".join(pieces)


def _start_of_line(front: str, place: int) -> int:
    return max(front.rfind("\n", 0, place), front.rfind("\r", 0, place)) + 1


def _end_of_line(front: str, place: int) -> int:
    line = _REST_OF_LINE.match(front, place)
    return line.end() if line else len(front)


def _end_of_lines(front: str, end: int, indent: int | None) -> int:
    """Behind the line that holds `end`; with `indent`, behind blanks and deeper comments below it too."""
    place = _end_of_line(front, end)
    below = re.compile(rf"(?:[ \t]*| {{{(indent or 0) + 1},}}#[^\r\n]*){_BREAK}")
    while indent is not None and (match := below.match(front, place)):
        place = match.end()
    return place


def _rewritten(front: str, entry: Entry, indent: str, value: Any, newline: str) -> str:
    return _written(indent + entry.written, value, entry, newline, comment=_comment_behind(front, entry))


def _comment_behind(front: str, entry: Entry) -> tuple[str, int]:
    """The comment on the key's own line, and the column it stands in."""
    if entry.value_start < entry.end < _end_of_line(front, entry.value_start):
        place = entry.end
    else:
        colon = front.find(":", entry.value_start)
        header = _BLOCK_HEADER.match(front, colon + 1)
        place = header.end() if header else colon + 1
    comment = _COMMENT.match(front, place)
    if comment is None or not comment.group(1):
        return "", 0
    return comment.group(2), comment.start(2) - _start_of_line(front, place)


def _written(
    name: str, value: Any, old: Entry | None, newline: str, comment: tuple[str, int] = ("", 0)
) -> str:
    head, below = lay_out(value, old.value if old else None)
    first = f"{name}: {head}".rstrip(" ")
    words, column = comment
    if words:
        first = first.ljust(max(column, len(first) + 1)) + words
    indent = name[: len(name) - len(name.lstrip(" "))]
    lines = [first, *(indent + line if line else line for line in below)]
    return "".join(line + newline for line in lines)
