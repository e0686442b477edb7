"""Lists as people write them: nested by two, three or four spaces, right below a line of text.

Python-Markdown wants four spaces and a blank line. This sets every item and what belongs to it
where Python-Markdown looks for it, by CommonMark's rule: a line belongs to an item when it is
indented as far as the item's own words.
"""

import re

from markdown.preprocessors import Preprocessor

_ITEM = re.compile(r" *(?P<mark>[-*+]|\d{1,9}[.)])(?P<gap> +|$)(?P<words>.*)")
_RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})")
_BLOCK_START = re.compile(r"#{1,6} |>")
# Spaces that one level of a list takes in Python-Markdown.
_STEP = 4


class Lists(Preprocessor):
    """Moves lists to where Python-Markdown sees them."""

    def run(self, lines: list[str]) -> list[str]:
        laying_out = _LayingOut()
        for line in lines:
            laying_out.add(line)
        return laying_out.lines


class _LayingOut:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.columns: list[int] = []  # where the words of each enclosing item start
        self.numbered: list[bool] = []  # whether its list is
        self.after_blank = True
        self.own_paragraph = True  # the line above is in a paragraph that does not start with its item's mark

    def add(self, line: str) -> None:
        words = line.lstrip(" ")
        if not words:
            self.lines.append("")
            self.after_blank = True
            return
        indent = len(line) - len(words)
        rule = bool(_RULE.fullmatch(line))
        item = None if rule else _ITEM.fullmatch(line)
        if item is not None and self._is_item(item, indent):
            self._item(item, indent)
        else:
            self._text(words, indent, breaks=rule or bool(_BLOCK_START.match(words)))
        self.after_blank = False

    def _is_item(self, item: re.Match[str], indent: int) -> bool:
        level = sum(1 for column in self.columns if column <= indent)
        beyond = indent - (self.columns[level - 1] if level else 0)
        if beyond >= (2 * _STEP if level else _STEP):
            return False
        starts_anywhere = bool(item["words"]) and item["mark"] in ("-", "*", "+", "1.", "1)")
        return bool(self.columns) or self.after_blank or starts_anywhere

    def _item(self, item: re.Match[str], indent: int) -> None:
        numbered = item["mark"] not in ("-", "*", "+")
        left = self._leave(indent)
        another_list = left is not None and left != numbered
        if not self.after_blank and (self.own_paragraph or another_list):
            self.lines.append("")
        mark = item["mark"].replace(")", ".")
        self.lines.append(" " * _STEP * len(self.columns) + f"{mark} {item['words']}")
        gap = len(item["gap"]) if len(item["gap"]) <= _STEP else 1
        self.columns.append(indent + len(mark) + max(gap, 1))
        self.numbered.append(numbered)
        self.own_paragraph = False

    def _text(self, words: str, indent: int, *, breaks: bool) -> None:
        if self.after_blank or breaks:
            self.own_paragraph = True
            if self._leave(indent) is not None and not self.after_blank:
                self.lines.append("")
        beyond = indent - (self.columns[-1] if self.columns else 0)
        self.lines.append(" " * (_STEP * len(self.columns) + max(beyond, 0)) + words)

    def _leave(self, indent: int) -> bool | None:
        """Leave the items that a line so far in does not belong to; whether the outermost was numbered."""
        left = None
        while self.columns and indent < self.columns[-1]:
            self.columns.pop()
            left = self.numbered.pop()
        return left
