"""Everybody who has an account, for those who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from playbook.db import db
from playbook.models.user import ERASED, User

ON_A_PAGE = 50


@dataclass(frozen=True)
class People:
    """One page of the people whose name, address or handle holds some words, by name.

    `number` counts from 1 and is at most `pages`; `total` is how many were found in all. Erased people are nobody.
    """

    found: Sequence[User]
    total: int
    number: int
    pages: int

    @classmethod
    def like(cls, words: str, *, page: int) -> People:
        """Those who are called so. Every character means itself, also % and _."""
        said = " ".join(words.split())
        which: sa.ColumnElement[bool] = User.email.not_like(f"%@{ERASED}")
        if said:
            columns = (User.name, User.email, User.handle)
            which &= sa.or_(*(column.icontains(said, autoescape=True) for column in columns))
        total = db.session.scalar(sa.select(sa.func.count()).select_from(User).where(which)) or 0
        pages = max(1, -(-total // ON_A_PAGE))
        number = min(max(page, 1), pages)
        found = sa.select(User).where(which).order_by(sa.func.lower(User.name), User.id)
        rows = db.session.scalars(found.limit(ON_A_PAGE).offset((number - 1) * ON_A_PAGE)).all()
        return cls(rows, total, number, pages)
