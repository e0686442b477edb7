"""The allow list that all HTML of a body goes through. What is not named here does not reach a page."""

import re

import nh3

from playbook.markdown.links import on_this_site

TAGS = frozenset(
    "p br hr h1 h2 h3 h4 h5 h6 strong em b i del s ins mark sub sup code pre kbd samp blockquote"
    " ul ol li dl dt dd table thead tbody tfoot tr th td caption a img div span abbr cite q small"
    " details summary".split()
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # without it nh3 lets title and lang pass anywhere
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "abbr": {"title"},
    "th": {"scope"},
    "td": {"scope"},
    **{tag: {"id"} for tag in ("h1", "h2", "h3", "h4", "h5", "h6", "li", "sup")},
}
ALIGNMENTS = frozenset({"align-left", "align-center", "align-right"})
CLASSES = {
    "th": ALIGNMENTS,
    "td": ALIGNMENTS,
    "div": frozenset({"footnote"}),
    "a": frozenset({"footnote-ref", "footnote-backref"}),
}
# Their words are markup, not text, and go with them.
_GONE_WITH_CONTENT = frozenset(
    "script style template noscript iframe object embed svg math textarea title xmp noembed noframes"
    " plaintext select".split()
)
_VALUES = {
    "id": re.compile(r"[A-Za-z0-9_\-:.]{1,128}"),
    "width": re.compile(r"\d{1,4}"),
    "height": re.compile(r"\d{1,4}"),
    "start": re.compile(r"\d{1,9}"),
    "scope": re.compile(r"row|col"),
    # Pictures come from our own files alone, so that no body can see who reads it.
    "src": re.compile(r"/files/(?!.*\.\.)[A-Za-z0-9._~%/-]{1,500}"),
}


def clean(html: str) -> str:
    """HTML with nothing in it but what the lists above allow; ids get the prefix `u-`, links their `rel`."""
    return _CLEANER.clean(html)


def _filtered(_tag: str, attribute: str, value: str) -> str | None:
    pattern = _VALUES.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(_GONE_WITH_CONTENT),
    attributes=ATTRIBUTES,
    attribute_filter=_filtered,
    strip_comments=True,
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto"},
    url_relative=on_this_site,
    id_prefix="u-",
    allowed_classes={tag: set(classes) for tag, classes in CLASSES.items()},
)
