"""wrk, asking one server for many addresses."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.serving import Server

CONNECTIONS = 8
THREADS = 2  # of wrk
SCRIPT = Path(__file__).with_name("asking.lua")
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"
PATIENCE_SECONDS = 20  # a slow answer is measured too; only one that never comes is an error
ENOUGH = 3  # answers on each connection; a round with fewer is done again, longer
LONGEST_SECONDS = 9
MOST_LINES = 20_000  # of a list of addresses; a round asks for some hundreds


@dataclass(frozen=True)
class Measured:
    """One round against one server."""

    requests: int
    cpu_ms: float  # of the server, for one request
    per_second: float
    p50_ms: float
    p99_ms: float
    bytes: float  # of one answer, head included


def cookies_of(server: Server, secret: str) -> str:
    """What a browser sends after its first page: its session, and the cookie for forms if there is one."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/", headers={"Cookie": f"playbook={secret}", "User-Agent": AGENT})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise SystemExit(f"The first page of {server.name} answered {answer.status}")
    set_here = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", [])]
    connection.close()
    return "; ".join([f"playbook={secret}", *set_here])


def write_addresses(path: Path, addresses: Sequence[str], cookies: Sequence[str]) -> None:
    """Write down the addresses for each person in turn: nobody asks for one twice before all were asked for."""
    lines = [
        f"{address}\t{cookies[(number + turn) % len(cookies)]}"
        for turn in range(len(cookies))
        for number, address in enumerate(addresses)
    ]
    path.write_text("\n".join(lines[:MOST_LINES]) + "\n")


def ask(server: Server, addresses: Path, *, seconds: int, begin: int = 0) -> Measured:
    """Ask for the addresses in the file, from line `begin` on, for so many seconds.

    Raises:
        SystemExit: wrk is not there, or an answer was an error.
    """
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is needed: apt-get install wrk")
    before = server.cpu_seconds()
    command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", f"--timeout={PATIENCE_SECONDS}s"]
    command += ["-s", str(SCRIPT), server.url]
    said = subprocess.run(
        [*command, "--", str(addresses), str(begin), AGENT], capture_output=True, text=True, check=False
    )
    cpu = server.cpu_seconds() - before
    line = next((line for line in said.stdout.splitlines() if line.startswith("MEASURED")), None)
    if line is None:
        raise SystemExit(f"wrk failed: {said.stdout}{said.stderr}")
    requests, duration, p50, p99, errors, size = (int(word) for word in line.split()[1:])
    # What is still being answered at the end costs CPU and is not counted, so there must not be much of it.
    if requests < ENOUGH * CONNECTIONS and seconds < LONGEST_SECONDS:
        return ask(server, addresses, seconds=seconds * 3, begin=begin)
    if errors or not requests:
        raise SystemExit(f"{errors} errors, {requests} answers ({addresses.name})")
    return Measured(
        requests=requests,
        cpu_ms=cpu / requests * 1000,
        per_second=requests / (duration / 1e6),
        p50_ms=p50 / 1000,
        p99_ms=p99 / 1000,
        bytes=size / requests,
    )
