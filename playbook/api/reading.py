"""What was sent, read strictly: the query, and a body of JSON or Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar

from flask import Response, request
from pydantic import BaseModel, ValidationError
from spectree.plugins.base import Context
from spectree.plugins.flask_plugin import FlaskPlugin
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from playbook.api.shapes.taken import Sent
from playbook.errors import Invalid, Problem

DEEPEST = 100  # lists and objects inside one another; a document has at most half of that
NOT_KEPT = re.compile("[\x00\ud800-\udfff]")
MARKDOWN = "text/markdown"

Shape = TypeVar("Shape", bound=BaseModel)

IN_PLAIN_WORDS = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field here.",
    "string_type": "Text is needed here.",
    "int_type": "A whole number is needed here.",
    "bool_type": "true or false is needed here.",
    "list_type": "A list is needed here.",
    "dict_type": "An object is needed here.",
    "model_type": "An object is needed here.",
    "model_attributes_type": "An object is needed here.",
}


class StrictReading(FlaskPlugin):
    """Has spectree hand views what was sent, and refuse what it does not expect, in our own words."""

    def request_validation(
        self, request: Any, query: Any, json: Any, form: Any, headers: Any, cookies: Any
    ) -> None:
        request.context = Context(asked(query), sent(json) if json is not None else None, None, None, None)

    def validate_response(self, resp: Any, *_: Any) -> tuple[Response, None]:
        """Answers are made from the models that describe them; there is nothing to look for."""
        return self.get_current_app().make_response(resp), None


def asked(shape: type[BaseModel] | None) -> BaseModel | None:
    """What stands behind the question mark, as a model; a call without one takes nothing there.

    Raises:
        Invalid: a name that is not known, or comes twice; or a value that does not fit.
    """
    query: MultiDict[str, str] = request.args
    given: dict[str, Any] = {}
    for name in query:
        values = query.getlist(name)
        refuse_what_cannot_be_kept(name, "query")
        for value in values:
            refuse_what_cannot_be_kept(value, name)
        if len(values) > 1:
            raise Invalid([Problem(name, "This stands here twice.")])
        given[name] = values[0]
    if shape is None:
        if given:
            raise Invalid([Problem(name, "There is no such parameter.") for name in given])
        return None
    return fitting(shape, given)


def sent(shape: type[BaseModel]) -> BaseModel | None:
    """The JSON body as a model; None where Markdown was sent and the call takes it.

    Raises:
        UnsupportedMediaType: it is neither.
        Invalid: it is no JSON, or does not fit.
    """
    if request.mimetype == MARKDOWN and issubclass(shape, Sent) and shape.may_be_markdown:
        return None
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    return fitting(shape, read_json(body_text()))


def body_text() -> str:
    """The body of the request as text.

    Raises:
        RequestEntityTooLarge: it is over the limit.
        Invalid: it is not UTF-8.
    """
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaType
    body = request.get_data(cache=True)
    limit = request.max_content_length
    if limit is not None and request.content_length is None and len(body) >= limit:
        raise RequestEntityTooLarge  # what comes in chunks is cut off there, without a word
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Invalid([Problem("body", f"Line {line}: this is not UTF-8.", line)]) from error


def read_json(text: str) -> Any:
    """The value that a JSON text holds.

    Raises:
        Invalid: it is none; or it is nested too deep, has a name twice in one object, or holds NUL
            or half a character.
    """
    try:
        value = json.loads(text, object_pairs_hook=_once_each, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        message = f"Line {error.lineno}: this is no JSON: {error.msg[:1].lower()}{error.msg[1:]}."
        raise Invalid([Problem("body", message, error.lineno)]) from error
    except RecursionError as error:
        raise Invalid([Problem("body", "This is nested too deep.")]) from error
    except ValueError as error:  # a number of thousands of digits
        raise Invalid([Problem("body", "There is a number here that nobody can count to.")]) from error
    refuse_what_cannot_be_kept(value, "body")
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Invalid([Problem(_shown(twice), "This name stands twice in one object.")])
    return found


def _no_number(word: str) -> NoReturn:
    raise Invalid([Problem("body", f"{word} is no number in JSON.")])


def refuse_what_cannot_be_kept(value: Any, field: str) -> None:
    """Refuse what neither database can keep, wherever in a JSON value it stands.

    Raises:
        Invalid: a text holds NUL or half a character; or lists and objects are nested too deep.
    """
    for path, text in _texts(value, field, 0):
        if (not text.isascii() or "\0" in text) and NOT_KEPT.search(text):
            raise Invalid([Problem(_shown(path), "This holds a character that cannot be kept.")])


def _texts(value: Any, path: str, level: int) -> Iterator[tuple[str, str]]:
    if level > DEEPEST:
        raise Invalid([Problem(_shown(path), "This is nested too deep.")])
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield path, name
            yield from _texts(inner, name if not level else f"{path}.{name}", level + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _texts(inner, f"{path}.{place}", level + 1)


def _shown(name: str) -> str:
    return NOT_KEPT.sub("?", name)[:200]


def fitting(shape: type[Shape], value: Any) -> Shape:
    """The value as a model.

    Raises:
        Invalid: it does not fit; every fault with the dotted path of its field.
    """
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        raise Invalid([_in_plain_words(each) for each in error.errors()]) from error


def _in_plain_words(error: Any) -> Problem:
    field = ".".join(str(step) for step in error["loc"]) or "body"
    message = IN_PLAIN_WORDS.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    return Problem(_shown(field), message if message.endswith(".") else f"{message}.")
