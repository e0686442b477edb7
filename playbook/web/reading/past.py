"""Where a version stands in the history of its entry, in words."""

from __future__ import annotations

from playbook.models import Entry, Ground
from playbook.models.history import Past
from playbook.web.pages import day


def state_words(past: Past, entry: Entry) -> str:
    """What readers see since 3 March; was agreed 3 March to 5 May; waits; never agreed."""
    if past.version.id == entry.agreed_id:
        return f"what readers see since {day(past.spans[-1][0])}" if past.spans else "what readers see"
    if past.release is not None:
        verb = "published" if past.release.ground is Ground.PUBLISHED else "agreed"
        spans = (
            f"{day(begin)} to {day(end)}" if day(begin) != day(end) else day(begin)
            for begin, end in past.spans
        )
        return f"was {verb} {' and '.join(spans)}"
    if past.version.id == entry.latest_id:
        return "proposed" if entry.proposed_id == past.version.id else "draft"
    return "never agreed"
