"""Settings, read from environment variables that begin with PLAYBOOK_. Nothing else reads os.environ.

`playbook settings` prints the ones in force, secrets masked.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

ROOT = Path(__file__).resolve().parent


# A session is no key to a house: past these a stolen one is worth too much for too long.
MOST = {"login_idle_hours": 720, "login_days": 90}


# How to reach a mail server, and the port where the address names none.
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
MAIL_SECONDS = 10  # to wait for an answer of the mail server
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


class BadSetting(ValueError):
    """A setting cannot be used; the message names it and says what it should be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting with its default; `help` is what `playbook settings` prints beside it."""

    instance: Path = field(
        default=ROOT / "instance",
        metadata={"help": "folder of everything that is not code: database, index, secret key"},
    )
    database_url: str = field(
        default="",
        metadata={"help": "SQLAlchemy URL; empty means SQLite in the instance folder", "secret": True},
    )
    search: str = field(default="whoosh", metadata={"help": "search engine; whoosh is the one there is"})
    secret_key: str = field(
        default="",
        metadata={
            "help": "at least 32 characters; empty means the key made in the instance folder",
            "secret": True,
        },
    )
    public_url: str = field(
        default="",
        metadata={"help": "address people type; https turns on strict cookies, HSTS and host checks"},
    )
    trusted_proxies: int = field(
        default=0, metadata={"help": "number of proxies in front whose X-Forwarded-* headers are believed"}
    )
    threads: int = field(
        default=8, metadata={"help": "database connections kept by one process; one for each serving thread"}
    )
    login_idle_hours: int = field(
        default=12, metadata={"help": "hours without a request after which a session ends"}
    )
    login_days: int = field(default=14, metadata={"help": "days after which a session ends in any case"})

    mail_url: str = field(
        default="",
        metadata={
            "help": "smtps://user:password@host, smtp+tls://… or smtp://host; empty means mails become files in outbox",
            "secret": True,
        },
    )
    mail_from: str = field(
        default="", metadata={"help": "whom mails come from; empty means playbook@ and the public host"}
    )

    def __post_init__(self) -> None:
        if self.search != "whoosh":
            raise BadSetting(f"PLAYBOOK_SEARCH is {self.search!r}; the engine there is: whoosh")
        for name in ("threads", "login_idle_hours", "login_days"):
            if getattr(self, name) < 1:
                raise BadSetting(f"PLAYBOOK_{name.upper()} must be 1 or more")
        for name, most in MOST.items():
            if getattr(self, name) > most:
                raise BadSetting(f"PLAYBOOK_{name.upper()} must be {most} or less")
        if self.secret_key and len(self.secret_key) < 32:
            raise BadSetting("PLAYBOOK_SECRET_KEY has fewer than 32 characters")
        if self.public_url and urlsplit(self.public_url).scheme not in {"http", "https"}:
            raise BadSetting("PLAYBOOK_PUBLIC_URL must begin with http:// or https://")
        if self.public_url and not urlsplit(self.public_url).hostname:
            raise BadSetting("PLAYBOOK_PUBLIC_URL names no host")
        self._refuse_bad_mail()

    def _refuse_bad_mail(self) -> None:
        try:
            url, port = self._mail, self._mail.port
        except ValueError as error:
            raise BadSetting("PLAYBOOK_MAIL_URL names a port that is none") from error
        if self.mail_url and (url.scheme not in MAIL_PORTS or not url.hostname or port == 0):
            raise BadSetting(f"PLAYBOOK_MAIL_URL must be one of {', '.join(MAIL_PORTS)}, then :// and a host")
        if url.password and url.scheme == "smtp" and url.hostname not in THIS_MACHINE:
            raise BadSetting(
                "PLAYBOOK_MAIL_URL would send its password for all to read: use smtps or smtp+tls"
            )
        if self.mail_url and not self.public_url:
            raise BadSetting("PLAYBOOK_MAIL_URL needs PLAYBOOK_PUBLIC_URL too, for the links in mails")
        if not self.sender.isprintable() or "@" not in parseaddr(self.sender)[1]:
            raise BadSetting("PLAYBOOK_MAIL_FROM must be an address, such as Playbook <playbook@example.com>")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.instance / 'playbook.db'}"

    @property
    def hosts(self) -> list[str] | None:
        """The hosts that requests may name: the public one, and this machine for health checks. None: any."""
        public = urlsplit(self.public_url).hostname
        # Werkzeug cannot compare an IPv6 address in brackets.
        return [public, "localhost", "127.0.0.1"] if public and ":" not in public else None

    def site(self, host: str, port: str) -> str:
        """The address people type: the public one, or that of the host and port served where there is none."""
        if self.public_url:
            return self.public_url.rstrip("/")
        if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - listening everywhere, reached here
            host = "127.0.0.1"
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}" if port == "80" else f"http://{host}:{port}"

    @property
    def _mail(self) -> SplitResult:
        return urlsplit(self.mail_url)

    @property
    def sender(self) -> str:
        """Whom mails come from."""
        host = urlsplit(self.public_url).hostname or ""
        domain = host if host and ":" not in host else "localhost"
        return self.mail_from or formataddr(("Playbook", f"playbook@{domain}"))

    @property
    def mail_server(self) -> dict[str, Any]:
        """How Flask-Mailman reaches the mail server; without one, the folder for mails."""
        url = self._mail
        return {
            "MAIL_SERVER": url.hostname or "",
            "MAIL_PORT": url.port or MAIL_PORTS.get(url.scheme, 0),
            "MAIL_USE_SSL": url.scheme == "smtps",
            "MAIL_USE_TLS": url.scheme == "smtp+tls",
            "MAIL_USERNAME": unquote(url.username or ""),
            "MAIL_PASSWORD": unquote(url.password or ""),
            "MAIL_TIMEOUT": MAIL_SECONDS,
            "MAIL_FILE_PATH": str(self.instance / "outbox"),
            "MAIL_DEFAULT_SENDER": self.sender,
        }

    @property
    def secure(self) -> bool:
        """Whether people reach the site over https."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings.

        Raises:
            BadSetting: a value does not fit its setting.
        """
        given: dict[str, object] = {}
        for setting in fields(cls):
            name = f"PLAYBOOK_{setting.name.upper()}"
            value = environ.get(name, "")
            if not value:
                continue
            if setting.type == "int":
                if not (value.isascii() and value.isdigit()):
                    raise BadSetting(f"{name} is {value!r}; it must be a whole number")
                given[setting.name] = int(value)
            elif setting.type == "Path":
                given[setting.name] = Path(value).expanduser().resolve()
            else:
                given[setting.name] = value
        return cls(**given)  # type: ignore[arg-type]

    def shown(self) -> list[tuple[str, str, str]]:
        """(variable, value with secrets masked, meaning) of every setting."""
        rows = []
        for setting in fields(self):
            value = str(getattr(self, setting.name))
            if setting.metadata.get("secret") and value:
                value = "(set)"
            rows.append((f"PLAYBOOK_{setting.name.upper()}", value, setting.metadata["help"]))
        return rows
