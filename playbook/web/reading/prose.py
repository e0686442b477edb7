"""The body as it was rendered when it was saved, cut where the page needs it in two."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from playbook.kinds import Kind
from playbook.web.pages import sanitised

SECTION = re.compile(r"(?=<h2\b)")
HEADING = re.compile(r'<h2(?: id="u-([^"]*)")?>(.*?)</h2>', re.DOTALL)


@dataclass(frozen=True)
class Prose:
    """The body in the pieces in which it is read."""

    lead: Markup  # read before the fields
    spoken: Markup  # told aloud before the fields
    spoken_label: str
    spoken_id: str
    rest: Markup

    @property
    def spoken_words(self) -> int:
        """How many words there are to tell."""
        return len(self.spoken.striptags().split())


def prose(kind: Kind, html: str) -> Prose:
    """Cut a body by its kind's declaration: what leads, what is told aloud, and the rest.

    `html` is what `playbook.markdown.render` made and cleaned when the version was saved.
    """
    parts = SECTION.split(html)
    first = 2 if not parts[0].strip() and len(parts) > 1 else 1
    lead, rest = "".join(parts[:first]), "".join(parts[first:])
    if not kind.body_leads or not lead.strip():
        return Prose(sanitised(""), sanitised(""), "", "", sanitised(html))
    if not kind.body_spoken:
        return Prose(sanitised(lead), sanitised(""), "", "", sanitised(rest))
    heading = HEADING.search(lead)
    label = sanitised(heading[2]).striptags() if heading else ""
    name = (heading[1] or "") if heading else ""
    spoken = HEADING.sub("", lead, count=1).strip()
    return Prose(sanitised(""), sanitised(spoken), label, name, sanitised(rest))
