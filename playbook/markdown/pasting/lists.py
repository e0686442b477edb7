"""Lists as Word and Google Docs write them → lists within the items they belong to."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement

LISTS = ("ul", "ol")

_LEVEL = re.compile(r"mso-list\s*:\s*l\d+\s+level(\d)", re.IGNORECASE)
_MARK = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\(?(?:\d+|[a-z]|[ivxlc]+)[.)]", re.IGNORECASE)


def nest(tree: BeautifulSoup) -> None:
    """Every list a list of items, with the lists inside them; lists that follow one another are one."""
    for run in _runs(tree):
        _from_word(tree, run)
    for inner in tree.find_all(LISTS):
        if inner.parent is not None and inner.parent.name in LISTS:
            above = inner.find_previous_sibling("li")
            if isinstance(above, Tag):
                above.append(inner.extract())
            else:
                inner.wrap(tree.new_tag("li"))
    for item in tree.find_all("li"):
        if item.parent is not None and item.parent.name not in LISTS:
            item.name = "p"
    for made in tree.find_all(LISTS):
        for stray in [
            child for child in made.contents if not (isinstance(child, Tag) and child.name == "li")
        ]:
            if stray.get_text(strip=True):
                stray.wrap(tree.new_tag("li"))
            else:
                stray.extract()


def join(tree: BeautifulSoup) -> None:
    """Make one list, or quote, of those of a sort that follow one another, and number the items.

    A text cannot tell two lists apart that only a blank line parts.
    """
    for later in tree.find_all([*LISTS, "blockquote"]):
        before = _before(later)
        if isinstance(before, Tag) and before.name == later.name:
            before.extend(list(later.contents))
            later.decompose()
    for item in reversed(tree.find_all("li")):  # the inner ones first
        _hoist(item)
    for made in tree.find_all("ol"):
        start = str(made.get("start", ""))
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        for place, item in enumerate(_items(made)):
            item["value"] = str(first + place)


def _hoist(item: Tag) -> None:
    """An item that begins with a list says nothing itself: the items of that list stand in its place."""
    first = next((child for child in item.contents if str(child).strip()), None)
    if isinstance(first, Tag) and first.name in LISTS:
        for inner in list(_items(first)):
            item.insert_before(inner)
        first.decompose()
        if not item.get_text(strip=True):
            item.decompose()


def _runs(tree: BeautifulSoup) -> list[list[Tag]]:
    """The paragraphs of Word that are items, as many together as follow one another."""
    runs: list[list[Tag]] = []
    for paragraph in tree.find_all(["p", *(f"h{level}" for level in range(1, 7))]):
        if not _LEVEL.search(str(paragraph.get("style", ""))):
            continue
        if runs and _before(paragraph) is runs[-1][-1]:
            runs[-1].append(paragraph)
        else:
            runs.append([paragraph])
    return runs


def _from_word(tree: BeautifulSoup, run: list[Tag]) -> None:
    open_lists: list[tuple[int, Tag]] = []
    anchor = tree.new_tag("div")
    run[0].insert_before(anchor)
    for paragraph in run:
        found = _LEVEL.search(str(paragraph.get("style", "")))
        level = int(found[1]) if found else 1
        name = "ol" if _NUMBER.match(_taken_mark(paragraph)) else "ul"
        while open_lists and (
            level < open_lists[-1][0] or (level == open_lists[-1][0] and name != open_lists[-1][1].name)
        ):
            open_lists.pop()
        if not open_lists or level > open_lists[-1][0]:
            made = tree.new_tag(name)
            (list(_items(open_lists[-1][1]))[-1] if open_lists else anchor).append(made)
            open_lists.append((level, made))
        item = tree.new_tag("li")
        item.extend(list(paragraph.contents))
        open_lists[-1][1].append(item)
        paragraph.decompose()
    anchor.unwrap()


def _taken_mark(paragraph: Tag) -> str:
    """The bullet or number that Word wrote as text; it is taken out."""
    for span in paragraph.find_all("span"):
        if _MARK.search(str(span.get("style", ""))):
            mark = span.get_text()
            span.decompose()
            return mark
    return ""


def _items(made: Tag) -> Iterator[Tag]:
    return (child for child in made.children if isinstance(child, Tag))


def _before(tag: Tag) -> PageElement | None:
    """What stands before a tag, spaces left out."""
    before = tag.previous_sibling
    while before is not None and not isinstance(before, Tag) and not str(before).strip():
        before = before.previous_sibling
    return before
