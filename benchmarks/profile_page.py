"""Where the time of one of our pages goes, in this process and without a server.

    python -m benchmarks.profile_page entry|search|home|stage|save|save-by-form [--entries 1000] [--requests 200]

Prints the CPU of a request as it is, and under the profiler the functions that take most: by their
own time and with what they call. The profiler makes Python some two to three times slower, small functions most.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.asking import AGENT
from benchmarks.corpus import Corpus
from benchmarks.instance import Filled, close, copy_of
from benchmarks.saving import Form, form_on
from config import ROOT
from playbook.app import create_app
from playbook.kinds import KINDS

LINES = 30
PAGES = ("entry", "search", "home", "stage", "save", "save-by-form")

Request = Callable[[], None]


def main() -> None:
    """Profile one page."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        prog="benchmarks.profile_page",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("page", choices=PAGES)
    parser.add_argument("--entries", type=int, default=1_000)
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    with copy_of(given.entries) as filled:
        readers, writer = filled.sign_in()
        app = create_app(filled.settings)
        clients = [client(app, secret) for secret in ([writer] if given.page.startswith("save") else readers)]
        requests = _requests(given.page, filled, clients)
        for request in islice(requests, given.requests // 4):  # to warm up
            request()
        print_plain(islice(requests, given.requests))
        print_profile(islice(requests, given.requests), given.requests)
        close(app)


def client(app: Flask, secret: str) -> FlaskClient:
    """A browser in which somebody is signed in."""
    made = app.test_client()
    made.set_cookie("playbook", secret)
    made.get("/", headers={"User-Agent": AGENT})
    return made


def _requests(page: str, filled: Filled, clients: list[FlaskClient]) -> Iterator[Request]:
    corpus = Corpus(filled.size)
    entries = [f"/{KINDS[kind].folder}/{slug}" for kind, slug in corpus.growing]
    if page.startswith("save"):
        return _saves(clients[0], [f"{entry}/edit" for entry in entries[:20]], whole=page == "save")
    addresses = {
        "entry": entries,
        "search": [f"/search?{urlencode({'q': words})}" for words in corpus.words.queries(1_000)],
        "home": ["/"],
        "stage": [f"/{KINDS['stage'].folder}/{slug}" for slug in corpus.slugs["stage"]],
    }[page]
    return (_reading(each, address) for each in cycle(clients) for address in addresses)


def _reading(browser: FlaskClient, address: str) -> Request:
    def ask() -> None:
        answer = browser.get(address, headers={"User-Agent": AGENT})
        assert answer.status_code == 200, answer.status

    return ask


def _saves(browser: FlaskClient, addresses: list[str], *, whole: bool) -> Iterator[Request]:
    query, text = ("?as=document", "document") if whole else ("", "body")
    forms = [form_on(browser.get(address + query).text, address, text) for address in addresses]
    assert all(forms), "no form"
    return (_saving(browser, form, f"word{number}") for number, form in enumerate(cycle(forms)) if form)


def _saving(browser: FlaskClient, form: Form, word: str) -> Request:
    typed = form.typed(word)
    form.saved += 1

    def ask() -> None:
        answer = browser.post(
            form.address,
            data=typed,
            content_type="application/x-www-form-urlencoded",
            headers={"User-Agent": AGENT},
        )
        assert answer.status_code == 303, answer.text

    return ask


def print_plain(requests: Iterator[Request]) -> None:
    """CPU of this process; laying out Markdown happens in another."""
    taken = []
    for request in requests:
        began = time.process_time()
        request()
        taken.append((time.process_time() - began) * 1000)
    print(
        f"{statistics.median(taken):.2f} ms of CPU a request (median), {statistics.mean(taken):.2f} ms (mean)\n"
    )


def print_profile(requests: Iterator[Request], count: int) -> None:
    """Totals over all requests, in milliseconds of one."""
    profile = cProfile.Profile(time.process_time)
    for request in requests:
        profile.enable()
        request()
        profile.disable()
    stats = pstats.Stats(profile)
    functions = [
        (own * 1000 / count, with_calls * 1000 / count, calls / count, name)
        for name, (_, calls, own, with_calls, _) in stats.stats.items()  # type: ignore[attr-defined]
    ]
    for title, key in (("by own time", 0), ("with what they call", 1)):
        print(f"{title}\n{'own ms':>9}{'with ms':>9}{'calls':>9}")
        for own, with_calls, calls, (file, line, function) in sorted(
            functions, key=lambda found: -found[key]
        )[:LINES]:
            print(f"{own:9.3f}{with_calls:9.3f}{calls:9.1f}  {short(file)}:{line} {function}")
        print()


def short(file: str) -> str:
    """A file's name from its package on."""
    return file.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")


if __name__ == "__main__":
    main()
