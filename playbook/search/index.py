"""An engine kept in step with the database, and answers that are right while it is not.

Whoever saves writes a stale row in the same transaction. Whoever saves or searches next takes the
lock, indexes what the database says now, and then removes the rows; so being killed anywhere only
means that somebody else does it again. An index that cannot be believed is built anew, and until
that is done the database answers, scored by the same functions.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from playbook.errors import Conflict
from playbook.search import ranking, source
from playbook.search.completion import complete
from playbook.search.engine import (
    NOTHING_UNSETTLED,
    Completion,
    Damaged,
    Engine,
    Hits,
    Mark,
    Missing,
    Progress,
    Question,
    Unsettled,
)
from playbook.search.leaf import MemoryLeaf, Vocabulary
from playbook.search.snapshot import Snapshot

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

WAIT = 2.0  # seconds for another writer to finish; a save takes hundredths
FEW = 200  # stale entries that somebody who searches will index; more are left to a thread
CHUNK = 2_000  # stale entries indexed at once
INLINE = 1_000  # entries that somebody who searches will build an index of: about a second
REST = 30.0  # seconds before another attempt after building failed, as on a full disk


class Index:
    """One for each process and application."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._worker: threading.Thread | None = None
        self._guard = threading.Lock()
        self._resting_until = 0.0

    def search(self, question: Question) -> Hits:
        """Answer as the database is now. Never fails because of the index."""
        return self._ask(
            lambda unsettled: self.engine.search(question, unsettled=unsettled),
            lambda: ranking.answer(_from_database(question.query.all_terms), question),
        )

    def complete(self, prefix: str, *, tokens: frozenset[str], limit: int) -> list[Completion]:
        """Complete as the database is now. Never fails because of the index."""
        return self._ask(
            lambda unsettled: self.engine.complete(prefix, tokens=tokens, limit=limit, unsettled=unsettled),
            lambda: complete(_from_database(frozenset()), prefix, tokens=tokens, limit=limit),
        )

    def catch_up(self) -> None:
        """Index everything that is stale; left to whoever comes next if another writer holds the lock."""
        try:
            if self._is_behind():
                with self.engine.writing(wait=WAIT) as mine:
                    if mine:
                        self._take_stale()
            if self.engine.needs_tidying():
                self._later(self._tidy)
        except Damaged as damage:
            self._heal(damage)

    def rebuild(self, *, progress: Progress | None = None) -> None:
        """Build the index anew from the database; the old one goes on answering.

        Raises:
            Conflict: somebody else is writing to it.
        """
        with self.engine.writing(wait=WAIT, long=True) as mine:
            if not mine:
                raise Conflict("The search index is being built already.")
            self._build(progress)

    def wait(self) -> None:
        """Until work that was left to a thread is done."""
        worker = self._worker
        if worker is not None:
            worker.join()

    def _ask(self, engine: Callable[[Unsettled], Answer], database: Callable[[], Answer]) -> Answer:
        try:
            return engine(self._follow())
        except Damaged as damage:
            healed = self._heal(damage)
        if healed:
            try:
                return engine(self._follow())
            except Damaged:
                log.exception("The search index was damaged again at once.")
        return database()

    def _follow(self) -> Unsettled:
        """Index a few stale entries; say which are still unsettled. Raises `Damaged`."""
        if not self._is_behind():
            return NOTHING_UNSETTLED
        if len(source.stale(most=FEW + 1).rows) > FEW:
            self._later(self.catch_up)
        else:
            with self.engine.writing(wait=WAIT) as mine:
                if mine and self._try_to_take_stale():
                    return NOTHING_UNSETTLED
        stale = source.stale()
        self._require_belonging(source.known(), stale)
        return Unsettled(stale.entries, tuple(source.texts(stale.entries)))

    def _is_behind(self) -> bool:
        known = source.known()
        mark = self.engine.mark()
        return known.is_stale or mark.id != known.mark or mark.epoch != known.epoch

    def _try_to_take_stale(self) -> bool:
        try:
            self._take_stale()
        except SQLAlchemyError:
            log.exception("What was indexed could not be noted; the next search tries again.")
            return False
        return True

    def _take_stale(self) -> None:
        """Index all stale entries. The caller is the only writer. Raises `Damaged`."""
        while True:
            known = source.known()
            stale = source.stale(most=CHUNK)
            mark = self._require_belonging(known, stale)
            if not stale.rows:
                if mark.id != known.mark:
                    source.settle((), mark=mark.id)
                return
            texts = source.texts(stale.entries)
            mark = _new_mark(known, entries=stale.entries)
            self.engine.put(texts, remove=stale.entries - {text.entry_id for text in texts}, mark=mark)
            source.settle(stale.rows, mark=mark.id)
            if len(stale.rows) < CHUNK:
                return

    def _require_belonging(self, known: source.Known, stale: source.Stale) -> Mark:
        mark = self.engine.mark()
        if not mark.belongs_to(epoch=known.epoch, mark=known.mark, pending=stale.entries):
            raise Damaged("it is of another database, or of another time of this one")
        return mark

    def _heal(self, damage: Damaged) -> bool:
        """Build the index anew, now if that is quick; True when it can be asked again."""
        if time.monotonic() < self._resting_until:
            return False
        level = logging.INFO if isinstance(damage, Missing) else logging.WARNING
        log.log(level, "The search index is built anew: %s.", damage)
        if source.count() > INLINE:
            self._later(self._mend)
            return False
        return self._mend()

    def _mend(self) -> bool:
        with self.engine.writing(wait=WAIT, long=True) as mine:
            if not mine:
                return False
            try:
                return self._try_to_take_stale()  # if somebody else built it since, there is nothing to mend
            except Damaged:
                return self._try_to_build()

    def _try_to_build(self) -> bool:
        try:
            self._build()
        except (Damaged, OSError, SQLAlchemyError):
            self._resting_until = time.monotonic() + REST
            log.exception("The search index could not be built; the database answers.")
            return False
        return True

    def _build(self, progress: Progress | None = None) -> None:
        known = source.known()
        stale = source.stale()
        mark = _new_mark(known)
        self.engine.rebuild(source.all_texts(), mark=mark, progress=progress)
        source.settle(stale.rows, mark=mark.id)

    def _tidy(self) -> None:
        with self.engine.writing(wait=0, long=True) as mine:
            if mine:
                self.engine.tidy()

    def _later(self, work: Callable[[], object]) -> None:
        """Have a thread do it, unless one is busy: it would find the same to do."""
        app = current_app._get_current_object()  # type: ignore[attr-defined]

        def run() -> None:
            with app.app_context():
                try:
                    work()
                except Exception:
                    log.exception("The search index could not be kept up by a thread.")

        with self._guard:
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=run, name="search index", daemon=True)
                self._worker.start()


def _new_mark(known: source.Known, *, entries: frozenset[int] = frozenset()) -> Mark:
    return Mark(id=secrets.token_hex(8), epoch=known.epoch, base=known.mark, entries=tuple(sorted(entries)))


def _from_database(terms: frozenset[str]) -> Snapshot:
    vocabulary = Vocabulary()
    return Snapshot([(MemoryLeaf(source.all_texts(), vocabulary, terms=terms), None)], vocabulary)
