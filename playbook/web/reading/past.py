"""Where a version stands in the history of its entry, in words."""

from __future__ import annotations

from playbook.models import Ground
from playbook.models.history import Past
from playbook.models.state import State
from playbook.web.pages import day


def state_words(past: Past) -> str:
    """What readers see since 3 March; superseded, agreed 3 March to 5 May; proposed; draft."""
    if past.state in {State.AGREED, State.REVIEW_DUE}:
        return f"what readers see since {day(past.spans[-1][0])}" if past.spans else "what readers see"
    if past.state is State.SUPERSEDED:
        was_published = past.release is not None and past.release.ground is Ground.PUBLISHED
        spans = (
            f"{day(begin)} to {day(end)}" if day(begin) != day(end) else day(begin)
            for begin, end in past.spans
        )
        return f"superseded, {'published' if was_published else 'agreed'} {' and '.join(spans)}"
    return past.state.value
