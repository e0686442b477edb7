"""What a field may hold: the values JSON and every reader of YAML agree on."""

import math
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from playbook.document.reading import DEEPEST
from playbook.document.scalars import LARGEST_WHOLE_NUMBER
from playbook.document.spelling import constant
from playbook.errors import Invalid, Problem

# YAML lets a key on its line be 1,024 characters long, quotes and escapes included.
LONGEST_KEY = 100


def as_fields(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """The fields as they will be read back: keys text, dates as ISO text, numbers that JSON
    cannot hold exactly as text.

    Raises:
        Invalid: a text holds NUL or half a character, a key is too long, the nesting too deep.
        TypeError: a value of a kind no field holds.
    """
    found: dict[str, Any] = {}
    for key, value in fields.items():
        name = _key(key, str(key))
        found[name] = _value(value, name, 2)
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two field values are the same to a reader: true is not 1, and 1 is not 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return bool(one == other)


def _value(value: Any, field: str, level: int) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, field)
    if isinstance(value, int):
        return int(value) if abs(value) <= LARGEST_WHOLE_NUMBER else str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, Mapping | list | tuple):
        raise TypeError(f"{field} cannot hold a {type(value).__name__}")
    if level > DEEPEST:
        raise Invalid([Problem(field, f"Lists and mappings are nested more than {DEEPEST} deep here")])
    if isinstance(value, Mapping):
        return {_key(key, field): _value(inner, field, level + 1) for key, inner in value.items()}
    return [_value(inner, field, level + 1) for inner in value]


def _number(value: float) -> float | str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return value


def _text(text: str, field: str) -> str:
    if "\0" in text:
        raise Invalid([Problem(field, "There is a NUL character in this text")])
    if text.isascii():
        return text
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError as error:
        raise Invalid(
            [Problem(field, "There is half a character (a lone surrogate) in this text")]
        ) from error


def _key(key: Any, field: str) -> str:
    written = constant(key) if key is None or isinstance(key, bool) else str(key)
    name = _text(written, field)
    if len(name) > LONGEST_KEY:
        raise Invalid(
            [Problem(field[:LONGEST_KEY], f"The name of a field has at most {LONGEST_KEY} characters")]
        )
    return name
