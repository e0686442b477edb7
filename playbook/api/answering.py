"""How an answer is made from a model."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel


def answer(told: BaseModel, status: int = 200, **headers: str) -> Response:
    """The model as JSON. Names of headers are written with underscores: `Location`, `If_Match`."""
    made = Response(told.model_dump_json(by_alias=True), status, content_type="application/json")
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value
    return made
