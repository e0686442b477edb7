"""A served playbook with the starter content, and pages that report every fault they see."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from playbook.content.starter import load_starter
from playbook.models import OneTimeLink, Role, User
from playbook.work import saving

VIEWPORTS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}

# Runs before any script of the page, so that no breach of the policy goes unseen.
WATCH_POLICY = (
    "window.breaches = [];"
    "document.addEventListener('securitypolicyviolation',"
    " (breach) => window.breaches.push(breach.violatedDirective + ' ' + breach.blockedURI + ' ' + breach.sample));"
)


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The address of a server with the starter playbook in it."""
    with app.app_context():
        load_starter()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def first_link(app: Flask, served: str) -> str:
    """The one-time link of the first administrator."""
    with app.app_context(), saving():
        user = User.invite(email="first@example.com", name="Administrator", role=Role.ADMIN)
        return f"{served}/first/{OneTimeLink.make(user)}"


@dataclass
class Watched:
    """A page of a browser, and what went wrong on it."""

    page: Page
    size: str
    faults: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._said(message.type, message.text))
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))

    def _said(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"console {kind}: {text}")

    def check(self, name: str) -> None:
        """Nothing wrong so far, and axe has nothing to say about the page as it is now."""
        self.faults += [f"{name}: policy: {breach}" for breach in self.page.evaluate("window.breaches")]
        found = Axe().run(self.page)
        self.faults += [
            f"{name}: axe {violation['id']}: {violation['nodes'][0]['html'][:160]}"
            for violation in found.response["violations"]
        ]
        width = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if width > 0:
            self.faults.append(f"{name}: {width}px wider than the window")
        self.checked.append(name)
        assert self.faults == []
        self.keep_picture(name)

    def keep_picture(self, name: str) -> None:
        """Save what the page looks like, for the README, when bin/shots asks for it."""
        folder = os.environ.get("PLAYBOOK_SHOTS")
        if folder:
            file = re.sub(r"[^a-z0-9]+", "-", f"{name} {self.size}".lower()).strip("-")
            self.page.screenshot(path=Path(folder) / f"{file}.png")


@pytest.fixture(params=["desktop", "phone"])
def watched(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Watched]:
    """A page at 1280 pixels, and again at 390."""
    options: dict[str, Any] = {"viewport": VIEWPORTS[request.param]}
    context: BrowserContext = browser.new_context(
        **options, reduced_motion="reduce", permissions=["clipboard-write"]
    )
    context.add_init_script(WATCH_POLICY)
    yield Watched(context.new_page(), request.param)
    context.close()
