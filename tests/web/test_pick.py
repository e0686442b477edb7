from __future__ import annotations

from collections.abc import Callable

import html5lib
import pytest
from werkzeug.test import TestResponse

from playbook.models import Role
from playbook.web.writing.choosing import MOST_FOUND
from playbook.work import saving
from tests.world import Browser, World

Browse = Callable[[str], Browser]


def offered(answer: TestResponse) -> list[str]:
    """The values of the options, those marked as not written with a question mark."""
    assert answer.status_code == 200
    return [
        f"{element.get('data-value')}{'?' if 'data-unknown' in element.attrib else ''}"
        for element in html5lib.parse(answer.text, namespaceHTMLElements=False).iter("li")
    ]


def test_entries_are_found_by_every_word_of_their_title(world: World, browse: Browse) -> None:
    for slug, title in (("a", "Cost of the close"), ("b", "The close slips"), ("c", "Closed cost")):
        world.write(slug, kind="issue", title=title)
    world.write("d", kind="story", title="A close cost them")
    cleo = browse("cleo")

    assert offered(cleo.get("/pick?kind=issue&q=CLOSE+cost")) == ["c", "a", "close-cost?"]
    assert offered(cleo.get("/pick?kind=issue&q=close")) == ["c", "a", "b", "close?"]
    assert offered(cleo.get("/pick?kind=issue&kind=story&q=close+cost")) == ["c", "a", "d", "close-cost?"]
    assert offered(cleo.get("/pick?q=close+cost")) == ["c", "a", "d", "close-cost?"]
    assert set(offered(cleo.get("/pick?kind=issue"))) == {"a", "b", "c"}


def test_a_slug_that_is_taken_is_not_offered_as_free(world: World, browse: Browse) -> None:
    world.write("price", kind="story")

    assert offered(browse("cleo").get("/pick?kind=issue&q=price")) == []
    assert offered(browse("cleo").get("/pick?kind=issue&q=%C3%9Cber+price!")) == ["uber-price?"]
    assert offered(browse("cleo").get("/pick?kind=issue&q=%3F%3F")) == []


def test_what_is_hidden_or_retired_is_not_offered(world: World, browse: Browse) -> None:
    world.write("board", title="Board paper", audience="restricted", owner="dana.okafor")
    world.write("old", title="Old paper")
    with world.context(), saving():
        world.entry("old").retire(by=world.person("milo"), reason="Out of date")

    assert offered(browse("cleo").get("/pick?q=paper")) == ["paper?"]
    assert offered(browse("dana").get("/pick?q=paper")) == ["board", "paper?"]


def test_a_draft_is_offered_to_those_who_write(world: World, browse: Browse) -> None:
    world.write("price", released=False)

    assert offered(browse("cleo").get("/pick?kind=note&q=pri")) == ["price", "pri?"]


def test_no_more_are_offered_than_anybody_reads(world: World, browse: Browse) -> None:
    for number in range(MOST_FOUND + 2):
        world.write(f"note-{number}")

    assert len(offered(browse("cleo").get("/pick?q=note"))) == MOST_FOUND + 1


def test_people_who_can_sign_in_are_found_by_name_or_handle(world: World, browse: Browse) -> None:
    with world.context(), saving():
        world.person("dana").disable()
    cleo = browse("cleo")

    assert offered(cleo.get("/pick/people?q=ruiz")) == ["ana.ruiz"]
    assert offered(cleo.get("/pick/people?q=ana.")) == ["ana.ruiz"]
    assert offered(cleo.get("/pick/people?q=dana")) == []
    assert "dana.okafor" not in offered(cleo.get("/pick/people"))
    assert "@example.com" not in cleo.get("/pick/people").text


@pytest.mark.parametrize("address", ["/pick?q=price", "/pick/people?q=ana"])
def test_only_those_who_may_revise_are_told(world: World, browse: Browse, address: str) -> None:
    world.write("price")

    assert browse("ana").get(address).status_code == 403
    assert browse("").get(address).status_code == 303
    assert browse("").get(address, headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.parametrize(
    "words",
    ["%", "_", "\\", "'\"; drop table entry; --", "\x00x", "<script>alert(1)</script>", "a" * 5000, "\ud83d"],
)
def test_whatever_is_typed_is_only_looked_for(world: World, browse: Browse, words: str) -> None:
    world.write("price", title="Price")
    cleo = browse("cleo")

    for address in ("/pick", "/pick/people"):
        answer = cleo.get(
            address, query_string={"q": words.encode("utf-8", "surrogatepass"), "kind": "no_such_kind"}
        )
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert [value for value in offered(answer) if not value.endswith("?")] == []


def test_titles_and_names_stay_words(world: World, browse: Browse) -> None:
    from playbook.models import User

    hostile = '"><img src=x onerror=alert(1)>'
    world.write("price", title=hostile)
    with world.context(), saving():
        User.invite(email="x@example.com", name=hostile, role=Role.REP)

    for address in ("/pick?q=img", "/pick/people?q=img"):
        page = html5lib.parse(browse("cleo").get(address).text, namespaceHTMLElements=False)
        [option] = [each for each in page.iter("li") if "data-unknown" not in each.attrib]
        assert option.get("data-words") == hostile
        assert not list(page.iter("img"))
