"""Serves wsgi:app until SIGTERM or SIGINT, and answers first what has been asked: _serve.py HOST PORT."""

from __future__ import annotations

import ctypes
import errno
import importlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import Settings  # noqa: E402 - the checkout has to be on the path first

PROCESSES = min(os.cpu_count() or 1, 4)  # one Python runs on one core; past four SQLite's one writer decides
ENDS = {signal.SIGTERM, signal.SIGINT}
if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # the terminal was closed; nohup says not to mind
    ENDS.add(signal.SIGHUP)
PR_SET_PDEATHSIG = 1  # prctl(2): send me this signal when my parent ends
PATIENCE_SECONDS = 3  # for the port, while a server that was killed lets go of it
JOBS_AGAIN_SECONDS = 10  # after the process that does the jobs ended by itself
GRACE_SECONDS = 20  # for the requests in flight; a page takes less than one


def load(target: str) -> Callable[..., Any]:
    """The application, in a process of its own, which only its parent tells to stop."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until the server has a handler of its own
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    if sys.platform == "linux":  # where the parent is killed, this process would go on, and keep the port
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    module, name = target.split(":")
    application: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return application


def numeric(host: str, port: int) -> str:
    """The numeric address of `host`, once it is known that the port can be had there."""
    for seconds_left in reversed(range(PATIENCE_SECONDS + 1)):
        try:
            family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
            return str(address[0])
        except OSError as refusal:
            if refusal.errno != errno.EADDRINUSE or not seconds_left:
                why = f"{host} port {port} cannot be used ({refusal.strerror})"
                sys.exit(f"{why}; others: HOST=127.0.0.1 PORT=8001 bin/run")
        time.sleep(1)
    raise AssertionError("the last second returns or exits")


class Jobs(Thread):
    """Has the jobs done by a process beside those that serve: begun again where it ends, and ended with this one."""

    COMMAND = (sys.executable, "-c", "from playbook.cli import main; main()", "jobs", "run", "--beside")

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.process: subprocess.Popen[bytes] | None = None
        self.is_over = Event()

    def run(self) -> None:
        while not self.is_over.is_set():
            self.process = subprocess.Popen(
                [*self.COMMAND, str(os.getpid())], cwd=ROOT, stdin=subprocess.DEVNULL
            )
            if self.is_over.is_set():  # it was told to end while this began
                self.process.terminate()
            self.process.wait()
            self.is_over.wait(JOBS_AGAIN_SECONDS)

    def end(self) -> None:
        self.is_over.set()
        if self.process is not None:
            self.process.terminate()


def stop_when_told(server: MPServer, jobs: Jobs) -> None:
    """Wait for a signal; then let what has been asked be answered, and end.

    A thread waits, because the server's own handlers miss a signal, or lock up, when two come at once.
    """
    signal.sigwait(ENDS)
    jobs.end()
    # That the processes of the application end is no error from here on.
    logging.getLogger("_granian").setLevel(logging.CRITICAL)
    server.signal_handler_interrupt()


def main(host: str, port: str) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)  # in every thread and process that follows
    settings = Settings.from_environment()
    if not (port.isdigit() and 0 < int(port) < 65536):
        sys.exit(f"PORT is {port!r}; it must be a number from 1 to 65535")
    server = MPServer(
        "wsgi:app",
        address=numeric(host, int(port)),
        port=int(port),
        interface=Interfaces.WSGI,
        workers=PROCESSES,
        blocking_threads=settings.threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    )
    address = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    jobs = Jobs()
    server.on_startup(Thread(target=stop_when_told, args=(server, jobs), daemon=True).start)
    server.on_startup(jobs.start)
    server.on_startup(lambda: print(f"The playbook is at {address} (stop it with Ctrl-C)", flush=True))
    try:
        server.serve(target_loader=load)
    except SystemExit:
        if not server.interrupt_signal:
            raise


if __name__ == "__main__":
    main(*sys.argv[1:])
