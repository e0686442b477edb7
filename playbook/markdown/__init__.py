"""Markdown → safe HTML, and → plain words."""

from playbook.errors import Invalid, Problem
from playbook.markdown.child import CHILD
from playbook.markdown.rendering import RENDERER, Rendered
from playbook.markdown.words import plain_words

__all__ = ["RENDERER", "Rendered", "plain_words", "render"]

# Bytes in UTF-8.
LARGEST_BODY = 200_000


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
