"""Short names for long titles."""

from __future__ import annotations

import re

DETAIL = re.compile(r" (?:of|who|that|with) .*| ?\(.*|, .*")


def short(title: str) -> str:
    """What people say for a persona or a stage: the CFO of a multi-plant manufacturer is known as the CFO."""
    return DETAIL.sub("", title) or title
