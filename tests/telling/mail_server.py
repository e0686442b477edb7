"""A mail server on this machine that keeps what it takes, and can be told to refuse it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What arrived, whole, and to whom."""

    port: int = 0
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Addresses that it does not know."""
    once_taken: Callable[[], object] = lambda: None
    """What happens between taking a mail and saying so."""


@contextmanager
def serving() -> Iterator[MailServer]:
    told = MailServer()

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):
                self.converse()

        def converse(self) -> None:
            to = ""
            self.say("220 ready")
            while line := self.rfile.readline().decode().strip():
                verb = line[:4].upper()
                if verb == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                    self.say("550 nobody here" if to in told.refused else "250 yes")
                elif verb == "DATA":
                    self.say("354 go on")
                    told.mails.append((to, self.until_the_dot()))
                    told.once_taken()
                    self.say("250 taken")
                else:
                    self.say("221 bye" if verb == "QUIT" else "250 yes")
                if verb == "QUIT":
                    return

        def say(self, line: str) -> None:
            with suppress(OSError):  # whoever asked may be dead
                self.wfile.write(f"{line}\r\n".encode())

        def until_the_dot(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return b"".join(lines)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads = True
        told.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield told
        server.shutdown()
        thread.join()
