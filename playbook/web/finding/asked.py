"""What an address of the search page asks for, and the addresses of what could be asked next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request, url_for

from playbook.errors import NotFound
from playbook.search.facets import LABELS, MOST_VALUES
from playbook.search.query import clean

ON_A_PAGE = 20
LAST_PAGE = 500
LONGEST_VALUE = 200  # characters; no slug, state or tag that anybody chooses from is longer


@dataclass(frozen=True)
class Asked:
    """Words, what is chosen in each facet, and which page of the results. False where nothing is asked."""

    words: str
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1

    def __bool__(self) -> bool:
        return bool(self.words or self.facets)

    @property
    def offset(self) -> int:
        """How many results come before this page."""
        return (self.page - 1) * ON_A_PAGE

    @property
    def address(self) -> str:
        """Where this is asked; everything that matters stands in it."""
        query: dict[str, Any] = {"q": self.words, **self.facets, "page": self.page if self.page > 1 else None}
        return url_for("search.show", **{name: value for name, value in query.items() if value})

    def on_page(self, number: int) -> Asked:
        return replace(self, page=number)

    def in_words(self, words: str) -> Asked:
        return replace(self, words=words, page=1)

    def anywhere(self) -> Asked:
        """The same words with nothing chosen."""
        return Asked(self.words)

    def within(self, facet: str, value: str) -> Asked:
        return Asked(self.words, {**self.facets, facet: (*self.facets.get(facet, ()), value)})

    def without(self, facet: str, value: str) -> Asked:
        left = {
            name: tuple(each for each in values if (name, each) != (facet, value))
            for name, values in self.facets.items()
        }
        return Asked(self.words, {name: values for name, values in left.items() if values})


def asked() -> Asked:
    """What this request asks for. What cannot be understood is left out.

    Raises:
        NotFound: no list of results has so many pages.
    """
    chosen = {name: _values(name) for name in LABELS}
    number = request.args.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1
    if page > LAST_PAGE:
        raise NotFound("There are not so many pages.")
    return Asked(
        clean(request.args.get("q", "")),
        {name: values for name, values in chosen.items() if values},
        max(page, 1),
    )


def _values(facet: str) -> tuple[str, ...]:
    typed = request.args.getlist(facet)[:MOST_VALUES]
    return tuple(
        dict.fromkeys(value for value in typed if 0 < len(value) <= LONGEST_VALUE and value.isprintable())
    )
