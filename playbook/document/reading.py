"""Front matter text → nodes, by ruamel.yaml's pure parser. Nothing is ever constructed from a tag."""

import re
from typing import Any

from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scanner import Scanner

from playbook.document.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode, can_be_merged
from playbook.document.refusals import Refused, in_plain_words
from playbook.document.scalars import read_plain

# Characters of front matter; ten times the longest we know, and half a second to read at worst.
LARGEST_FRONT_MATTER = 64 * 1024
# Values in one front matter, each use of an alias counted in full: a short text can ask for billions.
MOST_VALUES = 10_000
# Lists within mappings within lists; the kinds need four.
DEEPEST = 20

_GAP = re.compile(r"#[^\r\n]*|[^\s#]+")


def read(front: str) -> MappingNode:
    """The mapping that a front matter holds; empty or all comments is an empty mapping.

    Raises:
        Refused: it is no YAML, no mapping, or larger than the limits above.
    """
    if len(front) > LARGEST_FRONT_MATTER:
        raise Refused(f"the front matter is longer than {LARGEST_FRONT_MATTER:,} characters", 0)
    reading = _Reading()
    try:
        return reading.mapping(front)
    except YAMLError as error:
        raise in_plain_words(error, front) from error
    except (ValueError, OverflowError) as error:  # ruamel.yaml makes a character of any number.
        raise Refused(
            "a \\U code here is beyond the last character there is", reading.events.index
        ) from error


class _Events(Reader, Scanner, Parser, VersionedResolver):
    """ruamel.yaml up to its events: no tags resolved, no objects made."""

    def __init__(self, text: str) -> None:
        self.comment_handling = None
        Reader.__init__(self, text, loader=self)
        Scanner.__init__(self, loader=self)
        Parser.__init__(self, loader=self)
        VersionedResolver.__init__(self, None, loader=self)

    def check_directive(self) -> bool:
        return False  # A line of front matter that starts with % tells the parser nothing.


class _Reading:
    def __init__(self) -> None:
        self.events: Any = None
        self.anchors: dict[str, Node | None] = {}
        self.aliases = 0
        self.end = 0  # behind the last character that belongs to a value

    def mapping(self, front: str) -> MappingNode:
        self.events = _Events(front)
        self.events.get_event()
        if self.events.check_event(StreamEndEvent):
            return MappingNode(start=0, flow=False)
        self.events.get_event()
        root = self.node(level=1)
        self.events.get_event()
        if self.events.check_event(DocumentStartEvent):
            raise Refused(
                "a line that starts with three dashes ends the front matter; put the text in quotes",
                self.events.peek_event().start_mark.index,
            )
        if isinstance(root, MappingNode):
            return root
        raise Refused("the front matter has to be lines of “key: value”", root.start)

    def node(self, *, level: int) -> Node:
        event: Any = self.events.get_event()
        start: int = event.start_mark.index
        if isinstance(event, AliasEvent):
            return self.alias(event, start)
        if level > DEEPEST:
            raise Refused(f"lists and mappings are nested more than {DEEPEST} deep here", start)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        node: Node
        if isinstance(event, ScalarEvent):
            node = self.scalar(event, start)
        elif isinstance(event, SequenceStartEvent):
            node = self.sequence(SequenceNode(start=start, flow=bool(event.flow_style)), level)
        elif isinstance(event, MappingStartEvent):
            node = self.entries(MappingNode(start=start, flow=bool(event.flow_style)), level)
        if node.size > MOST_VALUES:
            raise Refused(f"the front matter holds more than {MOST_VALUES:,} values", start)
        if node.depth > DEEPEST:
            raise Refused(f"lists and mappings are nested more than {DEEPEST} deep here", start)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def alias(self, event: Any, start: int) -> Node:
        self.end = event.end_mark.index
        self.aliases += 1
        if event.anchor not in self.anchors:
            raise Refused(f"nothing is named “&{event.anchor}”; text that starts with * needs quotes", start)
        node = self.anchors[event.anchor]
        if node is None:
            raise Refused(f"“*{event.anchor}” stands inside the very thing it refers to", start)
        return node

    def scalar(self, event: Any, start: int) -> ScalarNode:
        style: str = event.style or ""
        value: str = event.value
        end: int = event.end_mark.index
        if end == start:
            self.end = self.behind_indicator(end)
        elif style in ("|", ">"):  # The parser's mark is behind the blank lines that follow.
            self.end = start + len(self.events.buffer[start:end].rstrip())
        else:
            self.end = end
        read = value if style or event.ctag is not None else read_plain(value)
        if isinstance(read, str):
            read = _whole(read, start)
        written = self.events.buffer[start : self.end] if event.ctag is None and event.anchor is None else ""
        if style in ("|", ">") or "\n" in written or "\r" in written:
            written = ""
        return ScalarNode(start=start, value=read, style=style, written=written)

    def behind_indicator(self, end: int) -> int:
        """Where a value that is not there ends: behind its colon or dash, before any comment."""
        marks = [m.end() for m in _GAP.finditer(self.events.buffer, self.end, end) if m.group()[0] != "#"]
        return marks[-1] if marks else self.end

    def sequence(self, node: SequenceNode, level: int) -> SequenceNode:
        while not self.events.check_event(SequenceEndEvent):
            item = self.node(level=level + 1)
            node.items.append(item)
            self.count(node, item)
        self.close(node)
        return node

    def entries(self, node: MappingNode, level: int) -> MappingNode:
        seen: set[str] = set()
        while not self.events.check_event(MappingEndEvent):
            entry = self.entry(level)
            if entry.name in seen and not entry.merged:
                raise Refused(f"“{entry.name}” is there twice", entry.start)
            seen.add(entry.name)
            node.entries.append(entry)
            self.count(node, entry.value)
        self.close(node)
        return node

    def entry(self, level: int) -> Entry:
        key: Any = self.events.get_event()
        start: int = key.start_mark.index
        if not isinstance(key, ScalarEvent):
            raise Refused("a key has to be a word, not a list or a reference", start)
        if key.anchor is not None:
            self.anchors.pop(key.anchor, None)
        self.end = value_start = key.end_mark.index
        anchors, aliases = len(self.anchors), self.aliases
        value = self.node(level=level + 1)
        return Entry(
            name=_whole(key.value, start),
            written=self.events.buffer[start:value_start],
            start=start,
            value_start=value_start,
            end=self.end,
            value=value,
            merged=key.value == "<<" and not key.style and can_be_merged(value),
            anchored=len(self.anchors) > anchors,
            aliased=self.aliases > aliases,
        )

    def close(self, node: SequenceNode | MappingNode) -> None:
        event: Any = self.events.get_event()
        if node.flow:
            self.end = event.end_mark.index

    @staticmethod
    def count(node: SequenceNode | MappingNode, child: Node) -> None:
        node.size += child.size
        node.depth = max(node.depth, child.depth + 1)
        if node.size > MOST_VALUES:
            raise Refused(f"the front matter holds more than {MOST_VALUES:,} values", child.start)


def _whole(text: str, start: int) -> str:
    """Text with the halves of characters joined that JSON writes as two escapes.

    Raises:
        Refused: it holds a NUL or half a character, which no database takes.
    """
    if "\0" in text:
        raise Refused("there is a NUL character in this value", start)
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le") if not text.isascii() else text
    except UnicodeDecodeError as error:
        raise Refused("there is half a character (a lone surrogate) in this value", start) from error
