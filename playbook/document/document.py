"""A document: Markdown with front matter, kept byte for byte."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from playbook.document.editing import edit, write
from playbook.document.nodes import MappingNode, Node, SequenceNode, plain
from playbook.document.parts import Parts, line_at, split
from playbook.document.reading import read
from playbook.document.refusals import Refused
from playbook.document.values import as_fields
from playbook.errors import Invalid, Problem

_SURROGATE = re.compile("[\ud800-\udfff]")
_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """Markdown with YAML front matter. The text is the truth; everything else is read from it.

    `Document(text)` takes a text that was checked before, such as a stored version, and reads
    its front matter when first asked; `Document.parse` checks at once.
    """

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The document that a text is, checked.

        Raises:
            Invalid: with the line at fault. Field "text": NUL or half a character (lone surrogate).
                Field "front matter": not closed, no YAML, no mapping, a key twice, too large or too deep.
        """
        for character, name in (
            (text.find("\0"), "a NUL character"),
            (_surrogate(text), "half a character (a lone surrogate)"),
        ):
            if character >= 0:
                line = line_at(text, character)
                raise Invalid([Problem("text", f"Line {line}: there is {name} here", line)])
        document = cls(text)
        _ = document._front
        return document

    @classmethod
    def compose(cls, fields: Mapping[str, Any], body: str) -> Self:
        """A fresh document in the house style, with line feeds.

        Raises:
            Invalid: a text among the fields holds NUL or half a character.
        """
        front = write(as_fields(fields))
        parts = Parts(opening="---\n", front=front, closing="---\n", body=body)
        return cls.parse(parts.text if fields or not _stands_alone(body) else body)

    @property
    def hash(self) -> str:
        """SHA-256 of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def fields(self) -> dict[str, Any]:
        """The front matter as JSON could hold it, in the order of its keys. A fresh copy each time.

        Numbers are YAML 1.2's; `no`, `on` and dates are text as written; every key is text.
        """
        fields: dict[str, Any] = plain(self._front)
        return fields

    @property
    def body(self) -> str:
        """The text below the front matter, as written; all but a byte order mark where there is none."""
        return self._parts.body

    @property
    def newline(self) -> str:
        """The line end the document uses: `\\n`, `\\r\\n` or `\\r`."""
        return self._parts.newline

    @property
    def title(self) -> str:
        """The field `title`, else the body's first `#` heading, else nothing."""
        written = self._word("title")
        heading = None if written else _HEADING.search(self.body)
        return heading.group(1) if heading else written

    @property
    def summary(self) -> str:
        """The field `summary`, else nothing."""
        return self._word("summary")

    def line_of(self, *path: str | int) -> int | None:
        """The 1-based line where a field stands, such as `line_of("rows", 2, "persona")`.

        A path that leads further than the front matter gives the line of the last step found;
        None where not even the first is there.
        """
        node: Node = self._front
        start: int | None = None
        for step in path:
            if isinstance(node, MappingNode):
                entry = next((entry for entry in node.entries if entry.name == step), None)
                if entry is None:
                    break
                start, node = entry.start, entry.value
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.items):
                node = node.items[step]
                start = node.start
            else:
                break
        return None if start is None else line_at(self.text, len(self._parts.opening) + start)

    def with_changes(
        self, fields: Mapping[str, Any], body: str | None = None, remove: Iterable[str] = ()
    ) -> "Document":
        """The document with some fields set, others gone, and perhaps another body.

        Only the lines of keys whose value changes are written anew, in the style they had and
        with the line end of the document; new keys come last. The body is taken as given.

        Raises:
            Invalid: a text holds NUL or half a character, or the front matter grows past its limits.
        """
        parts = self._parts
        newline = parts.newline
        try:
            front = edit(parts.front, as_fields(fields), set(remove), newline)
        except Refused as refused:
            raise self._invalid(refused) from refused
        body = parts.body if body is None else body
        opening, closing = parts.opening, parts.closing
        if not parts.fenced and (front or not _stands_alone(body)):
            opening, closing = f"{opening}---{newline}", f"---{newline}"
        if closing and body and not closing.endswith(("\n", "\r")):
            closing += newline
        if closing.endswith("\r") and body.startswith("\n"):
            closing += "\n"  # Else the body's first line end would be taken for half of this one.
        changed = Parts(opening=opening, front=front, closing=closing, body=body).text
        return self if changed == self.text else Document.parse(changed)

    @cached_property
    def _parts(self) -> Parts:
        return split(self.text)

    @cached_property
    def _front(self) -> MappingNode:
        try:
            return read(self._parts.front)
        except Refused as refused:
            raise self._invalid(refused) from refused

    def _invalid(self, refused: Refused) -> Invalid:
        line = line_at(self.text, len(self._parts.opening) + refused.offset)
        return Invalid([Problem("front matter", f"Line {line}: {refused.why}", line)])

    def _word(self, name: str) -> str:
        value = self._front.pairs().get(name)
        read = None if value is None else plain(value)
        return "" if read is None else str(read)


def _surrogate(text: str) -> int:
    found = None if text.isascii() else _SURROGATE.search(text)
    return found.start() if found else -1


def _stands_alone(body: str) -> bool:
    """Whether a body, with no front matter above it, would be read as that same body."""
    try:
        return split(body).body == body
    except Invalid:
        return False
