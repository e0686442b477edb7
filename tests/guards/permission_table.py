"""docs/permissions.md, made from the routes: python -m tests.guards.permission_table > docs/permissions.md"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from config import ROOT, Settings
from playbook.app import create_app
from playbook.models import Permission, Role
from playbook.models.permission import GRANTS
from tests.routes import Route, routes

PAGE = ROOT / "docs/permissions.md"

ACTORS = ("nobody", *Role)
"""Somebody who is not signed in, and one person of each role."""

YES, NO = "yes", "–"

BEFORE = """\
# Who may do what

A role is a named set of permissions; every address asks for one of them, or for none. Somebody who is
not signed in is sent to the sign-in page, or refused with 401 where something would change. Somebody
whose role lacks the permission is refused with 403. What a person may not know of is answered as if it
were not there, with 404, whatever their role: that depends on the entry, and is said below the tables.

This page is made from the code that serves: `python -m tests.guards.permission_table > docs/permissions.md`.
"""

AFTER = """\
## Which entries

- A rep knows of released entries, and sees the version that was released.
- Whoever may `revise` also knows of drafts and of versions that wait.
- An entry for a restricted audience is known to its owner and to administrators only; a version for one,
  to them and to whoever wrote it.
- What is hidden and what is missing get the same answer.
"""


def may(route: Route, actor: str) -> bool:
    """Whether the actor's role is enough for the route."""
    return route.allows is None or (actor != "nobody" and route.allows in GRANTS[Role(actor)])


def page(app: Flask) -> str:
    return "\n".join((BEFORE, *_permissions(), *_addresses(app), AFTER))


def _permissions() -> Iterator[str]:
    yield "## Permissions\n"
    yield _row("Permission", *Role)
    yield _row(*["---"] * (1 + len(Role)))
    for permission in Permission:
        yield _row(f"`{permission}`", *(YES if permission in GRANTS[role] else NO for role in Role))
    yield ""


def _addresses(app: Flask) -> Iterator[str]:
    yield "## Addresses\n"
    yield _row("Address", "asks for", *ACTORS)
    yield _row(*["---"] * (2 + len(ACTORS)))
    for route in routes(app):
        asks = f"`{route.allows}`" if route.allows else "nothing"
        yield _row(f"`{route.name}`", asks, *(YES if may(route, actor) else NO for actor in ACTORS))
    yield ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def allowed(text: str) -> dict[tuple[str, str], bool]:
    """The table of addresses as the page has it: (address, actor) → whether they may."""
    rows = [
        line.strip("| ").split(" | ")
        for line in text.partition("## Addresses")[2].splitlines()
        if "| " in line
    ]
    return {
        (name.strip("`"), actor): cell == YES
        for name, _, *cells in rows[2:]
        for actor, cell in zip(ACTORS, cells, strict=True)
    }


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        sys.stdout.write(page(create_app(Settings(instance=Path(folder)))))
