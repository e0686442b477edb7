"""How much: a little in every run of bin/test, a lot in bin/soak."""

from __future__ import annotations

import os

SOAKING = os.environ.get("PLAYBOOK_SOAK") == "1"


def soak(small: int, big: int) -> int:
    """`small` in an ordinary run, `big` under bin/soak."""
    return big if SOAKING else small
