"""The tree in the one shape that Markdown can say: blocks that hold words, words marked once."""

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PageElement

from playbook.markdown.pasting.reading import BLOCKS, HEADINGS, INLINE


def tidy(tree: BeautifulSoup) -> None:
    """Take out what says nothing or cannot be said."""
    _no_fences_within(tree)
    _blocks_out_of_words(tree)
    _part_at_breaks(tree)
    for heading in tree.find_all(HEADINGS):
        for part in heading.find_all(["strong", "br", *BLOCKS]):
            part.insert_after(NavigableString(" "))
            part.unwrap()
    for quote in tree.find_all("blockquote"):
        if quote.find_parent("li") is not None:
            quote.unwrap()
    for item in tree.find_all("li"):
        for part in item.find_all(HEADINGS, recursive=False):
            part.name = "p"
        paragraphs = item.find_all(["p", "div"], recursive=False)
        if item.find_parent("blockquote") is not None:  # there an item can say but one
            for part in paragraphs:
                if not _is_first(part):
                    part.insert_before(tree.new_tag("br"))
                part.unwrap()
        elif len(paragraphs) == 1 and _is_first(paragraphs[0]):
            paragraphs[0].unwrap()
    for tag in tree.find_all(INLINE):
        if any(above.name in (tag.name, "code") for above in tag.parents):
            tag.unwrap()
    for tag in reversed(tree.find_all([*INLINE, *BLOCKS])):  # the inner ones first
        if tag.name not in ("hr", "td", "th", "pre") and not tag.get_text(strip=True):
            tag.replace_with(NavigableString(" " if tag.get_text() else ""))
    _spaces_out_of_marks(tree)
    _join_marks(tree)
    _single_spaces(tree)
    tree.smooth()  # what a sign means is decided by the words beside it


def _no_fences_within(tree: BeautifulSoup) -> None:
    """Code that stands in an item or a quote is marked line by line, and a rule there goes: neither can be said."""
    for part in tree.find_all(["pre", "hr"]):
        if not any(above.name in ("li", "blockquote") for above in part.parents):
            continue
        if part.name == "pre":
            made = tree.new_tag("p")
            for line in part.get_text().split("\n"):
                if line.strip():
                    code = tree.new_tag("code")
                    code.string = " ".join(line.split())
                    made.extend([code, tree.new_tag("br")])
            part.insert_after(made)
        part.decompose()


def _blocks_out_of_words(tree: BeautifulSoup) -> None:
    """A mark around whole blocks, as browsers allow, is a mark around the words in each of them."""
    for block in tree.find_all(BLOCKS):
        while block.parent is not None and block.parent.name in INLINE:
            block.parent.unwrap()


def _part_at_breaks(tree: BeautifulSoup) -> None:
    """Two line breaks on end begin a paragraph; one at the edge of a block means nothing."""
    for line_break in tree.find_all("br"):
        before, after = _beside(line_break, "previous_sibling"), _beside(line_break, "next_sibling")
        if isinstance(after, Tag) and after.name == "br":
            after.name = "gap"
            line_break.decompose()
        elif _is_edge(line_break, before) or _is_edge(line_break, after):
            line_break.decompose()


def _is_edge(line_break: Tag, beside: PageElement | None) -> bool:
    if beside is None:
        return line_break.parent is None or line_break.parent.name not in INLINE
    return isinstance(beside, Tag) and beside.name in BLOCKS


def _beside(tag: Tag, side: str) -> PageElement | None:
    beside: PageElement | None = getattr(tag, side)
    while isinstance(beside, NavigableString) and not beside.strip():
        beside = getattr(beside, side)
    return beside


def _spaces_out_of_marks(tree: BeautifulSoup) -> None:
    """A mark holds words, and the spaces beside them stand outside it."""
    for tag in reversed(tree.find_all(["strong", "em", "del", "a"])):  # the inner ones first
        last = tag.contents[-1]
        if isinstance(last, NavigableString) and last.endswith(" "):
            tag.insert_after(NavigableString(" "))
            last.replace_with(NavigableString(last.rstrip(" ")))
        first = tag.contents[0]
        if isinstance(first, NavigableString) and first.startswith(" "):
            tag.insert_before(NavigableString(" "))
            first.replace_with(NavigableString(first.lstrip(" ")))


def _single_spaces(tree: BeautifulSoup) -> None:
    """One space between words, whichever tag it stood in, and none where a line begins."""
    code = {id(text) for pre in tree.find_all("pre") for text in pre.find_all(string=True)}
    after_space = True
    for node in list(tree.descendants):
        if isinstance(node, Tag):
            after_space = after_space or node.name in BLOCKS or node.name in ("br", "gap")
        elif id(node) not in code:
            words = str(node).lstrip(" ") if after_space else str(node)
            if words != str(node):
                node.replace_with(NavigableString(words))
            after_space = words.endswith(" ") if words else after_space


def _is_first(tag: Tag) -> bool:
    return not any(str(before).strip() for before in tag.previous_siblings)


def _join_marks(tree: BeautifulSoup) -> None:
    """`<strong>a</strong> <strong>b</strong>` is one mark, wherever the program cut it."""
    for tag in tree.find_all(["strong", "em", "del", "code"]):
        following = tag.next_sibling
        between: list[NavigableString] = []
        while isinstance(following, NavigableString) and not following.strip():
            between.append(following)
            following = following.next_sibling
        if isinstance(following, Tag) and following.name == tag.name:
            following.insert(0, NavigableString("".join(tag.get_text() and str(space) for space in between)))
            for place, child in enumerate(list(tag.contents)):
                following.insert(place, child)
            for space in between:
                space.extract()
            tag.decompose()
