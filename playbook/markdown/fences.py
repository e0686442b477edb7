"""Fenced code, wherever it stands: in a list too, with any words behind the fence, closed or not."""

import re
from collections.abc import Iterator
from html import escape

from markdown.preprocessors import Preprocessor

_OPENING = re.compile(r"(?P<indent> *)(?P<fence>`{3,}(?=[^`]*$)|~{3,})")


class Fences(Preprocessor):
    """Takes fenced code out of the text before anything in it is read as Markdown.

    What stands behind the opening fence, mostly a language, is dropped: nothing here colours code.
    """

    def run(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        rest = iter(lines)
        for line in rest:
            opening = _OPENING.match(line)
            if opening is None:
                kept.append(line)
                continue
            code = "\n".join(self._code(rest, opening["fence"], len(opening["indent"]))).rstrip("\n")
            placeholder = self.md.htmlStash.store(f"<pre><code>{escape(code, quote=False)}\n</code></pre>")
            kept += ["", opening["indent"] + placeholder, ""]
        return [*kept, ""]

    @staticmethod
    def _code(lines: Iterator[str], fence: str, indent: int) -> Iterator[str]:
        closing = re.compile(rf" *{fence[0]}{{{len(fence)},}} *")
        for line in lines:
            if closing.fullmatch(line):
                return
            spaces = len(line) - len(line.lstrip(" "))
            yield line[min(indent, spaces) :]
