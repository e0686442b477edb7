from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.programs import Program, refused
from tests.cli.conftest import Playbook, playbook, told  # noqa: F401 - a fixture
from tests.world import Browser, World

Programs = Callable[..., Program]
Browse = Callable[[str], Browser]


@pytest.fixture
def used(world: World, browse: Browse) -> World:
    """Three entries, of which one was copied; and one that has no readers."""
    for slug in ("price", "pallets", "budget"):
        world.write(slug)
    world.write("secret", audience="restricted", owner="dana.okafor", by="dana")
    ana = browse("ana")
    agent = {"User-Agent": "Mozilla/5.0 Firefox/150.0"}
    ana.get("/notes/price", headers=agent)
    assert ana.post("/notes/price/uses", {"type": "copy", "what": "body"}, headers=agent).status_code == 204
    ana.get("/notes/budget", headers=agent)
    return world


def test_the_figures_are_those_of_the_command_and_the_file(
    used: World,
    browse: Browse,
    program: Programs,
    playbook: Playbook,  # noqa: F811
) -> None:
    over_api = program("milo").get("/reports/unused?days=30&per_page=100").json
    by_command = told(playbook("report", "unused", "--days", "30", "--json"))
    page = browse("milo").get("/reports/unused?days=30").text

    assert [row["slug"] for row in over_api["items"]] == ["pallets", "budget", "price"] or over_api[
        "total"
    ] == 3
    assert (over_api["days"], over_api["total"], over_api["unused"]) == (30, 3, 2)
    assert "2 of 3 entries have not been used" in page
    for row, same in zip(over_api["items"], by_command["entries"], strict=True):
        figures = ("slug", "kind", "unused", "uses", "views", "viewers", "served", "searches", "wordings")
        assert {name: row[name] for name in figures} == {name: same[name] for name in figures}
    assert "secret" not in str(over_api)


def test_a_report_comes_a_page_at_a_time_and_by_kind(used: World, program: Programs) -> None:
    milo = program("milo", scope="read")
    whole = milo.get("/reports/unused").json

    second = milo.get("/reports/unused?per_page=2&page=2")
    assert second.json["items"] == whole["items"][2:]
    assert 'rel="prev"' in second.headers["Link"]
    assert milo.get("/reports/unused?kind=story").json["total"] == 0


@pytest.mark.parametrize(
    "query", ["days=0", "days=3651", "days=-1", "days=1e3", "days=٣", "kind=x", "sort=uses"]
)
def test_a_window_that_is_none_is_refused(used: World, program: Programs, query: str) -> None:
    refused(program("milo").get(f"/reports/unused?{query}"), 422, query.partition("=")[0])


def test_a_report_is_for_those_whose_role_includes_reports(used: World, program: Programs) -> None:
    for person, status in (("ana", 403), ("cleo", 403), ("milo", 200), ("ada", 200)):
        assert program(person).get("/reports/unused").status_code == status, person
