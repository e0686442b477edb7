"""Tables: right below a line of text too, with links in their cells, aligned by class."""

import re
from xml.etree.ElementTree import Element

from markdown.extensions.tables import TableProcessor
from markdown.preprocessors import Preprocessor

from playbook.markdown.links import SLUG


class TablesBelowText(Preprocessor):
    """A table may stand right below a line of text; Python-Markdown wants a blank line between."""

    _UNDER_HEADER = re.compile(r" *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *")

    def run(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        for line, below in zip(lines, [*lines[1:], ""], strict=True):
            if "|" in line and "|" in below and kept and kept[-1] and self._UNDER_HEADER.fullmatch(below):
                kept.append("")
            kept.append(line)
        return kept


class Tables(TableProcessor):
    """Tables whose cells are aligned by class, and whose `[[slug|words]]` are not cut at the bar."""

    _CODE_OR_LINK = re.compile(rf"`[^`]*`|(\[\[[ ]*{SLUG}[ ]*)\|(?=[^\[\]\n|]{{1,300}}\]\])")

    def _split(self, row: str) -> list[str]:
        return super()._split(  # type: ignore[misc]  # the stubs leave it out
            self._CODE_OR_LINK.sub(lambda m: f"{m[1]}\\|" if m[1] else m[0], row)
        )

    def _build_row(self, row: str, parent: Element, align: list[str | None]) -> None:
        super()._build_row(row, parent, align)  # type: ignore[misc]  # the stubs leave it out
        for cell, side in zip(parent[-1], align, strict=True):
            cell.attrib.pop("style", None)
            if side:
                cell.set("class", f"align-{side}")
