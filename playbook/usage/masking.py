"""What people type may hold somebody's address or number. It is taken out before it is kept."""

from __future__ import annotations

import re
import unicodedata

MOST_CHARACTERS = 200
FEWEST_DIGITS = 7  # of a telephone number; shorter ones are years, amounts and counts

EMAIL = re.compile(r"[^\s@<>(),;:\"]+@[^\s@<>(),;:\"]+")
NUMBER = re.compile(r"(?<!\w)[+(]{0,2}\d(?:[\d\s()./\u2010-\u2015-]*\d)?(?!\w)")
DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{4}")


def masked(typed: str) -> str:
    """The words on one line, at most 200 characters, with (e-mail) and (phone) for what they are."""
    # Cut twice: the first keeps a long text from costing anything, the second is the column's width.
    plain = "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character
        for character in typed[: 4 * MOST_CHARACTERS]
    )
    without = NUMBER.sub(_number, EMAIL.sub("(e-mail)", plain))
    return " ".join(without.split())[:MOST_CHARACTERS].rstrip()


def _number(found: re.Match[str]) -> str:
    text = found.group()
    digits = sum(character.isdigit() for character in text)
    return text if digits < FEWEST_DIGITS or DATE.fullmatch(text) else "(phone)"
