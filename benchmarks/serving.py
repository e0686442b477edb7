"""A server of its own for each side, and what its processes use. Reads /proc, so Linux only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from config import ROOT, Settings

WORKERS = min(os.cpu_count() or 1, 4)  # as bin/run has it
START_SECONDS = 60
STOP_SECONDS = 5
TICKS = os.sysconf("SC_CLK_TCK")  # a second, in the clock of /proc
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str  # "ours" or "floor"
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Processor time of the whole tree of processes since it was started, those that ended included."""
        return sum(_cpu_ticks(pid) for pid in self._tree()) / TICKS

    def memory(self) -> tuple[int, int]:
        """Resident bytes of the largest process, which serves, and of all of them."""
        sizes = [_resident(pid) for pid in self._tree()]
        return max(sizes), sum(sizes)

    def _tree(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and (stat := _stat(int(entry.name))):
                children.setdefault(int(stat[1]), []).append(int(entry.name))
        tree = [self.process.pid]
        for pid in tree:
            tree += children.get(pid, [])
        return tree


@contextmanager
def serving(name: str, target: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """Serve `target` with as many processes and threads as bin/run uses, until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", target, "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    command += ["--workers", str(WORKERS), "--blocking-threads", str(Settings().threads)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    # A group of its own, so that what a server leaves behind ends with it.
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    server = Server(name, port, process)
    try:
        _wait_for(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(server: Server) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urlopen(f"{server.url}/healthz", timeout=5).close()
            return
        except HTTPError:  # the floor answers 401, which is an answer
            return
        except OSError:
            if server.process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"The server of {server.name} did not start") from None
            time.sleep(0.1)


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat behind the name, from the state on; none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_ticks(pid: int) -> int:
    stat = _stat(pid)
    return sum(int(ticks) for ticks in stat[11:15])  # own and of ended children, in user and system mode


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0
