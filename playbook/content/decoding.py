"""The bytes of a file → its text, exactly: line ends and byte order mark included."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playbook.errors import Invalid, Problem

# A character of more than one byte, as UTF-8 writes it.
_WIDE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le", "UTF-32"),  # before UTF-16, whose mark it begins with
    (b"\x00\x00\xfe\xff", "utf-32-be", "UTF-32"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)


@dataclass(frozen=True)
class Decoded:
    """A text, and the name of its encoding where that was not UTF-8."""

    text: str
    encoding: str = ""


def decode(data: bytes) -> Decoded:
    """The text that these bytes are in UTF-8; or in UTF-16 if they say so; or else in Windows-1252.

    A file that is UTF-8 in most places is taken for a damaged one: read as Windows-1252, every
    character that is right would come out wrong.

    Raises:
        Invalid: they are no text in any of these; the line of the first byte at fault is told.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data[len(mark) :].decode(codec), name)
            except UnicodeDecodeError as error:
                raise _refused(f"This says that it is {name}, but is not", line=1) from error
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if _NO_TEXT.search(data):
            raise _refused("This is no text", line=line) from error
        right = len(_WIDE.findall(data))
        if right > len(_HIGH.findall(_WIDE.sub(b"", data))):
            raise _refused("A byte here is not UTF-8, as the rest of the file is", line=line) from error
    try:
        return Decoded(data.decode("cp1252"), "Windows-1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused("This is neither UTF-8 nor Windows-1252", line=line) from error


def _refused(why: str, *, line: int) -> Invalid:
    return Invalid([Problem("text", f"{why}.", line)])
