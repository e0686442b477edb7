"""The process that turns texts into others, and that can be killed: Python-Markdown takes minutes over some."""

import os
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.util import Finalize
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from playbook.errors import Invalid, Problem
from playbook.markdown.rendering import Rendered, TooLarge, rendered

# Seconds a body may take; the longest page of a real handbook (86 KB) takes 0.05.
SECONDS = 2
# Seconds to wait for bodies that came before; then somebody is sending texts made to be slow.
PATIENCE = 10
# Bodies after which a fresh process takes over, so that what Python keeps of old ones cannot add up.
BODIES_PER_PROCESS = 500
# Bytes of memory; the worst text tried that is finished in time needs a quarter of it.
MEMORY = 512 * 1024 * 1024
# What the process ends with when it needs more.
_OUT_OF_MEMORY = 77

Made = TypeVar("Made")


class Child:
    """One process, started when first needed and again after it was killed; asked by any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._ending: Finalize | None = None  # ends the pool, once
        self._method = "forkserver"

    def render(self, body: str) -> Rendered:
        """Have a body laid out.

        Raises:
            Invalid: it takes longer than SECONDS, or more memory, or comes out too large.
        """
        return self.turn(body, rendered)

    def turn(self, text: str, work: Callable[[str], Made]) -> Made:
        """What a function of some module makes of a text.

        Raises:
            Invalid: field "body"; it takes longer than SECONDS, or more memory, or comes out too large.
        """
        for _ in range(2):  # A process that somebody else killed says nothing about the body.
            pool = self._running()
            try:
                task = pool.schedule(_limited, args=(work, text), timeout=SECONDS)
            except RuntimeError:  # The pool has noticed that its idle process is gone.
                self._drop(pool)
                continue
            try:
                made: Made = task.result(timeout=PATIENCE)
                return made
            except TookTooLong as error:
                if task.done():
                    raise _refusal(
                        f"takes longer than {SECONDS} seconds to lay out; look for long rows of brackets or signs"
                    ) from error
                task.cancel()
                raise _refusal(
                    "could not be laid out now, too many others are waiting; try again in a minute"
                ) from error
            except (RecursionError, TooLarge) as error:
                raise _refusal("is nested too deeply, or far too large once laid out") from error
            except ProcessExpired as error:
                if error.exitcode == _OUT_OF_MEMORY:
                    raise _refusal("needs too much memory to lay out") from error
                self._drop(pool)
            except BrokenProcessPool:
                self._drop(pool)
        raise _refusal("could not be laid out: it needs too much time or memory")

    def _running(self) -> ProcessPool:
        with self._lock:
            if self._pool is None:
                # A forked copy of a server would hold its locks and sockets; a fork server holds none.
                context = get_context(self._method)
                context.set_forkserver_preload(["__main__", __name__])
                self._pool = ProcessPool(
                    max_workers=1, max_tasks=BODIES_PER_PROCESS, initializer=_set_limits, context=context
                )
                # A server's process ends only when its children have; this one waits to be asked.
                self._ending = Finalize(None, _end, args=(self._pool,), exitpriority=1)
            return self._pool

    def _drop(self, pool: ProcessPool) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
            else:
                return
        if self._ending is not None:
            self._ending()

    def forget(self) -> None:
        """Leave the process, and the fork server, to the parent that this process was forked from."""
        self._lock = threading.Lock()
        self._pool = None
        self._ending = None
        self._method = "spawn"


def _end(pool: ProcessPool) -> None:
    pool.stop()
    pool.join()


def _refusal(why: str) -> Invalid:
    return Invalid([Problem("body", f"The text {why}")])


def _set_limits() -> None:
    # pebble's own handler waits until Python gets a turn, which a long search in C does not give it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, most))


def _limited(work: Callable[[str], Made], text: str) -> Made:
    """Work with a limit of processor time of its own: should the parent be gone, nobody else would end it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    seconds = int(used.ru_utime + used.ru_stime) + 2 * SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))
    try:
        return work(text)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)  # What is left of it is of no use to the next body.


CHILD = Child()
os.register_at_fork(after_in_child=CHILD.forget)
