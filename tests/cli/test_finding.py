from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from playbook import search
from playbook.db import db, transaction
from playbook.models import Entry, SearchQuery
from tests.cli.conftest import Playbook, told
from tests.world import World


@pytest.fixture
def written(world: World) -> World:
    world.write("persona-cfo", kind="note", title="The finance chief", body="She asks about prices.\n")
    world.write("price", title="Prices", body="Too dear, they say.\n", personas=["persona-cfo"])
    world.write("close", kind="story", title="The second close", body="About prices.\n", stages=["stage-two"])
    world.write("secret", title="Secret prices", audience="restricted", owner="milo.brandt")
    world.write("draft", title="Draft prices", released=False)
    return world


def test_a_search_finds_what_the_site_finds_in_its_order(written: World, playbook: Playbook) -> None:
    found = told(playbook("search", "prices", "--json"))

    with written.context():
        results = search.search("prices", reader=written.person("ada"))
        assert [result["slug"] for result in found["results"]] == [hit.entry.slug for hit in results.hits]
    assert found["total"] == 4
    assert {"query", "understood", "total", "took_ms", "results", "facets"} == found.keys()
    assert found["results"][0].keys() == {
        *("slug", "kind", "title", "summary", "snippet", "score", "state", "expired_claims"),
    }
    assert found["understood"] == ["prices"]


def test_a_search_is_narrowed_by_kind_stage_and_persona(written: World, playbook: Playbook) -> None:
    def slugs(*options: str) -> list[str]:
        return sorted(
            hit["slug"] for hit in told(playbook("search", "prices", *options, "--json"))["results"]
        )

    assert slugs("--kind", "story") == ["close"]
    assert slugs("--persona", "persona-cfo") == ["price"]
    assert slugs("--stage", "stage-two") == ["close"]
    assert slugs("--stage", "stage-two", "--persona", "persona-cfo") == []
    assert len(slugs("--limit", "2")) == 2


def test_results_can_be_read(written: World, playbook: Playbook) -> None:
    lines = playbook("search", "second", "--limit", "1").stdout.splitlines()

    assert lines[:2] == ["1. The second close", "   stories/close (agreed)"]
    assert lines[-1] == "1 found, 1 shown."


def test_a_search_from_the_terminal_is_nobodys_search(written: World, playbook: Playbook) -> None:
    playbook("search", "prices")

    with written.context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchQuery)) == 0


def test_a_kind_that_there_is_not_is_refused(written: World, playbook: Playbook) -> None:
    result = playbook("search", "prices", "--kind", "stroy")

    assert result.exit_code == 2
    assert "'stroy' is not one of" in result.stderr


def test_an_index_that_agrees_with_the_database_is_told(written: World, playbook: Playbook) -> None:
    assert playbook("index", "check").stdout == "0 differences.\n"
    assert told(playbook("index", "check", "--json")) == {"ok": True, "differences": []}


def test_an_index_that_differs_is_told_and_can_be_built_anew(written: World, playbook: Playbook) -> None:
    with written.context(), transaction() as session:
        session.execute(sa.update(Entry).where(Entry.slug == "price").values(agreed_id=None))

    result = playbook("index", "check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "ok": False,
        "differences": [{"slug": "", "problem": "The index has it, but readers may not find it."}],
    }

    assert playbook("index", "rebuild").stdout == "3 entries are in the index.\n"
    assert playbook("index", "check").exit_code == 0
