"""Letters on their way: each is handed over at least once, and a second copy has the same Message-ID.

A try is written down, and committed, before the mail server is asked, and its answer afterwards. Whatever dies in
between, the letter is neither lost nor in two hands at a time; the worst is that the mail server gets it twice
under one Message-ID, which mail programs show once. A file in the outbox is named by it, and replaced.
"""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app
from flask_mailman.backends.base import BaseEmailBackend

from playbook.models import Digest, Letter
from playbook.models.user import Standing, User
from playbook.telling.digest import contents, message
from playbook.telling.quiet import quiet_token
from playbook.work import saving

log = logging.getLogger(__name__)


@dataclass
class Posted:
    """What became of the letters that were tried."""

    sent: int = 0
    dropped: int = 0  # nothing was left to tell, or nobody to tell it
    failed: int = 0  # tried again later, but for those that were tried enough


def post_letters(*, site: str) -> Posted:
    """Hand over every letter that waits for a try. `site` is the address of the playbook, for the links in them."""
    posted = Posted()
    connection: BaseEmailBackend = current_app.extensions["mailman"].get_connection()
    try:
        while (letter := _taken()) is not None:
            try:
                sent = _hand_over(letter, connection, site=site)
            except (OSError, ValueError) as fault:  # SMTPException is an OSError
                posted.failed += 1
                _note_failure(letter, fault)
                if _is_of_the_server(fault):
                    break
                continue
            with saving():
                letter.close(sent=sent)
            posted.sent += sent
            posted.dropped += not sent
    finally:
        connection.close()
    return posted


def _taken() -> Letter | None:
    with saving():
        return Letter.take()


def _hand_over(letter: Letter, connection: BaseEmailBackend, *, site: str) -> bool:
    """Whether the mail server took it; not where there is nothing to tell."""
    if not _wants_mail(letter.user):
        return False
    quiet = f"{site}/quiet/{quiet_token(letter.user, key=str(current_app.secret_key))}"
    what = contents(letter, site=site, quiet=quiet)
    if what is None:
        return False
    mail = message(letter, what, host=urlsplit(site).hostname or "localhost")
    connection.open()  # for all that follow; again, it does nothing
    connection.send_messages([mail])
    return True


def _wants_mail(person: User) -> bool:
    is_here = person.standing is Standing.ACTIVE and not person.demonstration
    return is_here and person.digest is not Digest.NEVER


def _note_failure(letter: Letter, fault: Exception) -> None:
    # What a mail server answers may hold addresses, so only its sort of fault is written down.
    code = f" {fault.smtp_code}" if isinstance(fault, smtplib.SMTPResponseException) else ""
    log.warning("Letter %d was not taken, try %d: %s%s", letter.id, letter.tries, type(fault).__name__, code)
    if letter.was_tried_enough:
        with saving():
            letter.close(sent=False)


def _is_of_the_server(fault: Exception) -> bool:
    """Whether the next letter would fare no better."""
    about_one = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused, ValueError)
    return not isinstance(fault, about_one)
