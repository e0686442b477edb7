"""Markdown → safe HTML, → plain words, and cut at its headings; pasted HTML → Markdown."""

from playbook.errors import Invalid, Problem
from playbook.markdown.child import CHILD
from playbook.markdown.pasting import markdown_of
from playbook.markdown.rendering import RENDERER, Rendered
from playbook.markdown.sections import Section, cut
from playbook.markdown.words import plain_words

__all__ = ["RENDERER", "Rendered", "Section", "markdown_from", "plain_words", "render", "sections"]

# Bytes in UTF-8.
LARGEST_BODY = 200_000
# Characters of HTML that may be pasted; Word writes ten for each that is read.
LARGEST_PASTE = 1_000_000


def render(body: str) -> Rendered:
    """Lay out a body: safe HTML, plain words, the entries it links to, its first heading.

    Raw HTML is shown as typed. `[[slug]]`, `[[slug|words]]` and relative links to `…/slug.md`
    lead to `/to/slug`. Every body is laid out in a process that is killed after two seconds.

    Raises:
        Invalid: field "body"; longer than 200 KB, not laid out in time, or holding NUL or half a character.
    """
    try:
        size = len(body.encode())
    except UnicodeEncodeError as error:
        raise Invalid(
            [Problem("body", "There is half a character (a lone surrogate) in the text")]
        ) from error
    if "\0" in body:
        raise Invalid([Problem("body", "There is a NUL character in the text")])
    if size > LARGEST_BODY:
        raise Invalid([Problem("body", f"The text is {size:,} bytes long; {LARGEST_BODY:,} is the most")])
    return CHILD.render(body)


def sections(body: str) -> tuple[Section, ...]:
    """The body cut at its headings, by the ids that they have on the page; in the killable process.

    Raises:
        Invalid: field "body"; not cut in time.
    """
    return CHILD.turn(body, cut)


def markdown_from(html: str) -> str:
    """Markdown that says what pasted HTML says; in the killable process. Empty where it says nothing.

    Raises:
        Invalid: field "body"; longer than 1 MB, nested too deeply, or not read in time.
    """
    if len(html) > LARGEST_PASTE:
        raise Invalid(
            [Problem("body", f"The text is {len(html):,} characters long; {LARGEST_PASTE:,} is the most")]
        )
    return CHILD.turn(html, markdown_of)
