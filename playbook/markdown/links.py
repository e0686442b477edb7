"""Where a link in a body leads: to an entry, to a place on the page, to another site."""

import re
from urllib.parse import unquote

from slugify import slugify

# What an entry's slug looks like inside `[[…]]`.
SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
# Files that are about the folder they lie in; a link to one means the folder.
ABOUT_THE_FOLDER = frozenset({"index", "_index", "readme"})

_MARKDOWN_FILE = re.compile(
    r"(?![a-z][a-z0-9+.-]*:)(?!//)(?P<path>[^?#\\]+)\.md(?P<place>#[^\s]*)?", re.IGNORECASE
)
_ENTRY = re.compile(rf"/to/(?P<slug>{SLUG})(?:[?#].*)?", re.DOTALL)
_REFUSED = r"\\\s\x00-\x1f\x7f"  # a browser drops some of these, or takes them for a slash
_ON_THIS_SITE = re.compile(
    rf"#[\w\-.:%]{{0,200}}"
    rf"|\?[^{_REFUSED}]{{0,500}}"
    rf"|/(?!/)[^{_REFUSED}]{{0,1000}}"
    rf"|(?![a-z][a-z0-9+.\-]*:)[^{_REFUSED}/:#?][^{_REFUSED}:]{{0,500}}",
    re.IGNORECASE,
)


def address_of(slug: str) -> str:
    """The address that leads to an entry wherever it stands now."""
    return f"/to/{slug}"


def entry_named_by(file: str) -> str | None:
    """The address of the entry that a relative link to a Markdown file means, or None if it is no such link."""
    match = _MARKDOWN_FILE.fullmatch(file.strip())
    if match is None:
        return None
    *folders, name = unquote(match["path"]).split("/")
    if name.lower() in ABOUT_THE_FOLDER:
        name = next((folder for folder in reversed(folders) if folder.strip(".")), name)
    slug = slugify(name)
    return address_of(slug) + (match["place"] or "") if slug else None


def entry_linked(address: str) -> str | None:
    """The slug in the address of an entry."""
    match = _ENTRY.fullmatch(address)
    return match["slug"] if match else None


def on_this_site(address: str) -> str | None:
    """A relative address as it may stand on a page, or None: no `//host`, no backslashes, no control characters.

    Places on a page carry the prefix that ids in bodies have.
    """
    address = address.strip()
    if not _ON_THIS_SITE.fullmatch(address):
        return None
    before, mark, place = address.partition("#")
    return f"{before}#u-{place}" if place and not place.startswith("u-") else before + mark + place
