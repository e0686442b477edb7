"""The server as `bin/run` starts it, in processes that can be killed, and clients without a browser."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

from config import ROOT, Settings

START_SECONDS = 60


@dataclass
class Server:
    """`bin/run` on a port of its own, for the instance of the test."""

    settings: Settings
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and wait until it answers."""
        self.port = self.port or free_port()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PLAYBOOK_")}
        environment |= {
            "PLAYBOOK_INSTANCE": str(self.settings.instance),
            "PLAYBOOK_DATABASE_URL": self.settings.database_url,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }
        self.process = subprocess.Popen(
            ["bin/run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        ends = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert self.process.poll() is None, "it ended by itself"
            assert time.monotonic() < ends, "it does not answer"
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            return Client(self.port).get("/readyz").status == 200
        except (OSError, http.client.HTTPException):
            return False

    def kill(self) -> None:
        """End every process of it at once, with nothing said."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    text: str
    headers: dict[str, str]

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, self.text
        return found.group(1)

    def typed(self, name: str) -> str:
        """The text in a field of the page."""
        found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n(.*?)</textarea>', self.text, re.DOTALL)
        assert found, self.text
        return unescape(found.group(1))


@dataclass
class Client:
    """Somebody with the session cookie `secret`, one connection a request; keeps other cookies."""

    port: int
    secret: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, values: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(values))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        cookies = {**self.cookies, **({"playbook": self.secret} if self.secret else {})}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, text, dict(answer.headers.items()))
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
