"""What was typed into a form that is refused: to be sent again where that can help, to be copied in any case."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import HTTPException

# Never shown again, and a form that held one is not sent again without it.
SECRETS = frozenset({"password", "new_password", "old_password", "code"})
# What the page put there and nobody typed.
MACHINERY = frozenset(
    {"action", "base", "next", "passage_after", "passage_before", "propose", "seen", "version"}
)
HERE = {"same-origin", "none"}


@dataclass(frozen=True)
class GivenBack:
    """The form as it came. `again` is where it may be sent once more; empty where that makes no sense."""

    values: tuple[tuple[str, str], ...] = ()
    again: str = ""

    @property
    def typed(self) -> dict[str, str]:
        """What somebody typed, by the name of its field."""
        words: dict[str, str] = {}
        for name, value in self.values:
            if value.strip() and not is_machinery(name):
                words[name] = f"{words[name]}\n{value}" if name in words else value
        return words

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """The fields that hold more than one word."""
        return [
            (name, value)
            for name, value in self.values
            if self._is_seen(name, value) and len(value.split()) > 1
        ]

    @property
    def words(self) -> list[tuple[str, str]]:
        """The fields that hold one word: choices, slugs, dates."""
        return [
            (name, value)
            for name, value in self.values
            if self._is_seen(name, value) and len(value.split()) == 1
        ]

    @property
    def unseen(self) -> list[tuple[str, str]]:
        """The fields that nobody typed anything into."""
        return [(name, value) for name, value in self.values if not self._is_seen(name, value)]

    @staticmethod
    def _is_seen(name: str, value: str) -> bool:
        return bool(value.strip()) and not is_machinery(name)


def given_back(*, may_send_again: bool) -> GivenBack:
    """The form of this request; nothing where it brought none, or one that cannot be read."""
    if request.method != "POST":
        return GivenBack()
    try:
        values = tuple(request.form.items(multi=True))
    except HTTPException:  # the form itself is what cannot be read
        return GivenBack()
    whole = not any(name in SECRETS for name, _ in values)
    return GivenBack(
        tuple((name, value) for name, value in values if name not in SECRETS and name != "csrf_token"),
        again=request.full_path.rstrip("?")
        if may_send_again and whole and values and sent_from_here()
        else "",
    )


def is_machinery(name: str) -> bool:
    """Whether nobody types into a field of that name."""
    return name in MACHINERY or name == "draft" or name.startswith("draft_")


def sent_from_here() -> bool:
    """Whether a page of this site sent the form, as far as the browser says. A form of another site gets no
    fresh token: one button would be all that it takes to have somebody do what they never meant to."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched in HERE
    origin = request.headers.get("Origin") or request.headers.get("Referer", "")
    try:
        return bool(origin) and urlsplit(origin).netloc == request.host
    except ValueError:
        return False
