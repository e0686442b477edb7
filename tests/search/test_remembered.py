from __future__ import annotations

from dataclasses import dataclass

from playbook.search.remembered import Remembered


@dataclass(frozen=True)
class Thing:
    size: int


def test_what_was_not_asked_for_longest_goes_first():
    remembered: Remembered[str, Thing] = Remembered(most=10)
    for name in ("one", "two"):
        remembered.keep(name, Thing(4))
    remembered.get("one")

    remembered.keep("three", Thing(4))

    assert [name for name in ("one", "two", "three") if remembered.get(name)] == ["one", "three"]


def test_what_is_too_large_is_not_kept():
    remembered: Remembered[str, Thing] = Remembered(most=10)

    remembered.keep("large", Thing(11))

    assert remembered.get("large") is None


def test_keeping_it_again_counts_once():
    remembered: Remembered[str, Thing] = Remembered(most=10)
    for _ in range(5):
        remembered.keep("one", Thing(6))

    assert remembered.get("one") == Thing(6)
