"""People who save: each thread keeps its entries to itself, and the number of the version it last saved."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import cycle
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import html5lib

from benchmarks.asking import AGENT, Measured
from benchmarks.serving import Server

THREADS = 4


@dataclass
class Form:
    """The form of one entry, as a browser would send it."""

    address: str
    values: list[tuple[str, str]]
    text: str  # name of the field that is typed into
    saved: int = 0

    def typed(self, word: str) -> str:
        """The form with another word at the end of its text, and the number of the version it started from."""
        values = dict(self.values)
        text, base = values[self.text], int(values["base"]) + self.saved
        said = f"{text.rstrip()}\r\n\r\nChanged to {word}.\r\n"
        changed = {self.text: said, "base": str(base), "note": "Another word"}
        return urlencode([(name, changed.get(name, value)) for name, value in self.values])


@dataclass
class Writer:
    """One thread with a connection of its own."""

    server: Server
    cookies: str
    forms: list[Form]
    took: list[float] = field(default_factory=list)  # seconds for each save
    fault: str = ""

    def save_until(self, end: float) -> None:
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        for number, form in enumerate(cycle(self.forms)):
            if time.monotonic() >= end:
                break
            began = time.monotonic()
            status = self._save(connection, form, f"word{number}x{form.saved}")
            if status != 303:
                self.fault = f"{form.address} answered {status}"
                break
            form.saved += 1
            self.took.append(time.monotonic() - began)
        connection.close()

    def _save(self, connection: HTTPConnection, form: Form, word: str) -> int:
        head = {
            "Cookie": self.cookies,
            "User-Agent": AGENT,
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"{self.server.url}{form.address}",
        }
        connection.request("POST", form.address, body=form.typed(word), headers=head)
        answer = connection.getresponse()
        answer.read()
        return answer.status


class Writers:
    """Everybody who saves on one server; kept from round to round, because bases go on."""

    def __init__(
        self, server: Server, cookies: str, addresses: Sequence[str], *, query: str, text: str
    ) -> None:
        forms = [read_form(server, cookies, address, query=query, text=text) for address in addresses]
        self.server = server
        self.writers = [Writer(server, cookies, forms[number::THREADS]) for number in range(THREADS)]

    def save(self, *, seconds: int) -> Measured:
        """Save for so many seconds.

        Raises:
            SystemExit: a save was refused.
        """
        before, began = self.server.cpu_seconds(), time.monotonic()
        for writer in self.writers:
            writer.took.clear()
        threads = [
            threading.Thread(target=writer.save_until, args=(began + seconds,)) for writer in self.writers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lasted, cpu = time.monotonic() - began, self.server.cpu_seconds() - before
        if faults := [writer.fault for writer in self.writers if writer.fault]:
            raise SystemExit(f"A save was refused by {self.server.name}: {faults[0]}")
        took = sorted(second for writer in self.writers for second in writer.took)
        return Measured(
            requests=len(took),
            cpu_ms=cpu / len(took) * 1000,
            per_second=len(took) / lasted,
            p50_ms=statistics.median(took) * 1000,
            p99_ms=took[int(len(took) * 0.99)] * 1000,
            bytes=0,
        )


def read_form(server: Server, cookies: str, address: str, *, query: str, text: str) -> Form:
    """Open the page and take what its form would send; `text` is the field that will be typed into."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", address + query, headers={"Cookie": cookies, "User-Agent": AGENT})
    page = connection.getresponse().read().decode()
    connection.close()
    form = form_on(page, address, text)
    if form is None:
        raise SystemExit(f"{address}{query} of {server.name} holds no form with {text}")
    return form


def form_on(page: str, address: str, text: str) -> Form | None:
    """The form on a page that has a field named `text`."""
    for form in html5lib.parse(page, namespaceHTMLElements=False).iter("form"):
        values = list(_values(form))
        if text in dict(values):
            # On the floor every save is seen at once, so on our side it is proposed, which agrees it here.
            proposed = [(name, value) for name, value in values if name != "propose"] + [("propose", "yes")]
            return Form(address, proposed, text)
    return None


def _values(form: Element) -> Iterator[tuple[str, str]]:
    """What a browser sends while nobody touches the form; lines end as browsers end them."""
    for control in form.iter():
        name, kind = control.get("name"), control.get("type", "text")
        if not name or control.get("disabled") is not None:
            continue
        if control.tag == "textarea":
            yield name, (control.text or "").replace("\n", "\r\n")
        elif control.tag == "select":
            options = list(control.iter("option"))
            for option in [each for each in options if each.get("selected") is not None] or options[:1]:
                yield name, option.get("value", "".join(option.itertext()))
        elif control.tag == "input" and kind in {"checkbox", "radio"}:
            if control.get("checked") is not None:
                yield name, control.get("value", "on")
        elif control.tag == "input" and kind not in {"submit", "button", "reset", "image", "file"}:
            yield name, control.get("value", "")
