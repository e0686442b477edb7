"""What a bare word in front matter means: YAML 1.2's core schema.

So `no` and `on` are words, and dates stay as they were written. Numbers that JSON cannot hold
exactly (very long ones, infinities) stay words too.
"""

import math
import re
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

# JavaScript and many JSON readers round whole numbers beyond this.
LARGEST_WHOLE_NUMBER = 2**53 - 1

_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# The longest spelling of a number that is looked at; converting digits costs their square.
_LONGEST_NUMBER = 40


def read_plain(word: str) -> Scalar:
    """The value of a word that stands without quotes."""
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    if word[0] not in "0123456789+-." or len(word) > _LONGEST_NUMBER:
        return word
    if _INTEGER.fullmatch(word):
        base = 8 if word.startswith("0o") else 16 if word.startswith("0x") else 10
        number = int(word[2:] if base != 10 else word, base)
        return number if abs(number) <= LARGEST_WHOLE_NUMBER else word
    if _FLOAT.fullmatch(word):
        value = float(word)
        return value if math.isfinite(value) else word
    return word


def reads_as_text(word: str) -> bool:
    """Whether a YAML 1.2 reader takes the bare word for text, whatever this playbook makes of it."""
    return not (
        word in _CONSTANTS
        or _INTEGER.fullmatch(word)
        or _FLOAT.fullmatch(word)
        or _NOT_FINITE.fullmatch(word)
    )
