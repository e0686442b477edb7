from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from playbook import agreeing
from playbook.models import Signer
from playbook.work import saving
from tests.api.programs import ROOT, Program
from tests.routes import Route, routes
from tests.world import World

Programs = Callable[..., Program]


@pytest.fixture
def reference(app: Flask, world: World) -> str:
    answer = app.test_client().get("/api")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    return answer.text


def calls(app: Flask) -> list[Route]:
    return [route for route in routes(app) if route.is_for_programs and route.allows is not None]


def typed(reference: str) -> dict[str, list[str]]:
    """The example of each call, as the words of the command that it is."""
    found = re.findall(r'aria-label="Example of ([^"]+)">(.*?)</pre>', reference, re.DOTALL)
    return {unescape(name): shlex.split(unescape(text)) for name, text in found}


def test_the_page_tells_of_every_call(app: Flask, reference: str) -> None:
    told = set(re.findall(r'aria-label="Example of ([^"]+)"', reference))
    addressed = {
        (route.method, re.sub(r"<(?:[a-z]+:)?([a-z]+)>", r"{\1}", route.rule)) for route in calls(app)
    }
    assert told == {" ".join(each) for each in addressed}


def test_every_link_of_the_page_leads_to_a_place_on_it(reference: str) -> None:
    places = re.findall(r' id="([^"]+)"', reference)
    assert len(places) == len(set(places))
    assert set(re.findall(r'href="#([^"]+)"', reference)) <= set(places)
    assert {"shape-EntryTold", "shape-Stale", "shape-State"} <= set(places)


def test_what_every_call_may_answer_is_told_once(reference: str) -> None:
    assert reference.count('<th scope="row">401</th>') == 1
    assert reference.count('<th scope="row">412</th>') == 1
    assert "Asks for the permission <code>people</code>." in reference


def test_the_page_runs_only_what_every_page_does(reference: str) -> None:
    assert re.findall(r'<script[^>]*src="[^"]*/([a-z-]+)\.[^"/]*"', reference) == ["toast"]


def test_nobody_is_named_on_the_page(world: World, reference: str, app: Flask) -> None:
    world.write("price", title="A title of ours")
    again = app.test_client().get("/api").text
    assert again == reference


# One after the other: what is proposed can be signed, and what is retired takes no change.
IN_TURN = ("/propose", "/disagree", "/sign", "/withdraw", "/restore", "/retire")
NO_HASH = "0" * 64  # stands in examples for that of the text one has read


def turn(name: str) -> int:
    """When a call is tried: those of an agreement last."""
    return next((place for place, end in enumerate(IN_TURN, start=1) if name.endswith(end)), 0)


def test_every_example_is_taken(world: World, reference: str, program: Programs) -> None:
    world.write("next-fair")
    world.write("too-expensive")
    with world.context(), saving():
        agreeing.choose_rules({"note": (Signer.SALES, Signer.MARKETING)}, by=world.person("ada"))
    asking, signing = program("ada", scope="admin"), program("dana")
    etag = asking.get("/entries/too-expensive").headers["ETag"]
    for name, words in sorted(typed(reference).items(), key=lambda each: turn(each[0])):
        method, _ = name.split()
        assert words[0] == "curl"
        assert words[-1].startswith("$API/")
        if method == "GET":
            answer = asking.get(words[-1].removeprefix("$API"))
        else:
            body = words[words.index("--json") + 1] if "--json" in words else None
            headers = {"If-Match": etag, "Content-Type": "application/json"} if body else {}
            if body and NO_HASH in body:
                newest = asking.get("/entries/too-expensive").json["newest"]  # type: ignore[index]
                version = asking.get(f"/entries/too-expensive/versions/{newest}").json
                body = body.replace(NO_HASH, version["hash"])  # type: ignore[index]
            who = signing if name.endswith(("/sign", "/disagree")) else asking
            answer = who.ask(method, words[-1].removeprefix("$API"), data=body, headers=headers)
        assert answer.status_code < 300, (name, answer.text)
    assert f'href="{ROOT}/openapi.json"' in reference
