"""Handing mails over: to a mail server whose certificate is checked, or into a folder."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from flask_mailman import EmailMessage, Mail
from flask_mailman.backends.base import BaseEmailBackend
from flask_mailman.backends.smtp import EmailBackend

from config import Settings

ODD = re.compile(r"[^A-Za-z0-9.-]")  # nothing that means something to a file system


class _Smtp(smtplib.SMTP):
    def starttls(self, *_: Any, **__: Any) -> Any:
        """Speak in secret from here on, with nobody but the server asked for: Python by itself takes anybody."""
        return super().starttls(context=ssl.create_default_context())


class MailServer(EmailBackend):
    """Hands mails to the mail server of the settings."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return smtplib.SMTP_SSL if self.use_ssl else _Smtp


class Outbox(BaseEmailBackend):
    """Puts each mail into a file of its own, which any mail program opens. The same mail again is the same file."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        folder = Path(self.mailman.file_path)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in messages:
            name = str(message.extra_headers["Message-ID"]).strip("<>").partition("@")[0]
            with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:  # mode 0600
                file.write(message.message().as_bytes())
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, folder / f"{ODD.sub('-', name)}.eml")
        return len(messages)


def install(app: Flask) -> None:
    """Let the application hand over mails as its settings say."""
    settings: Settings = app.config["SETTINGS"]
    app.config.update(settings.mail_server, MAIL_BACKEND=MailServer if settings.mail_url else Outbox)
    Mail(app)
