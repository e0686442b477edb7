"""Every address that changes something, asked by somebody who was tricked into it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.routes import Route, routes
from tests.web.test_access import everything
from tests.world import Browser, World

Browse = Callable[[str], Browser]

REFUSED = {400, 401, 403}
TYPED = {
    "name": "Mallory",
    "email": "mallory@example.com",
    "role": "admin",
    "code": "000000",
    "title": "Taken over",
}
JSON = '{"name": "Mallory", "role": "admin", "title": "Taken over"}'


def forgeries(of_another: str) -> list[dict[str, object]]:
    """How another site, or another person's page, would send it."""
    return [
        {"data": TYPED},
        {"data": {**TYPED, "csrf_token": ""}},
        {"data": {**TYPED, "csrf_token": of_another}},
        {"data": TYPED, "headers": {"X-CSRFToken": of_another}},
        {"data": TYPED, "headers": {"X-CSRF-Token": of_another, "X-XSRF-TOKEN": of_another}},
        {"data": JSON, "content_type": "text/plain"},
        {"data": JSON, "content_type": "text/plain;application/json"},
        {"data": JSON, "content_type": "application/json"},
        {"data": JSON, "content_type": ""},
        {"data": TYPED, "headers": {"Sec-Fetch-Site": "cross-site"}},
        {"data": TYPED, "headers": {"Origin": "https://evil.example", "Referer": "https://evil.example/"}},
        {"data": TYPED, "headers": {"Origin": "null"}},
        {"data": TYPED, "headers": {"X-HTTP-Method-Override": "GET", "X-Method-Override": "GET"}},
        {"data": {**TYPED, "_method": "GET"}},
    ]


@pytest.mark.parametrize("person", ["ana", "milo", "ada"])
def test_t68_every_unsafe_route_refuses_a_request_without_its_token(
    app: Flask, world: World, browse: Browse, person: str
) -> None:
    world.write("price")
    theirs = browse(person)
    of_another = browse("dana").token()
    before = everything(world)
    unsafe = [route for route in routes(app) if route.writes]
    assert len(unsafe) > 20
    for route in unsafe:
        for forgery in forgeries(of_another):
            assert send(theirs, route, forgery) in REFUSED, (route.name, forgery)
    assert everything(world) == before


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_t68_not_even_the_right_token_helps_another_site(
    app: Flask, world: World, browse: Browse, site: str
) -> None:
    world.write("price")
    ada = browse("ada")
    token = ada.token()
    before = everything(world)
    for route in routes(app):
        if route.writes:
            sent = {
                "data": {**TYPED, "csrf_token": token},
                "headers": {"Sec-Fetch-Site": site, "X-CSRFToken": token},
            }
            assert send(ada, route, sent) in REFUSED, route.name
    assert everything(world) == before


def send(browser: Browser, route: Route, given: dict[str, object]) -> int:
    return browser.client.open(route.address, method=route.method, **given).status_code  # type: ignore[arg-type]
