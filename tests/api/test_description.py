from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask

from playbook.api.describing import described as described_call
from playbook.api.shapes.taken import Told
from tests.api.programs import ROOT, Program
from tests.routes import Route, routes


@pytest.fixture
def told(app: Flask) -> dict[str, Any]:
    answer = Program(app.test_client()).get("/openapi.json")
    assert answer.status_code == 200
    description: dict[str, Any] = answer.get_json()
    return description


def described(told: dict[str, Any], route: Route) -> dict[str, Any]:
    path = route.rule.replace("<slug:", "{").replace("<number:", "{").replace("<", "{").replace(">", "}")
    call: dict[str, Any] = told["paths"][path][route.method.lower()]
    return call


def calls(app: Flask) -> list[Route]:
    return [route for route in routes(app) if route.is_for_programs and route.allows is not None]


def test_the_description_is_openapi_3_1(app: Flask, told: dict[str, Any]) -> None:
    assert told["openapi"].startswith("3.1")
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", app)
    schema.validate()
    assert len([found.ok() for found in schema.get_all_operations()]) == len(calls(app))


def test_every_call_is_described_with_all_that_it_can_answer(app: Flask, told: dict[str, Any]) -> None:
    for route in calls(app):
        call = described(told, route)
        assert call["summary"].endswith("."), route.name
        statuses = set(call["responses"])
        assert {"401", "403", "422", "500", "503"} <= statuses, route.name
        assert any(status.startswith("2") for status in statuses), route.name
        if "slug" in route.rule:
            assert {"308", "404"} <= statuses, route.name
        if route.writes:
            assert {"400", "409"} <= statuses, route.name
        assert ("requestBody" in call) == ({"413", "415"} <= statuses), route.name
        for status, answer in call["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (route.name, status)
        assert {"token": []} in call["security"], route.name
        assert f"`{route.allows}`" in call["description"], route.name


def test_every_post_takes_a_key(app: Flask, told: dict[str, Any]) -> None:
    for route in calls(app):
        headers = {each["name"] for each in described(told, route)["parameters"] if each["in"] == "header"}
        assert ("Idempotency-Key" in headers) == (route.method == "POST"), route.name


def test_markdown_is_described_where_it_is_taken_and_given(told: dict[str, Any]) -> None:
    one = told["paths"]["/api/v1/entries/{slug}"]
    for body in (
        told["paths"]["/api/v1/entries"]["post"]["requestBody"],
        one["put"]["requestBody"],
        one["get"]["responses"]["200"],
        told["paths"]["/api/v1/entries/{slug}/versions/{number}"]["get"]["responses"]["200"],
    ):
        assert set(body["content"]) == {"application/json", "text/markdown"}
    assert one["put"]["responses"]["412"]["content"]["application/problem+json"]["schema"]["$ref"].endswith(
        "/Stale"
    )
    [must] = [each for each in one["put"]["parameters"] if each["name"] == "If-Match"]
    assert must["required"]


def test_two_models_do_not_share_a_name(told: dict[str, Any]) -> None:
    class EntryTold(Told):
        """Not what is told of entries."""

    with pytest.raises(ValueError, match="Two models are called EntryTold"):
        described_call({200: EntryTold}, tag="Tests")(lambda: None)
    assert {"NewEntry", "EntryTold", "HeadPage", "Problem", "Stale"} <= set(told["components"]["schemas"])
