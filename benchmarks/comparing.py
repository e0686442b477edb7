"""Both sides served at once, and every page of both measured in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.asking import Measured, ask, cookies_of, write_addresses
from benchmarks.corpus import Corpus
from benchmarks.instance import Filled
from benchmarks.saving import Writers
from benchmarks.serving import Server, serving
from playbook.kinds import KINDS

QUERIES = 400
SAVED = 40  # entries that are saved again and again, by each of the two forms

Round = Callable[[], Measured]


@dataclass(frozen=True)
class Pace:
    """How long everything is measured: so many rounds of so many seconds, after some to warm up.

    Every process has to compile its templates and statements, and every thread to connect, so a cold
    round costs several times as much as a warm one.
    """

    rounds: int
    seconds: int
    warm_up: int = 2  # rounds


@dataclass
class Side:
    """One server, and what was measured of it."""

    server: Server
    readers: list[str]  # the cookies of each
    writer: str
    idle: tuple[int, int]  # bytes of the process that serves, and of all
    busy: tuple[int, int] = (0, 0)  # the same when everything was measured
    pages: dict[str, list[Measured]] = field(default_factory=dict)

    @classmethod
    def of(cls, server: Server, readers: list[str], writer: str) -> Side:
        """The side that a server is, with sessions of these secrets."""
        idle = server.memory()
        return cls(
            server, [cookies_of(server, secret) for secret in readers], cookies_of(server, writer), idle
        )

    def median(self, page: str, of: str) -> float:
        """The median over all rounds of one thing that was measured of a page."""
        return statistics.median(getattr(measured, of) for measured in self.pages[page])


@dataclass(frozen=True)
class Compared:
    """Both sides with so many entries."""

    size: int
    ours: Side
    floor: Side

    @property
    def pages(self) -> list[str]:
        """The names of the pages, in the order in which they were measured."""
        return list(self.ours.pages)

    def ratio(self, page: str, of: str) -> float:
        """Ours to the floor's."""
        return self.ours.median(page, of) / self.floor.median(page, of)


def compare(filled: Filled, pace: Pace) -> Compared:
    """Serve both sides of a folder and measure every page."""
    readers, writer = filled.sign_in()
    with (
        serving("ours", "wsgi:app", {"PLAYBOOK_INSTANCE": str(filled.settings.instance)}) as ours,
        serving("floor", "benchmarks.floor:app", {"FLOOR_DATABASE": str(filled.floor)}) as floor,
    ):
        sides = [Side.of(server, readers, writer) for server in (ours, floor)]
        for page, rounds in _pages(filled, sides, pace):
            for number in range(pace.warm_up + pace.rounds):
                turns = list(zip(sides, rounds, strict=True))
                # They take turns at coming first, so that what else the machine does meets both.
                for side, measure in turns if number % 2 else reversed(turns):
                    measured = measure()
                    if number >= pace.warm_up:
                        side.pages.setdefault(page, []).append(measured)
        for side in sides:
            side.busy = side.server.memory()
        return Compared(filled.size, *sides)


def _pages(filled: Filled, sides: list[Side], pace: Pace) -> Iterator[tuple[str, list[Round]]]:
    """The name of each page, and for each side what measures one round of it."""
    corpus = Corpus(filled.size)
    entries = [f"/{KINDS[kind].folder}/{slug}" for kind, slug in corpus.growing]
    asked = {
        "entry": entries,
        "search": [f"/search?{urlencode({'q': words})}" for words in corpus.words.queries(QUERIES)],
        "home": ["/"],
        "stage": [f"/{KINDS['stage'].folder}/{slug}" for slug in corpus.slugs["stage"]],
    }
    for page, addresses in asked.items():
        yield page, [Asking.of(side, page, addresses, filled.folder, pace).round for side in sides]
    ours, floor = sides
    for page, first, query, text in (
        ("save", 0, "?as=document", "document"),
        ("save by form", SAVED, "", "body"),
    ):
        addresses = [f"{entry}/edit" for entry in entries[first : first + SAVED]]
        writers = (
            Writers(ours.server, ours.writer, addresses, query=query, text=text),
            Writers(floor.server, floor.writer, addresses, query="", text="text"),
        )
        yield page, [partial(each.save, seconds=pace.seconds) for each in writers]


@dataclass
class Asking:
    """The rounds of one page on one side, each of which goes on where the one before stopped."""

    server: Server
    addresses: Path
    seconds: int
    asked: int = 0

    @classmethod
    def of(cls, side: Side, page: str, addresses: list[str], folder: Path, pace: Pace) -> Asking:
        """Write the addresses down, for each reader in turn."""
        path = folder / f"{side.server.name}-{page}.txt"
        write_addresses(path, addresses, side.readers)
        return cls(side.server, path, pace.seconds)

    def round(self) -> Measured:
        """One round."""
        measured = ask(self.server, self.addresses, seconds=self.seconds, begin=self.asked)
        self.asked += measured.requests
        return measured
