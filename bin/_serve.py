"""Serves wsgi:app until SIGTERM or SIGINT, and answers first what has been asked: _serve.py HOST PORT."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from config import Settings  # noqa: E402 - the checkout has to be on the path first

PROCESSES = min(os.cpu_count() or 1, 4)  # one Python runs on one core; past four SQLite's one writer decides
GRACE_SECONDS = 20  # for the requests in flight; a page takes less than one


def load(target: str) -> Callable[..., Any]:
    """The application, in a process of its own.

    The process begins with the handlers of its parent, which would lose a signal that arrives while
    the application is loading.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    module, name = target.split(":")
    application: Callable[..., Any] = getattr(__import__(module), name)
    return application


def refuse_a_taken_port(host: str, port: int) -> None:
    """Say so in a sentence, where the server would show a stack of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            sys.exit(
                f"{host} port {port} cannot be used ({refusal.strerror}); another port: PORT={port + 1} bin/run"
            )


def main(host: str, port: str) -> None:
    settings = Settings.from_environment()
    if not (port.isdigit() and 0 < int(port) < 65536):
        sys.exit(f"PORT is {port!r}; it must be a number from 1 to 65535")
    refuse_a_taken_port(host, int(port))
    server = Granian(
        "wsgi:app",
        address=host,
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
    server.on_startup(lambda: print(f"The playbook is at {address} (stop it with Ctrl-C)", flush=True))
    server.serve(target_loader=load)


if __name__ == "__main__":
    main(*sys.argv[1:])
