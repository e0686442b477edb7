"""A call as somebody types it at a terminal."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from playbook.api.problems import ROOT

JSON = "application/json"
HEADERS = {"Idempotency-Key": "$(uuidgen)", "If-Match": "$ETAG"}
IN_ADDRESSES = {"slug": "too-expensive", "number": "1", "id": "1"}
BY_FORMAT = {"date-time": "2026-03-01T09:30:00Z", "date": "2026-03-01"}


def example(document: Mapping[str, Any], path: str, method: str, call: Mapping[str, Any]) -> str:
    """The call as somebody types it at a terminal; $API is the address of the API, $TOKEN the token."""
    schemas = document["components"]["schemas"]
    query = {
        each["name"]: _sample(each["schema"], schemas)
        for each in call["parameters"]
        if each["in"] == "query" and each["required"]
    }
    address = path.removeprefix(ROOT).format_map(IN_ADDRESSES) + (f"?{urlencode(query)}" if query else "")
    lines = ['curl -H "Authorization: Bearer $TOKEN"']
    if method != "get":
        taken = {each["name"] for each in call["parameters"] if each["in"] == "header"}
        lines += [f'-H "{name}: {value}"' for name, value in HEADERS.items() if name in taken]
    content = call.get("requestBody", {}).get("content", {})
    if JSON in content:
        body: str = json.dumps(_sample(content[JSON]["schema"], schemas), ensure_ascii=False)
        lines.append("--json " + shlex.quote(body))
    if method not in {"get", "post"} or (method == "post" and JSON not in content):
        lines.insert(1, f"-X {method.upper()}")
    return " \\\n  ".join([*lines, f'"$API{address}"'])


def _sample(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """A value that would be taken: the one given as an example, or the least that is needed."""
    if "$ref" in schema:
        return _sample(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _sample(schema["anyOf"][0], schemas)
    kind = schema.get("type")
    if kind == "object":
        needed = schema.get("required", ())
        return {
            name: _sample(of, schemas) for name, of in schema.get("properties", {}).items() if name in needed
        }
    if kind == "array":
        return [_sample(schema.get("items", {}), schemas)]
    if kind == "integer":
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return BY_FORMAT.get(schema.get("format", ""), "text")
