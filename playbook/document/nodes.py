"""What front matter is made of, with the place in the text where each piece stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from playbook.document.scalars import Scalar


@dataclass(slots=True)
class ScalarNode:
    """One value. `style` is empty for a bare word, else the mark it starts with: ' " | or >.

    `written` is the value as it stands in the text, where it is a word or a quote on one line.
    """

    start: int
    value: Scalar
    style: str = ""
    written: str = ""
    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class SequenceNode:
    """A list; `flow` when written in brackets."""

    start: int
    flow: bool
    items: list["Node"] = field(default_factory=list)
    size: int = 1
    depth: int = 1


@dataclass(slots=True)
class Entry:
    """One key of a mapping with its value; offsets count characters from the start of the front matter.

    `written` is the key as it stands there, `value_start` just behind it, `end` behind the last
    character of the value. `anchored` and `aliased` say that the value names something for use
    elsewhere, or uses it.
    """

    name: str
    written: str
    start: int
    value_start: int
    end: int
    value: "Node"
    merged: bool = False
    anchored: bool = False
    aliased: bool = False


@dataclass(slots=True)
class MappingNode:
    """Keys and values; `flow` when written in braces."""

    start: int
    flow: bool
    entries: list[Entry] = field(default_factory=list)
    size: int = 1
    depth: int = 1

    def pairs(self) -> dict[str, "Node"]:
        """What each key holds, what `<<` brings in included; a key written out wins."""
        written = {entry.name for entry in self.entries if not entry.merged}
        found: dict[str, Node] = {}
        for entry in self.entries:
            if not entry.merged:
                found[entry.name] = entry.value
                continue
            for source in _merge_sources(entry.value):
                for name, node in source.pairs().items():
                    if name not in written:
                        found.setdefault(name, node)
        return found


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


def can_be_merged(node: Node) -> bool:
    """Whether a value of `<<` is what YAML lets one merge: a mapping, or a list of mappings."""
    if isinstance(node, SequenceNode):
        return all(isinstance(item, MappingNode) for item in node.items)
    return isinstance(node, MappingNode)


def _merge_sources(node: Node) -> Iterator[MappingNode]:
    for source in node.items if isinstance(node, SequenceNode) else [node]:
        if isinstance(source, MappingNode):
            yield source


def plain(node: Node) -> Any:
    """The value as JSON could hold it; a fresh copy at each call."""
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.items]
    return {name: plain(child) for name, child in node.pairs().items()}
