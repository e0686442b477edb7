"""Processes that save over and over, and say which versions they were told are kept.

python -m tests.faults.writer — the instance and the database come from PLAYBOOK_*. Each line of its
input, "SLUG COUNT NAME …", begins one process a name, and "done STATUS …" follows when all have ended.
COUNT 0 means until somebody kills it. What takes long to import is imported once, and not at the top,
because the processes that render import this file again.
"""

from __future__ import annotations

import itertools
import os
import sys
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playbook.models import Reading, User


def say(line: str) -> None:
    """A whole line, whoever else is speaking."""
    os.write(1, f"{line}\n".encode())


def more(slug: str, author: User, line: str) -> tuple[int, Reading]:
    """The number to start from, and its text with one more line."""
    from playbook.kinds import KINDS
    from playbook.models import Entry, read

    base = Entry.find(slug, reader=author).newest
    document = base.document.with_changes({}, body=f"{base.document.body}{line}\n\n")
    return base.number, read(document, kind=KINDS["note"], slug=slug)


def add(slug: str, line: str) -> int:
    """Add a line to an entry, as often as it takes; the number of the version that has it."""
    from playbook.db import db
    from playbook.models import Entry, StaleVersion, User
    from playbook.work import saving

    while True:
        author = db.session.query(User).filter_by(email="milo@example.com").one()
        base, reading = more(slug, author, line)
        try:
            with saving():
                entry = Entry.find(slug, reader=author, lock=True)
                return entry.revise(reading, by=author, base=base, note=line).number
        except StaleVersion:
            continue


def write(slug: str, count: int, name: str) -> None:
    from playbook.app import create_app

    app = create_app()
    say(f"pid {os.getpid()}")
    for turn in itertools.count(1) if count == 0 else range(1, count + 1):
        with app.app_context():
            number = add(slug, f"{name} {turn}")
        say(str(number))


def fork(slug: str, count: int, name: str) -> int:
    """Begin a process of its own; its number."""
    process = os.fork()
    if process == 0:
        status = 1
        try:
            write(slug, count, name)
            status = 0
        except BaseException:  # noqa: BLE001 - the parent is told by the status
            traceback.print_exc()
        finally:
            os._exit(status)
    return process


def main() -> None:
    import playbook.app  # noqa: F401

    for line in sys.stdin:
        slug, count, *names = line.split()
        processes = [fork(slug, int(count), name) for name in names]
        ended = [os.waitpid(process, 0)[1] for process in processes]
        say(f"done {' '.join(map(str, ended))}")


if __name__ == "__main__":
    main()
