"""How a request came, as far as it tells a person from a machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PURPOSES = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """`purpose` is what the browser says it fetches for, `agent` what it says it is."""

    method: str
    purpose: str
    agent: str
    by_token: bool = False  # a program with an API token, not a browser with a session

    @classmethod
    def of(cls, method: str, headers: Mapping[str, str], *, by_token: bool = False) -> Circumstances:
        """The circumstances of a request with these headers."""
        return cls(
            method=method,
            purpose=" ".join(headers.get(name, "") for name in PURPOSES).strip().lower(),
            agent=headers.get("User-Agent", "").strip(),
            by_token=by_token,
        )
