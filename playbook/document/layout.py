"""Field values laid out as front matter lines, in the house style or as the old value was.

The house style: slugs, codes and dates bare, sentences in double quotes, short lists in
brackets, lists of rows and long text as blocks. Where a value replaces an older one, the older
one's quotes, brackets and blocks are kept as far as they can hold the new text.
"""

from typing import Any

from playbook.document import spelling
from playbook.document.nodes import MappingNode, Node, ScalarNode, SequenceNode, plain
from playbook.document.scalars import Scalar
from playbook.document.values import same

# Columns a list or a row in brackets may take before it is written as a block.
WIDEST_IN_BRACKETS = 150
# Characters of a text that is written as a folded block when nothing says otherwise.
LONG_TEXT = 200
# Characters of a text that still makes a list of texts fit for brackets.
SHORT_TEXT = 60
_STEP = "  "


def lay_out(value: Any, like: Node | None = None) -> tuple[str, list[str]]:
    """What follows a key's colon on its line, and the lines below it, indented by two.

    `like` is the value that stood there before, for its style.
    """
    if isinstance(value, list) and value and not _list_in_brackets(value, like):
        return "", _indented(_items(value, like))
    if isinstance(value, dict) and value and not _mapping_in_brackets(value, like):
        return "", _indented(_entries(value, like))
    if isinstance(value, list | dict):
        return _in_brackets(value, like), []
    return _scalar(value, like)


def _items(items: list[Any], like: Node | None) -> list[str]:
    old = like.items if isinstance(like, SequenceNode) else []
    lines: list[str] = []
    for item, pattern in zip(items, _patterns(items, old), strict=True):
        if isinstance(item, dict) and item and not _row_in_brackets(item, pattern):
            inner = _entries(item, pattern)
        elif isinstance(item, list | dict):
            inner = [_in_brackets(item, pattern)]
        else:
            head, below = _scalar(item, pattern)
            inner = [head, *_indented(below)]
        lines += ["- " + inner[0], *_indented(inner[1:])]
    return lines


def _patterns(items: list[Any], old: list[Node]) -> list[Node | None]:
    """For each item the old one to write it like: itself wherever it stood, or else what stood in its place."""
    if not old:
        return [None] * len(items)
    known = {repr(plain(node)): node for node in reversed(old)}
    written = [repr(plain(node)) for node in old]
    return [
        old[place]
        if place < len(old) and written[place] == repr(item)
        else known.get(repr(item), old[min(place, len(old) - 1)])
        for place, item in enumerate(items)
    ]


def _entries(mapping: dict[str, Any], like: Node | None) -> list[str]:
    lines: list[str] = []
    for name, value in mapping.items():
        key, pattern = _key(name, like)
        head, below = lay_out(value, pattern)
        lines += [f"{key}: {head}".rstrip(" "), *below]
    return lines


def _key(name: str, like: Node | None) -> tuple[str, Node | None]:
    """The key as it is to be written, and what it held before."""
    for entry in like.entries if isinstance(like, MappingNode) else []:
        if entry.name == name and not entry.merged:
            return entry.written, entry.value
    return spelling.key(name), None


def _indented(lines: list[str]) -> list[str]:
    return [_STEP + line if line else line for line in lines]


def _list_in_brackets(items: list[Any], like: Node | None) -> bool:
    if isinstance(like, SequenceNode) and like.items:
        return like.flow and not any(isinstance(item, str) and "\n" in item for item in items)
    if any(isinstance(item, list | dict) for item in items):
        return False
    if all(isinstance(item, str) and spelling.word_like(item) for item in items):
        return True
    short = all(len(str(item)) <= SHORT_TEXT and "\n" not in str(item) for item in items)
    return short and len(_in_brackets(items, like)) <= WIDEST_IN_BRACKETS


def _mapping_in_brackets(mapping: dict[str, Any], like: Node | None) -> bool:
    if isinstance(like, MappingNode) and like.entries:
        return like.flow
    return _row_in_brackets(mapping, like)


def _row_in_brackets(row: dict[str, Any], like: Node | None) -> bool:
    if isinstance(like, MappingNode) and like.entries:
        return like.flow
    flat = not any(isinstance(value, dict | list) or "\n" in str(value) for value in row.values())
    return flat and len(_in_brackets(row, None)) <= WIDEST_IN_BRACKETS


def _in_brackets(value: Any, like: Node | None) -> str:
    if isinstance(value, list):
        old = like.items if isinstance(like, SequenceNode) else []
        patterns = _patterns(value, old)
        return f"[{', '.join(_in_brackets(*pair) for pair in zip(value, patterns, strict=True))}]"
    if isinstance(value, dict):
        pairs = [(*_key(name, like), item) for name, item in value.items()]
        return f"{{{', '.join(f'{key}: {_in_brackets(item, pattern)}' for key, pattern, item in pairs)}}}"
    return _on_one_line(value, like, within_brackets=True)


def _scalar(value: Scalar, like: Node | None) -> tuple[str, list[str]]:
    if isinstance(value, str):
        block = _as_block(value, like.style if isinstance(like, ScalarNode) else None)
        if block is not None:
            header, lines = block
            return header, _indented(lines)
    return _on_one_line(value, like, within_brackets=False), []


def _as_block(text: str, style: str | None) -> tuple[str, list[str]] | None:
    several = "\n" in text.rstrip("\n")
    if style == ">":
        return spelling.folded(text)
    if style == "|" or several:
        return spelling.literal(text)
    if text.endswith("\n") or (style is None and len(text) > LONG_TEXT):
        return spelling.folded(text)
    return None


def _on_one_line(value: Scalar, like: Node | None, *, within_brackets: bool) -> str:
    if isinstance(like, ScalarNode) and like.written and same(like.value, value):
        return like.written
    if not isinstance(value, str):
        return spelling.constant(value)
    if not isinstance(like, ScalarNode) or not isinstance(like.value, str):
        return value if spelling.word_like(value) else spelling.quoted(value)
    written: str | None = None
    if like.style == "":
        written = spelling.bare(value, within_brackets=within_brackets)
    elif like.style == "'":
        written = spelling.single_quoted(value)
    return written or spelling.quoted(value)
