"""What the playbook asks of a search engine. Whoosh answers today; PostgreSQL answers the same way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from playbook.search.query import Query
from playbook.search.text import SearchText

Progress = Callable[[int], None]  # called with how many entries are done so far


class Damaged(Exception):
    """The index cannot be believed: missing, cut, altered, or of another database. It says what is wrong."""


class Missing(Damaged):
    """There never was an index here."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A query, who asks, and how much of the answer is wanted.

    `tokens` are those the asker holds; an entry is seen by whoever holds one of its `readers`.
    `chosen` narrows: one of the values of each facet named. `folds` name facets that are worked out
    from others. With `ageing`, some entries keep less than their score.
    """

    query: Query
    tokens: frozenset[str]
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    folds: Mapping[str, Fold] = field(default_factory=dict)
    ageing: Ageing | None = None
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found. `fields` says where: "title", "text"."""

    entry_id: int
    version_id: int
    score: float
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """The best of those found, how many there are, and how many have each value of each facet.

    A facet is counted as if nothing had been chosen in it, so that a second value can be added.
    """

    total: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Completion:
    """An entry whose title somebody may be typing."""

    entry_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an engine holds of an entry."""

    version_id: int
    fingerprint: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What ties an index to a database, written to both each time the index is.

    `id` is random. `epoch` is the database's. `base` is the mark that the database bore while this one
    was written, and `entries` are those of its outbox that went into the index.
    """

    id: str
    epoch: str = ""
    base: str = ""
    entries: tuple[int, ...] = ()

    def belongs_to(self, *, epoch: str, mark: str, pending: Collection[int]) -> bool:
        """Whether an index with this mark is of a database with that one and these stale entries.

        If the database still bears `base` and the entries are still stale, whoever wrote the index
        died before saying so, and writing them again puts it right. Any other difference means that
        the index is of another database, or of another time of this one.
        """
        if self.epoch != epoch:
            return False
        return self.id == mark or (self.base == mark and all(entry in pending for entry in self.entries))


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Entries that changed and are not indexed yet: what is held of them is to be overlooked.

    `texts` are those of them that readers may find now.
    """

    entries: frozenset[int] = frozenset()
    texts: tuple[SearchText, ...] = ()


@dataclass(frozen=True, slots=True)
class Fold:
    """A facet that is worked out from another at the time of asking.

    `into` says which value an entry has, for each value of `facet`.
    """

    facet: str
    into: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Ageing:
    """The share of its score, above 0, that an entry keeps for each value of a facet; of several values, the least."""

    facet: str
    keeps: Callable[[str], float]


NOTHING_UNSETTLED = Unsettled()


class Engine(Protocol):
    """Words to entries. Only ids come out; whoever shows rows loads them through what the reader may see."""

    def search(self, question: Question, *, unsettled: Unsettled = NOTHING_UNSETTLED) -> Hits:
        """Answer. Raises `Damaged` where the answer could not be trusted."""
        ...

    def complete(
        self, prefix: str, *, tokens: frozenset[str], limit: int, unsettled: Unsettled = NOTHING_UNSETTLED
    ) -> list[Completion]:
        """Entries with a title word that begins so. Raises `Damaged`."""
        ...

    def ids(self) -> dict[int, Indexed]:
        """Everything held. Raises `Damaged`."""
        ...

    def mark(self) -> Mark:
        """The mark of what is held. Raises `Damaged`."""
        ...

    def put(self, texts: Iterable[SearchText], *, remove: Iterable[int] = (), mark: Mark) -> None:
        """Hold these texts in place of what was held of their entries, and forget others.

        The caller is the only writer. Raises `Damaged`.
        """
        ...

    def rebuild(self, texts: Iterable[SearchText], *, mark: Mark, progress: Progress | None = None) -> None:
        """Hold these texts and nothing else. What was held before answers until this is done.

        The caller is the only writer.
        """
        ...

    def writing(self, *, wait: float, long: bool = False) -> AbstractContextManager[bool]:
        """Be the only writer for the time of the block, or get False after `wait` seconds."""
        ...

    def needs_tidying(self) -> bool:
        """Whether `tidy` would make search noticeably faster. Raises `Damaged`."""
        ...

    def tidy(self) -> None:
        """Lay out anew what is held; it may take minutes. The caller is the only writer. Raises `Damaged`."""
        ...
