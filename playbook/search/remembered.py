"""What was worked out once and may be asked for again, as long as there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows how many bytes it holds."""

    @property
    def size(self) -> int: ...


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Sized)


class Remembered(Generic[Key, Value]):
    """At most so many bytes; what was not asked for longest goes first. For any number of threads."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._held = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """What was kept under this key, if it still is."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def keep(self, key: Key, value: Value) -> None:
        """Remember a value that was not."""
        with self._lock:
            if key in self._values:
                return
            self._values[key] = value
            self._held += value.size
            while self._held > self._most:
                _, oldest = self._values.popitem(last=False)
                self._held -= oldest.size
