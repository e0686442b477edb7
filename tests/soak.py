"""How much: a little in every run of bin/test, a lot in bin/soak."""

from __future__ import annotations

import os
from pathlib import Path

SOAKING = os.environ.get("PLAYBOOK_SOAK") == "1"

# Where chance begins, to have again what a test of random steps found.
SEED = int(os.environ["PLAYBOOK_SEED"]) if "PLAYBOOK_SEED" in os.environ else None

# A folder of more texts to try, each file a JSON list of strings.
MORE_TEXTS = Path(os.environ["PLAYBOOK_CORPUS"]) if "PLAYBOOK_CORPUS" in os.environ else None


def soak(small: int, big: int) -> int:
    """`small` in an ordinary run, `big` under bin/soak."""
    return big if SOAKING else small
