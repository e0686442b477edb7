"""The tidied tree → Markdown in the dialect of this playbook, escaped where a sign would mean something."""

import re

from bs4 import NavigableString, Tag
from markdownify import ATX, MarkdownConverter

from playbook.markdown.pasting.lists import join, nest
from playbook.markdown.pasting.reading import BLOCKS, lead_links, read, say_styles
from playbook.markdown.pasting.tables import square
from playbook.markdown.pasting.tidying import tidy

_SIGNS = re.compile(
    r"[\\`]"
    r"|(?<!\s)\*|\*(?!\s)"  # 2 * 3 is a product
    r"|(?<![^\W_])_|_(?![^\W_])"  # and snake_case a name
    r"|\[(?=\[|\^|[^\]]*(?:\][(\[:]|\Z))"
    r"|!(?=\[)"
)
_SIGNS_IN_A_LINK = re.compile(rf"{_SIGNS.pattern}|[\[\]]")
_TILDE = re.compile(r"\A~|~(?=~|\s*\Z)")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_LINE_START = re.compile(
    r"\A(?P<spaces> *)(?:(?P<means>:(?= ))"
    r"|(?P<sign>#{1,6}(?= |\Z)|>|[-+*](?= |\Z)|[-*_](?=[-*_ ]{2,}\Z))"
    r"|(?P<number>\d{1,9})(?P<dot>[.)])(?= |\Z))"
)
_LONE_SPACE = re.compile(r"(?m)(?<! ) $")  # two are a line break
_SPACES_ALONE = re.compile(r"(?m)^ +$")


def markdown_of(html: str) -> str:
    """Markdown that says what the HTML says; empty where it says nothing.

    Links lead to http, https or mailto; pictures are their words; the first row of a table is its head.

    Raises:
        RecursionError: the HTML is nested hundreds deep.
    """
    tree = read(html)
    nest(tree)
    say_styles(tree)
    lead_links(tree)
    square(tree)
    tidy(tree)
    join(tree)
    written: str = _Writer().convert_soup(tree)
    return _LONE_SPACE.sub("", written).strip()


def _escaped_start(found: re.Match[str]) -> str:
    if found["means"]:
        return f"{found['spaces']}&#58;"  # the one sign that no backslash disarms
    if found["number"]:
        return f"{found['spaces']}{found['number']}\\{found['dot']}"
    return f"{found['spaces']}\\{found['sign']}"


class _Writer(MarkdownConverter):
    def __init__(self) -> None:
        super().__init__(heading_style=ATX, bullets="-", autolinks=False)

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        text: str = super().process_text(el, parent_tags=parent_tags)  # type: ignore[misc]  # the stubs leave it out
        if "_noformat" in (parent_tags or ()):
            return text
        if text.endswith("!") and isinstance(el.next_sibling, Tag) and el.next_sibling.name == "a":
            text = f"{text[:-1]}\\!"  # else the link would be a picture
        if not _starts_a_line(el):
            return text
        return _LINE_START.sub(_escaped_start, text, count=1)

    def escape(self, text: str, parent_tags: set[str]) -> str:
        signs = _SIGNS_IN_A_LINK if "a" in parent_tags else _SIGNS
        text = _ENTITY.sub("&amp;", signs.sub(lambda m: "\\" + m[0], text))
        text = _TILDE.sub("&#126;", text)
        return text.replace("|", "\\|") if parent_tags & {"td", "th"} else text

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        words = text.strip()
        address = (
            str(el["href"]).replace("(", "%28").replace(")", "%29").replace("|", "%7C").replace("\\", "%5C")
        )
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}[{words}]({address}){after}"

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        mark = f"{el['value']}. " if "value" in el.attrs else "- "
        lines = text.strip().replace("\n", "\n" + " " * len(mark))
        return f"{mark}{_SPACES_ALONE.sub('', lines)}\n" if lines else ""

    def convert_gap(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return "\n\n"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
        return f"\n\n{fence}\n{text.strip(chr(10))}\n{fence}\n\n"


def _starts_a_line(text: NavigableString) -> bool:
    """Whether nothing stands before these words in their line."""
    node: NavigableString | Tag = text
    while True:
        before = node.previous_sibling
        while isinstance(before, NavigableString) and not before.strip():
            before = before.previous_sibling
        if before is not None:
            return isinstance(before, Tag) and (before.name == "br" or before.name in BLOCKS)
        if node.parent is None or node.parent.name in BLOCKS:
            return True
        node = node.parent
