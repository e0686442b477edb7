"""docs/permissions.md, made from the routes: python -m tests.guards.permission_table > docs/permissions.md"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from config import ROOT, Settings
from playbook.app import create_app
from playbook.models import Permission, Role
from playbook.models.permission import GRANTS
from playbook.models.token import CARRIES, Scope
from tests.routes import Route, routes

PAGE = ROOT / "docs/permissions.md"

ACTORS = ("nobody", *Role)
"""Somebody who is not signed in, and one person of each role."""

TOKENS = tuple(f"token: {scope}" for scope in Scope)
"""Programs: each has a token of an administrator, with one scope."""

YES, NO = "yes", "–"

BEFORE = """\
# Who may do what

A role is a named set of permissions; every address asks for one of them, or for none. Somebody who is
not signed in is sent to the sign-in page, or refused with 401 where something would change. Somebody
whose role lacks the permission is refused with 403. What a person may not know of is answered as if it
were not there, with 404, whatever their role: that depends on the entry, and is said in the last table.

This page is made from the code that serves: `python -m tests.guards.permission_table > docs/permissions.md`.
Tests ask for every address as everybody, and compare what happens with these tables.
"""

PROGRAMS = """\
A program shows a token and may do what the role of its person and the scope of the token both include;
a browser may ask with its session, and then proves each change as a form does. Without either the answer
is 401. The columns of tokens are those of an administrator.
"""

ENTRIES = """\
What somebody sees of an entry, by its state and its audience. “–”: the entry is answered as one that is not
there, no list, count or search has it, and nothing can be done to it.
"""

AFTER = """\
- A restricted text is open to its owner, its second owner, administrators, the people and teams that it
  names under `readers`, and whoever wrote the version that is shown. Each entry says so for itself,
  whatever points to it.
- The version that is shown decides who knows of an entry. Each other version decides for itself who of
  them may read it, in the history, compared, as Markdown and over the API.
- Somebody who is named only in a version that waits learns of it when it is agreed; somebody who is
  dropped in one goes on seeing what is agreed until then.
- That a version waits, a draft or proposed, is told to those who may `revise`, even where they may not read
  it: they could not write a newer one without knowing why. Others hear that a change is proposed, and nothing
  of it, where the version would be theirs to read; of drafts they hear nothing.
- People, readers and tags that are called like a role or a team are nothing more than names.
"""


@dataclass(frozen=True)
class Sees:
    """What somebody sees of an entry, as the page says it."""

    words: str
    knows: bool = True
    released: bool = False  # the version that is agreed
    unreleased: bool = False  # the draft, or the version that waits
    listed: bool = True


NOTHING = Sees(NO, knows=False, listed=False)
RELEASED = Sees("what is agreed", released=True)
DRAFT = Sees("the draft", unreleased=True)
BOTH = Sees("what is agreed, and what waits", released=True, unreleased=True)
BY_ADDRESS = Sees("what is agreed, by its address only", released=True, listed=False)
DRAFT_BY_ADDRESS = Sees("the draft, by its address only", unreleased=True, listed=False)

READS, WRITES = (Role.REP, Role.ANALYST), (Role.CONTRIBUTOR, Role.MARKETER)

# state and audience: what is seen by those who read, by those who write, and by administrators.
SITUATIONS: dict[str, tuple[Sees, Sees, Sees]] = {
    "draft": (NOTHING, DRAFT, DRAFT),
    "draft, proposed": (NOTHING, DRAFT, DRAFT),
    "agreed": (RELEASED, RELEASED, RELEASED),
    "agreed, with a newer draft": (RELEASED, BOTH, BOTH),
    "agreed, with a change proposed": (RELEASED, BOTH, BOTH),
    "review due": (RELEASED, RELEASED, RELEASED),
    "retired": (BY_ADDRESS, BY_ADDRESS, BY_ADDRESS),
    "retired draft": (NOTHING, DRAFT_BY_ADDRESS, DRAFT_BY_ADDRESS),
    "erased": (NOTHING, NOTHING, NOTHING),
    "restricted to others": (NOTHING, NOTHING, RELEASED),
    "restricted to others, draft": (NOTHING, NOTHING, DRAFT),
    "restricted to others, proposed to all": (NOTHING, NOTHING, BOTH),
    "restricted to others, retired": (NOTHING, NOTHING, BY_ADDRESS),
    "restricted, they wrote an earlier version": (NOTHING, NOTHING, RELEASED),
    "restricted, only what waits names them": (NOTHING, NOTHING, BOTH),
    "restricted, they own it": (RELEASED, RELEASED, RELEASED),
    "restricted, they own the draft": (NOTHING, DRAFT, DRAFT),
    "restricted, they own it second": (RELEASED, RELEASED, RELEASED),
    "restricted, it names them": (RELEASED, RELEASED, RELEASED),
    "restricted, it names their team": (RELEASED, RELEASED, RELEASED),
    "restricted, they wrote it": (RELEASED, RELEASED, RELEASED),
    "restricted, it names them, retired": (BY_ADDRESS, BY_ADDRESS, BY_ADDRESS),
    "restricted, it names them and what waits does not": (RELEASED, RELEASED, BOTH),
    "open, what waits is restricted to others": (RELEASED, RELEASED, BOTH),
    "open, what waits is restricted and names them": (RELEASED, BOTH, BOTH),
}


def sees(situation: str, role: Role) -> Sees:
    """What somebody of that role sees of an entry in that situation."""
    reads, writes, administers = SITUATIONS[situation]
    return reads if role in READS else writes if role in WRITES else administers


def may(route: Route, actor: str) -> bool:
    """Whether the actor's role, and the token's scope, are enough for the route."""
    if route.allows is None:
        return True
    if actor.startswith("token: "):
        return route.allows in CARRIES[Scope(actor.removeprefix("token: "))]
    return actor != "nobody" and route.allows in GRANTS[Role(actor)]


def actors_of(route: Route) -> tuple[str, ...]:
    """Who could ask for it: tokens are for programs alone."""
    return (*ACTORS, *TOKENS) if route.is_for_programs else ACTORS


def page(app: Flask) -> str:
    pages = [route for route in routes(app) if not route.is_for_programs]
    calls = [route for route in routes(app) if route.is_for_programs]
    return "\n".join(
        (
            BEFORE,
            *_permissions(),
            *_addresses("## Pages\n", pages, ACTORS),
            *_addresses(f"## Calls of programs\n\n{PROGRAMS}", calls, (*ACTORS, *TOKENS)),
            *_entries(),
            AFTER,
        )
    )


def _permissions() -> Iterator[str]:
    yield "## Permissions\n"
    yield _row("Permission", *Role, *TOKENS)
    yield _row(*["---"] * (1 + len(Role) + len(TOKENS)))
    for permission in Permission:
        carried = (permission in CARRIES[scope] for scope in Scope)
        held = (permission in GRANTS[role] for role in Role)
        yield _row(f"`{permission}`", *(YES if each else NO for each in (*held, *carried)))
    yield ""


def _addresses(heading: str, of: list[Route], actors: tuple[str, ...]) -> Iterator[str]:
    yield heading
    yield _row("Address", "asks for", *actors)
    yield _row(*["---"] * (2 + len(actors)))
    for route in of:
        asks = f"`{route.allows}`" if route.allows else "nothing"
        yield _row(f"`{route.name}`", asks, *(YES if may(route, actor) else NO for actor in actors))
    yield ""


def _entries() -> Iterator[str]:
    yield f"## Entries\n\n{ENTRIES}"
    yield _row("Entry", *Role)
    yield _row(*["---"] * (1 + len(Role)))
    for situation in SITUATIONS:
        yield _row(situation, *(sees(situation, role).words for role in Role))
    yield ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def allowed(text: str) -> dict[tuple[str, str], bool]:
    """The tables of addresses as the page has them: (address, actor) → whether they may."""
    found = {}
    for table in ("## Pages", "## Calls of programs"):
        heads, _, *rows = _table(text, table)
        for name, _, *cells in rows:
            for actor, cell in zip(heads[2:], cells, strict=True):
                found[name.strip("`"), actor] = cell == YES
    return found


def seen(text: str) -> dict[tuple[str, str], str]:
    """The table of entries as the page has it: (situation, role) → what is seen, in words."""
    heads, _, *rows = _table(text, "## Entries")
    return {(row[0], role): cell for row in rows for role, cell in zip(heads[1:], row[1:], strict=True)}


def _table(text: str, heading: str) -> list[list[str]]:
    section = text.partition(f"{heading}\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        sys.stdout.write(page(create_app(Settings(instance=Path(folder)))))
