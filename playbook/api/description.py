"""The description of the API, OpenAPI 3.1, made from the calls themselves: their models, marks and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from playbook.api.describing import Described, spec
from playbook.api.problems import DETAIL, MEDIA_TYPE, ROOT
from playbook.api.reading import MARKDOWN
from playbook.api.shapes.taken import SLUG

WITH_TOKEN: dict[str, list[str]] = {"token": []}
WITH_SESSION: dict[str, list[str]] = {"session": []}
WITH_SESSION_TO_CHANGE: dict[str, list[str]] = {"session": [], "csrf": []}

IN_ADDRESSES: dict[str, dict[str, Any]] = {
    "slug": {"type": "string", "pattern": SLUG, "maxLength": 120},
    "number": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
    "id": {"type": "integer", "minimum": 1, "maximum": 999_999_999},
}
TAKES_HEADERS: dict[str, str] = {
    "If-Match": "The ETag of the version that the change starts from.",
    "If-None-Match": "The ETag of what you hold; answered 304 where nothing is new.",
    "Idempotency-Key": "A text of your own, new for each piece of work. Sent again within a day, the same "
    "request is answered the same, and nothing is done twice.",
}
ANSWERS_HEADERS: dict[str, str] = {
    "ETag": "Names this version of the text; send it back in If-Match or If-None-Match.",
    "Location": "The address of what was made.",
    "Link": "The first, previous, next and last page (RFC 8288).",
    "WWW-Authenticate": "How to show who you are.",
    "Retry-After": "Seconds after which to try again.",
}


def description(app: Flask) -> dict[str, Any]:
    """The whole description, as the application serves it."""
    told = deepcopy(spec.spec)
    for path, method, rule, view in _calls(app):
        call = told["paths"][path][method]
        marks: Described = view.described
        _describe_addresses(call)
        _describe_headers(call, marks, posts=method == "post")
        _describe_bodies(call, marks)
        _describe_refusals(call, marks, rule, method=method, is_open=view.allows is None)
        call["security"] = _security(method, is_open=view.allows is None)
        if view.allows is not None:
            asks = f"Asks for the permission `{view.allows}`."
            call["description"] = f"{call['description']}\n\n{asks}".strip()
    if app.config["SETTINGS"].secure:  # the prefix has browsers refuse it from anywhere but this very host
        told["components"]["securitySchemes"]["session"]["name"] = "__Host-playbook"
    told.pop("security", None)
    told["servers"] = [{"url": "/"}]
    return told


def _calls(app: Flask) -> Iterator[tuple[str, str, Rule, Any]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.rule.startswith(f"{ROOT}/") and hasattr(view, "described"):
            path, _ = spec.backend.parse_path(rule, None)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield path, method.lower(), rule, view


def _describe_addresses(call: dict[str, Any]) -> None:
    for parameter in call["parameters"]:
        if parameter["in"] == "path":
            parameter["schema"] = IN_ADDRESSES[parameter["name"]]
        elif parameter["in"] == "query":
            parameter["schema"] = _as_typed(parameter["schema"])
        about = parameter["schema"].pop("description", "") or parameter.get("description", "")
        parameter.pop("description", None)
        if about:
            parameter["description"] = about


def _as_typed(schema: dict[str, Any]) -> dict[str, Any]:
    """In an address nothing is left out by leaving it out; there is no way to type null."""
    stated = {name: value for name, value in schema.items() if name not in {"anyOf", "title"}}
    if stated.get("default", "") is None:
        del stated["default"]
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return {**stated, **choices[0]} if len(choices) == 1 else stated


def _describe_headers(call: dict[str, Any], marks: Described, *, posts: bool) -> None:
    takes = (*marks.takes, "Idempotency-Key") if posts else marks.takes
    for name in takes:
        schema: dict[str, Any] = {"type": "string"}
        if name == "Idempotency-Key":
            schema |= {"pattern": "^[!-~]+$", "maxLength": 120}
        call["parameters"].append(
            {
                "name": name,
                "in": "header",
                "required": name == "If-Match",
                "schema": schema,
                "description": TAKES_HEADERS[name],
            }
        )
    for status, names in marks.gives.items():
        call["responses"].setdefault(str(status), {"description": HTTPStatus(status).phrase})
        call["responses"][str(status)]["headers"] = {name: _header(name) for name in names}


def _header(name: str) -> dict[str, Any]:
    return {"description": ANSWERS_HEADERS[name], "schema": {"type": "string"}}


def _describe_bodies(call: dict[str, Any], marks: Described) -> None:
    text = {"schema": {"type": "string"}}
    if marks.markdown:
        call["responses"]["200"]["content"][MARKDOWN] = text
    body = call.get("requestBody")
    if body is not None:
        body["required"] = True
        if marks.markdown_body:
            body["content"][MARKDOWN] = text


def _describe_refusals(
    call: dict[str, Any], marks: Described, rule: Rule, *, method: str, is_open: bool
) -> None:
    statuses = {422, 500, 503, *marks.refuses}
    if not is_open:
        statuses |= {401, 403}
    if rule.arguments:
        statuses.add(404)
    if "slug" in rule.arguments:
        call["responses"]["308"] = {
            "description": "The entry has another slug now.",
            "headers": {"Location": _header("Location")},
        }
    if method != "get":
        statuses |= {400, 409}
    if "requestBody" in call:
        statuses |= {413, 415}
    if "If-None-Match" in marks.takes:
        call["responses"]["304"] = {"description": "What you hold is what there is."}
    for status in sorted(statuses):
        shape = "Stale" if status == 412 else "Problem"
        told: dict[str, Any] = {
            "description": DETAIL.get(status, HTTPStatus(status).phrase),
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{shape}"}}},
        }
        if status == 401:
            told["headers"] = {"WWW-Authenticate": _header("WWW-Authenticate")}
        if status == 503:
            told["headers"] = {"Retry-After": _header("Retry-After")}
        call["responses"][str(status)] = told


def _security(method: str, *, is_open: bool) -> list[dict[str, list[str]]]:
    if is_open:
        return []
    return [WITH_TOKEN, WITH_SESSION if method == "get" else WITH_SESSION_TO_CHANGE]
