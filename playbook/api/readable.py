"""An OpenAPI document as people read it: chapters of calls, each with what it takes and answers, and an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playbook.api.examples import JSON, example

MOST_CHOICES = 6  # of a list of words that stand in a row; a longer one is cut short


@dataclass(frozen=True)
class Part:
    """One thing that is sent or answered; `shape` names the one its value has, where it is no plain value."""

    name: str
    kind: str
    shape: str
    about: str
    needed: bool


@dataclass(frozen=True)
class Answer:
    """What a call answers with one status: in which media types, in which shape, with which headers."""

    status: str
    about: str
    media: tuple[str, ...]
    shape: str
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """One method of one address."""

    id: str
    method: str
    address: str
    summary: str
    about: tuple[str, ...]
    parts: Mapping[str, tuple[Part, ...]]  # in the address, behind the question mark, in headers
    body: str  # the shape of its JSON
    body_media: tuple[str, ...]
    answers: tuple[Answer, ...]
    example: str


@dataclass(frozen=True)
class Shape:
    """The fields of a JSON object; or the words of which a value is one."""

    name: str
    about: str
    parts: tuple[Part, ...]
    words: tuple[str, ...]


def refusals(document: Mapping[str, Any]) -> list[Answer]:
    """How every call may refuse, told once and not with each."""
    answers = [
        {(status, told["description"]): told for status, told in call["responses"].items()}
        for calls in document["paths"].values()
        for call in calls.values()
    ]
    shared = {key for key in answers[0] if all(key in each for each in answers)}
    return [_answer(status, answers[0][status, about]) for status, about in sorted(shared) if status >= "4"]


def chapters(document: Mapping[str, Any]) -> dict[str, list[Call]]:
    """Every call, under what it is about, in the order of the document; without `refusals`."""
    everywhere = refusals(document)
    found: dict[str, list[Call]] = {tag["name"]: [] for tag in document.get("tags", ())}
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            found.setdefault(call["tags"][0], []).append(_call(document, path, method, call, everywhere))
    return {name: calls for name, calls in found.items() if calls}


def shapes(document: Mapping[str, Any]) -> list[Shape]:
    """What the calls name as what they take or answer, and what those name in turn, by name.

    What stands behind a question mark is told where the call is.
    """
    schemas: Mapping[str, Any] = document["components"]["schemas"]
    named: set[str] = set()
    waiting = set(_named_in(document["paths"]))
    while waiting:
        name = waiting.pop()
        named.add(name)
        waiting |= set(_named_in(schemas[name])) - named
    return [
        Shape(name, schemas[name].get("description", ""), _fields(schemas[name]), _words(schemas[name]))
        for name in sorted(named)
    ]


def _call(
    document: Mapping[str, Any], path: str, method: str, call: Mapping[str, Any], everywhere: Sequence[Answer]
) -> Call:
    content: Mapping[str, Any] = call.get("requestBody", {}).get("content", {})
    answers = (_answer(status, told) for status, told in sorted(call["responses"].items()))
    return Call(
        id=call["operationId"],
        method=method.upper(),
        address=path,
        summary=call["summary"],
        about=tuple(filter(None, call.get("description", "").split("\n\n"))),
        parts={
            where: parts
            for where in ("path", "query", "header")
            if (parts := tuple(_parameter(each) for each in call["parameters"] if each["in"] == where))
        },
        body=_kind(content[JSON]["schema"])[1] if JSON in content else "",
        body_media=tuple(content),
        answers=tuple(each for each in answers if each not in everywhere),
        example=example(document, path, method, call),
    )


def _parameter(told: Mapping[str, Any]) -> Part:
    kind, shape = _kind(told["schema"])
    return Part(told["name"], kind, shape, _about(told, told["schema"]), told["required"])


def _answer(status: str, told: Mapping[str, Any]) -> Answer:
    content: Mapping[str, Any] = told.get("content", {})
    shape = next((_kind(each["schema"])[1] for each in content.values()), "")
    return Answer(status, told["description"], tuple(content), shape, tuple(told.get("headers", ())))


def _fields(schema: Mapping[str, Any]) -> tuple[Part, ...]:
    needed = schema.get("required", ())
    return tuple(
        Part(name, *_kind(of), _about(of, of), name in needed)
        for name, of in schema.get("properties", {}).items()
    )


def _words(schema: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, schema.get("enum", ())))


def _about(told: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    about: str = told.get("description", "")
    default = schema.get("default")
    if default in (None, ""):
        return about
    return f"{about} Without it, `{default if isinstance(default, str) else json.dumps(default)}`.".strip()


def _kind(schema: Mapping[str, Any]) -> tuple[str, str]:
    """What a value is, in words; and the name of its shape where it has one."""
    if "$ref" in schema:
        return "", schema["$ref"].rpartition("/")[2]
    if "anyOf" in schema:
        kinds = [_kind(each) for each in schema["anyOf"]]
        return " or ".join(words for words, _ in kinds if words), next(
            (name for _, name in kinds if name), ""
        )
    if "enum" in schema:
        choices = _words(schema)
        return ", ".join(choices[:MOST_CHOICES]) + (" …" if len(choices) > MOST_CHOICES else ""), ""
    kind = schema.get("type", "anything")
    if kind == "array":
        words, shape = _kind(schema.get("items", {}))
        return f"list of {words}" if words else "list of", shape
    inner = schema.get("additionalProperties")
    if kind == "object" and isinstance(inner, dict):
        words, shape = _kind(inner)
        return f"by name, {words}".rstrip(", "), shape
    return {"string": schema.get("format", "text"), "null": "null", "integer": "whole number"}.get(
        kind, kind
    ), ""


def _named_in(told: Any) -> Iterator[str]:
    """The shapes that a part of the document points to."""
    if isinstance(told, dict):
        if "$ref" in told:
            yield told["$ref"].rpartition("/")[2]
        for inner in told.values():
            yield from _named_in(inner)
    elif isinstance(told, list):
        for inner in told:
            yield from _named_in(inner)
