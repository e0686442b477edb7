"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """Something that is wrong: which part, where in it, and a sentence."""

    what: str
    where: str
    message: str
