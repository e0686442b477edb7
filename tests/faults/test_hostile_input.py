from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.routes import routes
from tests.world import Browser, World

Browse = Callable[[str], Browser]

HOSTILE = ("\x00", "\ud800", "%_\\*", "'\"", "(" * 3000, "٣", "-1", "99999999999999999999", "a" * 5000)
ASKED = (
    "q",
    "kind",
    "stage",
    "persona",
    "issue",
    "sort",
    "page",
    "limit",
    "version",
    "from",
    "to",
    "days",
    "as",
    "at",
    "next",
)
TYPED = (
    "base",
    "title",
    "body",
    "slug",
    "note",
    "document",
    "type",
    "what",
    "q",
    "email",
    "name",
    "password",
    "owner",
)


def test_no_address_breaks_by_what_stands_behind_it(app: Flask, world: World, browse: Browse) -> None:
    world.write("price")
    world.revise("price", body="Newer.\n")
    ada = browse("ada")
    for route in routes(app):
        if not route.writes:
            for hostile in HOSTILE:
                answer = ada.client.get(f"{route.address}?{fields(ASKED, hostile)}")
                assert answer.status_code < 500, (route.name, hostile[:20])


def test_no_form_breaks_by_what_is_typed_into_it(app: Flask, world: World, browse: Browse) -> None:
    world.write("price")
    ada = browse("ada")
    proof = f"&csrf_token={ada.token()}"
    for route in routes(app):
        if route.writes and route.endpoint not in {"sign_in.destroy", "sign_in.create"}:
            for hostile in HOSTILE:
                answer = ada.client.open(
                    route.address,
                    method=route.method,
                    data=fields(TYPED, hostile) + proof,
                    content_type="application/x-www-form-urlencoded",
                )
                assert answer.status_code < 500, (route.name, hostile[:20])


def fields(names: tuple[str, ...], value: str) -> str:
    written = "".join(f"%{byte:02X}" for byte in value.encode("utf-8", "surrogatepass"))
    return "&".join(f"{name}={written}" for name in names)
