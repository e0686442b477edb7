"""In a real browser, with every event fired: nothing that anybody typed runs, loads, or becomes an element."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request
from werkzeug.serving import make_server

from playbook.models import Role, User, UserSession
from playbook.work import saving
from tests.security.corpora import can_be_sent, everything, markup
from tests.soak import soak
from tests.world import World

# Runs before anything on the page. What a payload calls is noted, and so is each breach of the policy.
WATCH = """
window.ran = []; window.breaches = [];
for (const name of ["alert", "confirm", "prompt", "msgbox"])
  window[name] = (...said) => { window.ran.push(name + " " + said.join(" ")); };
document.addEventListener("securitypolicyviolation", (breach) =>
  window.breaches.push([breach.violatedDirective, breach.blockedURI, breach.sample].join(" ")));
"""

# Every event that a payload may wait for, at every element but our own inputs and buttons, which do what
# they are for; an intruder among them is found by its name. Links are kept from leading away.
STORM = """
async () => {
  const held = (event) => { if (event.target.closest("a, form, button, input")) event.preventDefault(); };
  for (const type of ["click", "auxclick", "submit"]) document.addEventListener(type, held, true);
  const events = ["mouseover", "mouseenter", "mousemove", "pointerover", "pointerenter", "pointerdown", "focus",
    "focusin", "blur", "click", "dblclick", "contextmenu", "keydown", "input", "toggle", "beforetoggle",
    "animationstart", "transitionend", "load", "error", "begin", "scroll", "wheel", "paste", "drop", "start"];
  for (const element of document.querySelectorAll("main :not(form, button, input, select, textarea, summary)"))
    for (const type of events)
      element.dispatchEvent(new Event(type, { bubbles: false, cancelable: true }));
  for (const link of document.querySelectorAll("main a[href]")) { link.focus?.(); link.click?.(); }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}
"""

# What no page of ours has, whatever is typed.
INTRUDERS = """
() => {
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "style" || name === "srcdoc" || name === "ping") found.push(name);
      if (/^(?:hx|data-hx)-on/.test(name)) found.push(name);
      if (["href", "src", "action", "formaction", "xlink:href"].includes(name) &&
          !["http:", "https:", "mailto:"].includes(new URL(value, document.baseURI).protocol))
        found.push(`${name}=${value.slice(0, 60)}`);
    }
  }
  const ours = (script) => script.src.startsWith(location.origin + "/static/") || script.type === "importmap";
  for (const script of document.scripts) if (!ours(script)) found.push("a script");
  const never = "iframe, object, embed, base, frame, frameset, applet, marquee, math, noscript, xmp, plaintext," +
    "template[shadowrootmode], meta[http-equiv='refresh' i], video, audio," +
    "main style, main link, main script, main meta";
  for (const element of document.querySelectorAll(never)) found.push(element.outerHTML.slice(0, 80));
  return found;
}
"""


@dataclass
class Wary:
    """A page, and whatever happened on it that nobody wanted."""

    page: Page
    at: str
    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("dialog", self._dismiss)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", lambda message: self._said(message.type, message.text))
        self.page.on("request", self._asked)
        self.page.on("popup", lambda popup: self.faults.append(f"window {popup.url}"))

    def _dismiss(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload":  # ours: what is typed has not been sent
            dialog.accept()
            return
        self.faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _said(self, kind: str, text: str) -> None:
        # That a page is refused with 404 or 422 is what Chromium logs, and what some of these pages are.
        if kind == "error" and "Failed to load resource" not in text:
            self.faults.append(f"console: {text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.at, "about:", "blob:")):
            self.faults.append(f"asked for {request.url[:100]}")

    def open(self, address: str) -> None:
        """Look at a page, and fire every event at everything on it."""
        self.page.goto(self.at + address)
        self.look(address)

    def look(self, name: str) -> None:
        self.page.evaluate(STORM)
        told = self.page.evaluate(
            f"() => ({{ ran: window.ran, breaches: window.breaches, made: ({INTRUDERS})() }})"
        )
        self.faults += [f"ran {each}" for each in told["ran"]]
        self.faults += [f"breach {each}" for each in told["breaches"]]
        self.faults += [f"made {each}" for each in told["made"]]
        self.seen.append(name)
        assert self.faults == [], name


@pytest.fixture
def address(app: Flask, world: World) -> Iterator[str]:
    """A served playbook, without the starter."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def wary(browser: Browser, world: World, address: str) -> Iterator[Wary]:
    """A page in which Ada is signed in, who sees most."""
    context: BrowserContext = browser.new_context(reduced_motion="reduce")
    context.add_init_script(WATCH)
    with world.context(), saving():
        _, secret = UserSession.begin(world.person("ada"), days=1)
    context.add_cookies([{"name": "playbook", "value": secret, "url": address}])
    yield Wary(context.new_page(), address)
    context.close()


def line(text: str, characters: int) -> str:
    return " ".join(text.split())[:characters].strip()


def written(world: World, texts: list[str]) -> list[str]:
    """An entry for each text, which stands wherever an entry has text, by somebody who is called so; the slugs."""
    slugs = []
    for number, text in enumerate(texts):
        name = line(text.replace("\x01", ""), 120)
        with world.context(), saving():
            user = User.invite(
                email=f"h{number}@example.com",
                name=name if name.isprintable() and name else "Plain",
                role=Role.MARKETER,
            )
            world.people["hostile"] = user.id
            handle = user.handle
        fields: dict[str, Any] = {
            "title": line(text, 190) or "Plain",
            "summary": line(text, 120),
            "tags": [line(text, 60)],
            "owner": handle,
            "odd": {"x": [text.replace("\x00", "")]},
        }
        slug = f"hostile-{number}"
        world.write(slug, by="hostile", body=f"{text}\n\nalert {text}\n", **fields)
        if number % 3 == 0:
            again = f"{text}\n\n{text} again\n"
            world.revise(slug, by="hostile", body=again, note=line(text, 200), title=f"{fields['title']} 2")
        slugs.append(slug)
    return slugs


def taken(text: str) -> bool:
    return can_be_sent(text) and "\x00" not in text and len(text) < 3000


def test_t01_t28_nothing_that_was_typed_runs_in_a_browser(world: World, wary: Wary) -> None:
    texts = [text for text in (everything() if soak(0, 1) else markup()) if taken(text)]
    slugs = written(world, texts)

    for page in range(1, 3 + len(slugs) // 100):
        if page == 1 or (page - 1) * 100 < len(slugs):
            wary.open(f"/notes/?page={page}")
    for asked in ("/", "/library", "/people", "/search?q=alert", "/search?q=alert&page=2", "/search?q=again"):
        wary.open(asked)
    for number, slug in enumerate(slugs):
        if number % soak(6, 1) == 0:
            wary.open(f"/notes/{slug}")
        if number % soak(24, 3) == 0:
            for more in ("/versions", "/edit", "/edit?as=document", "/diff?from=1&to=2"):
                if number % 3 == 0 or not more.startswith("/diff"):
                    wary.open(f"/notes/{slug}{more}")
    assert len(wary.seen) > 40


def test_t13_t21_nothing_in_an_address_runs_in_a_browser(world: World, wary: Wary) -> None:
    world.write("price", body="Words, alert.\n")
    for number, text in enumerate(text for text in markup() if taken(text)):
        if number % soak(5, 1) == 0:
            wary.open(f"/search?q={quote(text)}")
            wary.open(f"/notes/?persona={quote(text)}&message={quote(text)}#{quote(text)}")
        if number % soak(20, 2) == 0:
            wary.open(f"/nowhere/{quote(text, safe='')}")


def test_t27_nothing_runs_in_the_preview_beside_the_text(world: World, wary: Wary) -> None:
    world.write("price", body="Words.\n")
    for number, text in enumerate(text for text in markup() if taken(text)):
        if number % soak(15, 1) == 0:
            wary.page.goto(f"{wary.at}/notes/price/edit")
            with wary.page.expect_response("**/preview"):  # it follows the typing
                wary.page.locator("textarea[name=body]").fill(text)
            wary.page.wait_for_load_state("networkidle")
            wary.look(f"preview of {text!r}")
