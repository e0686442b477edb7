"""What people get to see of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from time_machine import TimeMachineFixture

from playbook import search
from playbook.search.snippets import Span
from playbook.work import saving
from tests.search.test_query import HOSTILE
from tests.world import World


def ask(
    world: World,
    words: str,
    *,
    by: str = "ana",
    facets: Mapping[str, Sequence[str]] | None = None,
    **more: int,
) -> search.Results:
    with world.context():
        results = search.search(words, reader=world.person(by) if by else None, facets=facets, **more)
        assert results.took_ms > 0
        return results


def counts(results: search.Results, facet: str) -> dict[str, int]:
    return {
        value.label: value.count for found in results.facets if found.name == facet for value in found.values
    }


def test_a_result_shows_where_the_words_are(world):
    world.write("price", title="Your price is too high", body="Some say so.\n\nThe **prices** are high.\n")

    [hit] = ask(world, "price").hits

    assert hit.title == (Span("Your "), Span("price", marked=True), Span(" is too high"))
    assert Span("prices", marked=True) in hit.snippet
    assert (hit.position, hit.fields, hit.version.number) == (1, ("title", "text"), 1)


def test_a_word_in_a_field_is_found_and_shown(world):
    world.write(
        "slow",
        kind="tough_question",
        title="Is it slow?",
        category="timing",
        answer_30s="The pilot took nine minutes.",
        body="Nothing about it.\n",
    )

    [hit] = ask(world, "pilot minutes").hits

    assert [span.text for span in hit.snippet if span.marked] == ["pilot", "minutes"]


def test_readers_see_the_released_text_and_its_title(world):
    world.write("price", title="Old title", body="Kestrel.\n")
    world.revise("price", title="New title", body="Kestrel heron.\n", released=False)

    [hit] = ask(world, "kestrel").hits

    assert hit.version.title == "Old title"
    assert "heron" not in "".join(span.text for span in hit.snippet)


def test_hidden_entries_are_neither_found_nor_counted(world):
    world.write("open", body="Kestrel.\n", tags=["falcons"])
    world.write(
        "hidden", body="Kestrel.\n", tags=["falcons"], audience="restricted", owner="cleo.marsh", by="dana"
    )

    for by, total in (("ana", 1), ("milo", 1), ("cleo", 2), ("ada", 2)):
        results = ask(world, "kestrel", by=by)
        assert (results.total, len(results.hits), counts(results, "tag")) == (
            total,
            total,
            {"falcons": total},
        )
    with world.context():
        titles = [
            [entry.slug for entry in search.titles("h", reader=world.person(by))] for by in ("ana", "cleo")
        ]
    assert titles == [[], ["hidden"]]


def test_somebody_who_may_read_nothing_finds_nothing(world):
    world.write("open", body="Kestrel.\n")
    with world.context(), saving():
        world.person("cleo").disable()

    for by in ("", "cleo"):
        results = ask(world, "kestrel", by=by)
        assert (results.total, results.hits, results.facets) == (0, (), ())


def test_what_a_reader_may_no_longer_see_is_left_out_even_if_the_index_is_behind(world):
    entry_id = world.write("open", body="Kestrel.\n")
    with world.context(), saving():
        world.entry("open").audience = "restricted"  # as if the index had not been told

    assert ask(world, "kestrel").hits == ()
    assert [hit.entry.id for hit in ask(world, "kestrel", by="ada").hits] == [entry_id]


def test_relations_become_facets_with_titles_for_words(world):
    world.write("cfo", kind="persona", role_in_purchase="economic_buyer", title="The CFO")
    world.write("clerk", kind="persona", role_in_purchase="economic_buyer", title="The clerk")
    world.write(
        "price", kind="tough_question", category="timing", answer_30s="No.", asked_by=["cfo", "missing-one"]
    )
    world.write("plan", kind="planner", objective="Agree.", situation={"personas": ["cfo", "clerk"]})

    results = ask(world, "", facets={"persona": ["cfo"]})

    assert {hit.entry.slug for hit in results.hits} == {"cfo", "price", "plan"}
    assert counts(results, "persona") == {"The CFO": 3, "The clerk": 2, "Missing one": 1}
    assert counts(results, "kind") == {"Persona": 1, "Tough question": 1, "Conversation planner": 1}
    assert [value.value for facet in results.facets for value in facet.values if value.chosen] == ["cfo"]


def test_values_of_one_facet_widen_and_facets_narrow_one_another(world):
    world.write("one", tags=["a"], segments=["small"])
    world.write("two", tags=["b"], segments=["small"])
    world.write("three", tags=["c"], segments=["large"])

    results = ask(world, "", facets={"tag": ["a", "b", "c"], "segment": ["small"]})

    assert {hit.entry.slug for hit in results.hits} == {"one", "two"}
    assert counts(results, "segment") == {"small": 2, "large": 1}
    assert counts(results, "tag") == {"a": 1, "b": 1, "c": 0}  # still there to be taken back


def test_an_old_slug_chooses_the_entry_that_had_it(world):
    world.write("cfo", kind="persona", role_in_purchase="economic_buyer", title="The CFO")
    world.write("price", kind="tough_question", category="timing", answer_30s="No.", asked_by=["cfo"])
    with world.context(), saving():
        world.entry("cfo").rename("finance-chief", by=world.person("ada"))
    world.write(
        "later", kind="tough_question", category="timing", answer_30s="Yes.", asked_by=["finance-chief"]
    )

    for slug in ("cfo", "finance-chief"):
        results = ask(world, "", facets={"persona": [slug]})
        assert {hit.entry.slug for hit in results.hits} == {"finance-chief", "price", "later"}
        [facet] = [facet for facet in results.facets if facet.name == "persona"]
        assert [(value.value, value.label, value.count, value.chosen) for value in facet.values] == [
            ("finance-chief", "The CFO", 3, True)
        ]


def test_titles_of_hidden_entries_are_no_labels(world):
    world.write(
        "cfo",
        kind="persona",
        role_in_purchase="economic_buyer",
        title="Jane Doe of Acme",
        audience="restricted",
        owner="cleo.marsh",
    )
    world.write("price", kind="tough_question", category="timing", answer_30s="No.", asked_by=["cfo"])

    assert counts(ask(world, ""), "persona") == {"Cfo": 1}
    assert counts(ask(world, "", by="cleo"), "persona") == {"Jane Doe of Acme": 2}


def test_a_review_falls_due_without_anything_being_saved(world, time_machine: TimeMachineFixture):
    time_machine.move_to("2026-03-01T12:00Z", tick=True)
    world.write("old", review_by="2026-03-01")
    world.write("new", review_by="2026-09-01")
    world.write("never")
    assert counts(ask(world, ""), "state") == {"Agreed": 3}

    time_machine.move_to("2026-03-02T00:00Z", tick=True)

    assert counts(ask(world, ""), "state") == {"Agreed": 2, "Review due": 1}
    assert [hit.entry.slug for hit in ask(world, "", facets={"state": ["review due"]}).hits] == ["old"]


def test_positions_go_on_over_pages(world):
    for number in range(5):
        world.write(f"entry-{number}", body="Kestrel.\n")

    results = ask(world, "kestrel", limit=2, offset=2)

    assert [hit.position for hit in results.hits] == [3, 4]
    assert results.total == 5


@pytest.mark.parametrize("by", ["ana", "ada"])
def test_nothing_that_can_be_typed_or_chosen_is_an_error(world, by):
    world.write("price", body="Kestrel.\n", tags=["falcons"])
    for typed in HOSTILE:
        ask(world, typed, by=by)
        ask(
            world, "kestrel", by=by, facets={"tag": [typed.encode("utf-8", "replace").decode()], typed: ["x"]}
        )
        with world.context():
            search.titles(typed, reader=world.person(by))
    ask(world, "kestrel", by=by, limit=-1, offset=-1)
    ask(world, "kestrel", by=by, limit=10**6, offset=10**9)
    assert ask(world, "kestrel", by=by, facets={"tag": ["x"] * 10_000}).total == 0
