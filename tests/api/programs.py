"""Programs that call the API for somebody, and what tests say of their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ROOT = "/api/v1"
MARKDOWN = "text/markdown"


@dataclass
class Program:
    """A program with a token, or without."""

    client: FlaskClient
    token: str = ""

    def ask(self, method: str, address: str, **given: Any) -> TestResponse:
        headers = dict(given.pop("headers", {}))
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        return self.client.open(ROOT + address, method=method, headers=headers, **given)

    def get(self, address: str, **given: Any) -> TestResponse:
        return self.ask("GET", address, **given)

    def post(self, address: str, json: Any = None, **given: Any) -> TestResponse:
        return self.ask("POST", address, json=json, **given)

    def put(self, address: str, json: Any = None, *, etag: str = "", **given: Any) -> TestResponse:
        if etag:
            given["headers"] = {**given.get("headers", {}), "If-Match": etag}
        return self.ask("PUT", address, json=json, **given)

    def send(self, method: str, address: str, text: str | bytes, **given: Any) -> TestResponse:
        """Send Markdown."""
        return self.ask(method, address, data=text, content_type=f"{MARKDOWN}; charset=utf-8", **given)

    def text(self, address: str) -> bytes:
        """The Markdown behind an address."""
        answer = self.get(address, headers={"Accept": MARKDOWN})
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == MARKDOWN
        return answer.data


def refused(answer: TestResponse, status: int, *fields: str) -> dict[str, Any]:
    """The problem that this answer is, which has to name these fields."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    problem: dict[str, Any] = answer.json  # type: ignore[assignment]
    assert problem["status"] == status
    assert {"type", "title", "detail"} <= set(problem)
    named = {each["field"] for each in problem.get("errors", [])}
    assert set(fields) <= named, problem
    return problem
