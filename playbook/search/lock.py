"""One writer at a time, across threads and processes. A lock of a process that died is free."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)

STEP = 0.01  # seconds between two tries
LONG = b"long"  # what the file holds while its holder will take minutes


@contextmanager
def only_writer(path: Path, *, wait: float, long: bool = False) -> Iterator[bool]:
    """Hold the lock file for the time of the block, or say False after `wait` seconds.

    A holder that says it will be `long` is not waited for. Where no lock file can be, nobody writes.
    """
    handle = _wait_for(path, seconds=wait)
    if handle is None:
        yield False
        return
    try:
        os.ftruncate(handle, 0)
        if long:
            os.pwrite(handle, LONG, 0)
        yield True
    finally:
        os.ftruncate(handle, 0)
        os.close(handle)


def _wait_for(path: Path, *, seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    try:
        handle = _taken(path)
        while handle is None and time.monotonic() < deadline and not _is_long(path):
            time.sleep(STEP)
            handle = _taken(path)
    except OSError:
        log.exception("The search index cannot be locked, so it stays as it is.")
        return None
    return handle


def _is_long(path: Path) -> bool:
    try:
        return path.read_bytes() == LONG
    except FileNotFoundError:
        return False


def _taken(path: Path) -> int | None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Somebody may have deleted the file since it was opened; a lock on it would exclude nobody.
        if os.fstat(handle).st_ino == path.stat().st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None
