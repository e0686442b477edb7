"""The body as it was rendered when it was saved, cut where the page needs it in two."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from playbook.kinds import Kind

SECTION = re.compile(r"(?=<h2\b)")
HEADING = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)


@dataclass(frozen=True)
class Prose:
    """The body in the pieces in which it is read."""

    lead: Markup  # read before the fields
    spoken: Markup  # told aloud before the fields
    spoken_label: str
    rest: Markup

    @property
    def spoken_words(self) -> int:
        """How many words there are to tell."""
        return len(self.spoken.striptags().split())


def prose(kind: Kind, html: str) -> Prose:
    """Cut a body by its kind's declaration: what leads, what is told aloud, and the rest.

    `html` is what `playbook.markdown.render` made and cleaned when the version was saved; this is
    the only place that vouches for it.
    """
    parts = SECTION.split(html)
    first = 2 if not parts[0].strip() and len(parts) > 1 else 1
    lead, rest = "".join(parts[:first]), "".join(parts[first:])
    if not kind.body_leads or not lead.strip():
        return Prose(_vouched(""), _vouched(""), "", _vouched(html))
    if not kind.body_spoken:
        return Prose(_vouched(lead), _vouched(""), "", _vouched(rest))
    heading = HEADING.search(lead)
    label = _vouched(heading.group(1)).striptags() if heading else ""
    return Prose(_vouched(""), _vouched(HEADING.sub("", lead, count=1).strip()), label, _vouched(rest))


def _vouched(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - cleaned when it was rendered
