from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from playbook.kinds import KINDS
from playbook.web.addresses import entry_url
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def test_an_entry_is_addressed_by_the_folder_of_its_kind_and_its_slug(app: Flask, world: World) -> None:
    world.write("price", kind="tough_question", category="price", answer_30s="Ask.")

    with app.test_request_context():
        entry = world.entry("price")
        assert entry_url(entry) == "/tough-questions/price" == f"/{entry.path}"
        assert entry_url(entry, version=3) == "/tough-questions/price?version=3"


def test_every_kind_has_its_shelf(world: World, browse: Browse) -> None:
    ana = browse("ana")

    for kind in KINDS.values():
        assert ana.get(f"/{kind.folder}/").status_code == 200
        assert ana.get(f"/{kind.folder}").status_code == 308
        if kind.name != kind.folder:
            assert ana.get(f"/{kind.name}/").status_code == 404


def test_what_is_no_slug_is_no_address(world: World, browse: Browse) -> None:
    world.write("price")
    ana = browse("ana")
    for slug in (
        *("PRICE", "price!", "-price", "..", ".well-known", "pri ce", "pr%C3%A9is", "price%00", "price%0a"),
        *("%2e%2e%2fprice", "a" * 121, "٣"),
    ):
        assert ana.get(f"/notes/{slug}").status_code == 404, slug


def test_a_number_is_a_few_plain_digits(world: World, browse: Browse) -> None:
    world.write("price")
    ana, milo = browse("ana"), browse("milo")
    for number in ("0", "-1", "01", "1e0", "0x1", "٣", "1.0", " 1", "+1", "1234567890", "--help", ""):
        assert ana.get(f"/e/{number}").status_code == 404, number
        if number != "01":
            assert ana.get("/notes/price", query_string={"version": number}).status_code == 404, number
        assert milo.post(f"/notes/price/versions/{number}/restore").status_code in {404, 405}, number


def test_the_permanent_address_follows_an_entry_wherever_it_goes(world: World, browse: Browse) -> None:
    number = world.write("price")
    ana = browse("ana")
    assert ana.get(f"/e/{number}").location == "/notes/price"
    browse("milo").post("/notes/price/address", {"slug": "cost"})

    assert ana.get(f"/e/{number}").location == "/notes/cost"
    assert ana.get("/notes/price").location == "/notes/cost"
    assert ana.get("/notes/price?version=1").location == "/notes/cost?version=1"
    assert ana.get("/to/price").location == "/notes/cost"
    assert ana.get(f"/e/{number + 1}").status_code == 404
