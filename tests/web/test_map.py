from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import time_machine

from playbook.db import db
from playbook.models import Surface, UsageEvent
from tests.web.reading import FIREFOX, words
from tests.world import Browser, World

Browse = Callable[[str], Browser]

PROOF = [{"claim": "31% to 9%", "source": "Customer report", "story": "story-one"}]


def whole(world: World, **row: Any) -> None:
    """An issue, a capability and a map in which nothing is broken; `row` changes the row of the map."""
    world.write("issue-one", kind="issue", title="The close slips")
    world.write("cap-one", kind="capability", title="Line match", proof=PROOF, answers=["issue-one"])
    world.write("story-one", kind="story", title="Pallets")
    world.write("persona-cfo", kind="persona", title="The CFO", role_in_purchase="economic_buyer")
    row = {"persona": "persona-cfo", "capability": "cap-one", "proof": "story-one", **row}
    rows = [{name: value for name, value in row.items() if value is not None}]
    world.write("map-one", kind="issue_map", title="Close slips, by persona", issue="issue-one", rows=rows)


def cell(html: str, issue: str, capability: str) -> str:
    """What stands where an issue meets a capability."""
    table = html.split('class="atlas"', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    columns = [words_in(head) for head in re.findall(r'<th scope="col">(.*?)</th>', rows[0], re.DOTALL)]
    place = next(number for number, head in enumerate(columns) if head.startswith(capability))
    row = next(row for row in rows[1:] if issue in row)
    return words_in(re.findall(r"<td\b[^>]*>(.*?)</td>", row, re.DOTALL)[place])


def words_in(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_map_that_stands_up_says_so(world: World, browse: Browse) -> None:
    whole(world)

    page = browse("ana").get("/map").text

    assert "One issue, one capability. Everything has its proof." in words(page)
    assert "Put right first" not in page
    assert cell(page, "The close slips", "Line match") == "Line match answers it for 1 persona"


def test_an_issue_and_a_capability_meet_from_either_side_or_in_a_map(world: World, browse: Browse) -> None:
    world.write("issue-one", kind="issue", title="From the issue", answered_by=["cap-one"])
    world.write("issue-two", kind="issue", title="From the capability")
    world.write("issue-three", kind="issue", title="From the map")
    world.write("issue-four", kind="issue", title="From nowhere")
    world.write("cap-one", kind="capability", title="Line match", proof=PROOF, answers=["issue-two"])
    world.write(
        "map-one",
        kind="issue_map",
        title="Map",
        issue="issue-three",
        rows=[{"persona": "persona-cfo", "capability": "cap-one", "proof": "story-one"}],
    )

    page = browse("ana").get("/map").text

    assert "answers it" in cell(page, "From the issue", "Line match")
    assert "answers it" in cell(page, "From the capability", "Line match")
    assert "answers it" in cell(page, "From the map", "Line match")
    assert cell(page, "From nowhere", "Line match") == "No"
    assert "From nowhere Nothing answers it" in words(page)


def test_a_row_without_proof_is_broken(world: World, browse: Browse) -> None:
    whole(world, proof=None)

    page = browse("ana").get("/map").text

    assert "One thing would not stand up on a call." in words(page)
    assert "Close slips, by persona , The CFO No proof" in words(page)
    assert "1 without proof" in cell(page, "The close slips", "Line match")
    assert 'class="is-broken"' in page


def test_a_row_whose_proof_points_nowhere_is_broken(world: World, browse: Browse) -> None:
    whole(world, proof="story-nobody")

    assert "The CFO The proof is not written yet" in words(browse("ana").get("/map").text)


def test_proof_that_the_reader_may_not_know_of_points_nowhere(world: World, browse: Browse) -> None:
    whole(world, proof="story-draft")
    world.write("story-draft", kind="story", title="Hidden", released=False)

    assert "The proof is not written yet" in browse("ana").get("/map").text
    assert "The proof is not written yet" not in browse("cleo").get("/map").text


def test_a_difference_claimed_without_proof_is_broken(world: World, browse: Browse) -> None:
    whole(world, proof=None, differentiated=True)
    world.write("cap-two", kind="capability", title="Flagged", differentiator=True)
    world.write("cap-three", kind="capability", title="Only we", differentiation={"unique": "A unit map"})
    world.write("cap-four", kind="capability", title="Plain")

    read = words(browse("ana").get("/map").text)

    assert "The CFO Said to set us apart, without proof" in read
    assert "Flagged Said to set us apart, without proof" in read
    assert "Only we Said to set us apart, without proof" in read
    assert "Plain No proof" in read


def test_proof_that_is_out_of_date_is_none(world: World, browse: Browse) -> None:
    whole(world)
    proof = [{"claim": "31% to 9%", "source": "Customer report", "expires": "2026-01-31"}]
    world.write("cap-two", kind="capability", title="Expired", proof=proof)
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False):
        assert "Expired Every proof is out of date" in words(browse("ana").get("/map").text)


def test_the_rows_of_a_map_are_linked_by_title(world: World, browse: Browse) -> None:
    whole(world, question="q-nobody")

    page = browse("ana").get("/map").text

    assert '<a href="/personas/persona-cfo">The CFO</a>' in page
    assert "Not written yet: q-nobody" in page


def test_an_empty_map_says_how_to_begin(world: World, browse: Browse) -> None:
    assert "No issue and no capability yet" in browse("ana").get("/map").text
    assert "Write the first issue" in browse("cleo").get("/map").text


def test_what_the_map_lists_is_recorded(world: World, browse: Browse) -> None:
    whole(world)

    browse("ana").get("/map", headers=FIREFOX)

    with world.context():
        served = db.session.scalars(sa.select(UsageEvent)).all()
        assert [event.surface for event in served] == [Surface.MAP] * 3
