"""One value as YAML text. Whatever the text, reading it back gives the same text."""

import re

from playbook.document.scalars import Scalar, reads_as_text

# Columns a folded text is wrapped at, its indentation of two not counted.
WIDTH = 78

_WORD = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*|[A-Z]{1,3}[0-9]{1,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_BARE = re.compile(r"[^\W_](?:.*[^\s:])?")
_UNPRINTABLE = "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_NOT_ON_A_LINE = re.compile(_UNPRINTABLE)
_TO_ESCAPE = re.compile(rf'["\\]|{_UNPRINTABLE}')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_FOLD = re.compile(r"(?<=[^ \t]) (?=[^ \t])")


def word_like(text: str) -> bool:
    """Whether this is a slug, a code or a date, which the playbook writes without quotes."""
    return _WORD.fullmatch(text) is not None and reads_as_text(text)


def key(name: str) -> str:
    """A key as it stands before its colon. Keys are text whatever they look like, so `0` needs no quotes."""
    return name if _KEY.fullmatch(name) else quoted(name)


def constant(value: Scalar) -> str:
    """A number, true, false or null."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def quoted(text: str) -> str:
    """In double quotes, on one line; takes any text."""
    return '"' + _TO_ESCAPE.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}"


def bare(text: str, *, within_brackets: bool) -> str | None:
    """Without quotes, or None where YAML would read it as something else."""
    forbidden = re.search(r"[,\[\]{}]", text) if within_brackets else None
    if forbidden or not _BARE.fullmatch(text) or _NOT_ON_A_LINE.search(text):
        return None
    return text if ": " not in text and " #" not in text and reads_as_text(text) else None


def single_quoted(text: str) -> str | None:
    """In single quotes, or None where the text needs escapes."""
    return None if _NOT_ON_A_LINE.search(text) else "'" + text.replace("'", "''") + "'"


def literal(text: str) -> tuple[str, list[str]] | None:
    """As a `|` block, header and unindented lines, or None where a block cannot hold it."""
    lines, ending = _lines(text)
    if not lines[0] or not lines[-1] or lines[0][0] in " \t" or any(line.isspace() for line in lines):
        return None
    return (f"|{ending}", lines) if _fit_for_a_block(lines) else None


def folded(text: str) -> tuple[str, list[str]] | None:
    """As a `>` block wrapped at WIDTH, header and unindented lines, or None where a block cannot hold it."""
    lines, ending = _lines(text)
    if (
        not lines[0]
        or not lines[-1]
        or not _fit_for_a_block(lines)
        or any(line != line.strip() for line in lines)
    ):
        return None
    wrapped: list[str] = []
    for number, line in enumerate(lines):
        if number:
            wrapped.append("")
        if line:
            wrapped.extend(_wrap(line))
    return f">{ending}", wrapped


def _lines(text: str) -> tuple[list[str], str]:
    body, ending = (text[:-1], "") if text.endswith("\n") else (text, "-")
    return body.split("\n"), ending


def _fit_for_a_block(lines: list[str]) -> bool:
    return not any(_NOT_ON_A_LINE.search(line.replace("\t", "")) for line in lines)


def _wrap(line: str) -> list[str]:
    wrapped: list[str] = []
    for word in _FOLD.split(line):
        if wrapped and len(wrapped[-1]) + 1 + len(word) <= WIDTH:
            wrapped[-1] += " " + word
        else:
            wrapped.append(word)
    return wrapped
