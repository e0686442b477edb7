"""How long work says how far it has got."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with how many are done, and how many there are."""


def unseen(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""
