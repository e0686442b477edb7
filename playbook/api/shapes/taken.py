"""What everything that is sent has in common: unknown names are refused, and digits are ASCII digits."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

DIGITS = re.compile(r"[0-9]{1,9}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class Sent(BaseModel):
    """A JSON body. Types are taken as they are: the text "1" is no number."""

    model_config = ConfigDict(extra="forbid", strict=True)
    may_be_markdown: ClassVar[bool] = False  # the call takes text/markdown as well; then the view gets None


class Asked(BaseModel):
    """What stands behind the question mark."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """What is answered."""

    model_config = ConfigDict(extra="forbid")


def _number(typed: Any) -> Any:
    if isinstance(typed, str):
        if not DIGITS.fullmatch(typed):
            raise ValueError("A number is needed here, in digits.")
        return int(typed)
    return typed


def _whole(sent: Any) -> Any:
    """In JSON 3.0 is a whole number."""
    return int(sent) if isinstance(sent, float) and sent.is_integer() else sent


def _day(typed: Any) -> Any:
    if not isinstance(typed, str) or not DAY.fullmatch(typed):
        raise ValueError("A day is needed here, such as 2026-03-01.")
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise ValueError("There is no such day.") from error


def _moment(typed: Any) -> Any:
    found = MOMENT.fullmatch(typed) if isinstance(typed, str) else None
    if found is None:
        raise ValueError("A moment is needed here, such as 2026-03-01T09:30:00Z.")
    day, time, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(
            f"{day}T{time}{(fraction or '')[:7]}{'+00:00' if zone in 'Zz' else zone}"
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("There is no such moment.") from error


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


Number = Annotated[int, Field(ge=1, le=999_999_999), BeforeValidator(_number)]
"""A number of a version, a page …, typed in ASCII digits."""

WholeNumber = Annotated[int, Field(ge=1, le=999_999_999), BeforeValidator(_whole)]
"""The same in a JSON body."""

Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]

Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""A moment somebody typed: RFC 3339, in any zone."""

At = Annotated[datetime, AfterValidator(_utc), WithJsonSchema({"type": "string", "format": "date-time"})]
"""A moment that is told: RFC 3339 in UTC."""

Slug = Annotated[str, Field(pattern=SLUG, max_length=120, examples=["the-price-is-too-high"])]
