"""People on a journey: every click, key that acts and field that is filled in is counted, and the time is told.

Times are told at the end of the report and not asserted: a loaded machine is no fault of the pages.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.conftest import Watched


@dataclass
class Traveller:
    """Somebody with a browser of their own."""

    name: str
    watched: Watched
    root: str
    interactions: int = 0
    seconds: float = 0.0  # from each act until its page is there; nobody reads in it

    @property
    def page(self) -> Page:
        return self.watched.page

    @property
    def told(self) -> str:
        """What this person needed, in one line."""
        return f"{self.name} on {self.watched.size}: {self.interactions} interactions, {self.seconds:.1f} s"

    def go(self, path: str) -> Page:
        """Open an address: where a journey begins, or what a test looks at. It counts as nothing done."""
        self.page.goto(self.root + path)
        self.page.wait_for_load_state()
        return self.page

    def click(self, what: Locator) -> None:
        """Click, or tap."""
        self._does(lambda: what.click())

    def fill(self, what: Locator, words: str) -> None:
        """Fill in a field."""
        self._does(lambda: what.fill(words))

    def search(self, words: str) -> None:
        """Type into the search field and press Enter: one committed field."""
        box = self.page.get_by_role("searchbox").first

        def typed() -> None:
            box.fill(words)
            box.press("Enter")

        self._does(typed)

    def press(self, key: str) -> None:
        """Press a key that does something; moving the focus is done by `reach`."""
        self._does(lambda: self.page.keyboard.press(key))

    def type(self, words: str) -> None:
        """Type over what stands in the field that has the focus."""

        def typed() -> None:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(words)

        self._does(typed)

    def reach(self, words: str, *, most: int = 90) -> None:
        """Press Tab until what has the focus is called so. Where it was moved to before does not matter."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            name: str | None = self.page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || document.activeElement.name"
                " || document.activeElement.textContent || '').replace(/\\s+/g, ' ').trim()"
            )
            if words in (name or ""):
                return
        raise AssertionError(f"Tab never reached {words!r}")

    def _does(self, act: Callable[[], Any]) -> None:
        began = time.monotonic()
        act()
        self.page.wait_for_load_state()
        self.seconds += time.monotonic() - began
        self.interactions += 1
