"""Lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, request
from pydantic import AfterValidator, Field
from werkzeug.datastructures import MultiDict

from playbook.api.answering import answer
from playbook.api.shapes.taken import Asked, Number, Told
from playbook.db import db

MOST_ON_A_PAGE = 100
Item = TypeVar("Item", bound=Told)


class PageAsked(Asked):
    """Which part of a list is wanted."""

    page: Annotated[Number, Field(description="From 1. Behind the last page there are no items.")] = 1
    per_page: Annotated[
        Number,
        AfterValidator(lambda typed: min(typed, MOST_ON_A_PAGE)),
        Field(description=f"More than {MOST_ON_A_PAGE} counts as {MOST_ON_A_PAGE}."),
    ] = 50

    @property
    def first(self) -> int:
        """How many items stand on the pages before this one."""
        return (self.page - 1) * self.per_page


class Page(Told, Generic[Item]):
    """One page of a list, and how long the list is."""

    items: list[Item]
    total: int
    page: int
    per_page: int


def paged(
    shape: type[Page[Any]], items: Sequence[Told], *, total: int, query: PageAsked, **more: Any
) -> Response:
    """One page of a list as an answer, with links to the pages around it; `more` is what that list says besides."""
    told = shape(items=list(items), total=total, page=query.page, per_page=query.per_page, **more)
    return answer(told, Link=", ".join(_links(total, query)))


def page_of(statement: sa.Select[*tuple[Any, ...]], *, query: PageAsked) -> tuple[Sequence[Any], int]:
    """The rows of that page of an ordered statement, and how many it has in all."""
    total = (
        db.session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    )
    return db.session.execute(statement.limit(query.per_page).offset(query.first)).all(), total


def _links(total: int, query: PageAsked) -> list[str]:
    last = max(1, -(-total // query.per_page))
    around = {"first": 1, "prev": min(query.page - 1, last), "next": query.page + 1, "last": last}
    return [f'<{_address(page)}>; rel="{name}"' for name, page in around.items() if 1 <= page <= last]


def _address(page: int) -> str:
    asked: MultiDict[str, str] = MultiDict(request.args)
    asked["page"] = str(page)
    return f"{request.base_url}?{urlencode(list(asked.items(multi=True)))}"
