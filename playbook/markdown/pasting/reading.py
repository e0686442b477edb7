"""HTML from a clipboard → a small tree: known tags alone, what styles mean said by tags, plain spaces."""

import re
from urllib.parse import parse_qs, urlsplit

import nh3
from bs4 import BeautifulSoup, NavigableString, Tag

BLOCKS = frozenset("p div h1 h2 h3 h4 h5 h6 ul ol li table tr td th blockquote pre hr".split())
INLINE = frozenset({"strong", "em", "del", "code", "a"})
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

_SAME = {"b": "strong", "i": "em", "s": "del", "strike": "del", "dt": "p", "dd": "p", "caption": "p"}
_LOOKED_AT = frozenset({"style", "class"})
_CLEANER = nh3.Cleaner(
    tags={*BLOCKS, *INLINE, *_SAME, "br", "img", "span", "thead", "tbody", "tfoot"},
    clean_content_tags=set(
        "script style template noscript iframe object embed svg math textarea title xmp noembed noframes"
        " select button head".split()
    ),
    attributes={
        "*": set(_LOOKED_AT),
        "a": {*_LOOKED_AT, "href"},
        "img": {"alt"},
        "ol": {*_LOOKED_AT, "start"},
        "td": {*_LOOKED_AT, "colspan", "rowspan"},
        "th": {*_LOOKED_AT, "colspan", "rowspan"},
    },
    strip_comments=True,
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)
_BOLD = re.compile(r"(?<![\w-])font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"(?<![\w-])font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_ITALIC = re.compile(r"(?<![\w-])font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_NOT_ITALIC = re.compile(r"(?<![\w-])font-style\s*:\s*normal", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[^;]*:[^;]*line-through", re.IGNORECASE)
_NOTHING = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HALF = re.compile("[\ud800-\udfff]")  # lone surrogates, which nothing can write down
_TAG = re.compile(r"<(/?)([a-z0-9]+)")
_EMPTY = frozenset({"br", "hr", "img"})
# Tags within tags; what people write has a dozen.
DEEPEST = 100
_SPACES = re.compile(r"\s+")


def read(html: str) -> BeautifulSoup:
    """The tree of some pasted HTML. Nothing in it can do anything, whatever the HTML held.

    Raises:
        RecursionError: it is nested deeper than DEEPEST.
    """
    cleaned = _CLEANER.clean(_HALF.sub("", html))
    if _depth(cleaned) > DEEPEST:
        raise RecursionError
    tree = BeautifulSoup(cleaned, "html.parser")
    code = {id(text) for pre in tree.find_all("pre") for text in pre.find_all(string=True)}
    for picture in tree.find_all("img"):
        picture.replace_with(NavigableString(f" {_text(picture, 'alt')} "))
    for text in tree.find_all(string=True):
        plain = _NOTHING.sub("", text)
        plain = plain.replace("\xa0", " ") if id(text) in code else _SPACES.sub(" ", plain)
        if plain != text:
            text.replace_with(NavigableString(plain))
    return tree


def _depth(html: str) -> int:
    """How deep the tags of cleaned HTML are nested."""
    depth = deepest = 0
    for closes, name in _TAG.findall(html):
        if name not in _EMPTY:
            depth += -1 if closes else 1
            deepest = max(deepest, depth)
    return deepest


def say_styles(tree: BeautifulSoup) -> None:
    """Bold, italic and struck words get the tag that says so; tags whose style takes it back go."""
    for tag in tree.find_all(["b", "i", "s", "strike", "strong", "em", "dt", "dd", "caption"]):
        style = _text(tag, "style")
        tag.name = _SAME.get(tag.name, tag.name)
        if (tag.name == "strong" and _NOT_BOLD.search(style)) or (
            tag.name == "em" and _NOT_ITALIC.search(style)
        ):
            tag.name = "span"
    for tag in tree.find_all(["span", "a"]):
        style = _text(tag, "style")
        for pattern, name in ((_BOLD, "strong"), (_ITALIC, "em"), (_STRUCK, "del")):
            if pattern.search(style):
                _wrap_inside(tree, tag, name)
        if tag.name == "span":
            tag.unwrap()
    if tree.find("h1"):  # The page has the only one.
        for heading in tree.find_all(HEADINGS):
            heading.name = HEADINGS[min(HEADINGS.index(heading.name) + 1, 5)]


def lead_links(tree: BeautifulSoup) -> None:
    """Links lead to other sites or to a mailbox, by the address that was meant; others are their words."""
    for link in tree.find_all("a"):
        address = _meant(_text(link, "href").strip())
        if address and not _SPACES.search(address) and link.get_text(strip=True):
            link.attrs = {"href": address}
        else:
            link.unwrap()


def _meant(address: str) -> str:
    """The address behind Google's, which notes down who follows it."""
    parts = urlsplit(address)
    if parts.hostname == "www.google.com" and parts.path == "/url":
        wanted = parse_qs(parts.query).get("q", [""])[0]
        return wanted if wanted.startswith(("http://", "https://")) else ""
    return address


def _wrap_inside(tree: BeautifulSoup, tag: Tag, name: str) -> None:
    inner = tree.new_tag(name)
    inner.extend(list(tag.contents))
    tag.append(inner)


def _text(tag: Tag, attribute: str) -> str:
    value = tag.get(attribute)
    return " ".join(value) if isinstance(value, list) else value or ""
