"""Every call with thousands of requests made from its own description: what it says, it has to keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from playbook.models import Role, User
from playbook.work import saving
from tests.api.programs import ROOT, Program
from tests.soak import soak
from tests.world import World

Programs = Callable[..., Program]

EXAMPLES = soak(4, 100)  # of each call, for each asker, and as many again that do not fit the description
SAID = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Left out of the checks that there are:
# - that everything that fits is taken: the description cannot say what a domain rule refuses with 422, such as
#   a title that is no text, nor that If-Match has to name a version;
# - that a call without its token is refused: the check takes out a token that it knows of, and ours is set by
#   the test; `test_access` asks every call with thirteen headers that show none.

KNOWN = ("price", "plain", "as-it-was", "hidden", "waiting", "retired", "missing")
SENT = {"slug": KNOWN, "number": (1, 2), "id": (1, 2, 5, 6)}
"""What stands in addresses of every other request: nothing is called as a generator calls it."""


@pytest.fixture
def shelf(world: World) -> World:
    """An entry of each state and audience."""
    world.write("price")
    world.revise("price", body="Newer.\n", released=False)
    world.write("as-it-was")
    world.write("hidden", audience="restricted", owner="dana.okafor", by="dana")
    world.write("waiting", released=False)
    world.write("retired")
    with world.context(), saving():
        world.entry("as-it-was").rename("plain", by=world.person("ada"))
        world.entry("retired").retire(by=world.person("ada"), reason="It is over.")
        world.people["tess"] = User.invite(email="tess@example.com", name="Tess Ola", role=Role.ANALYST).id
    return world


@pytest.mark.parametrize("asker", ["ana", "tess", "cleo", "milo", "ada", ""])
def test_every_call_answers_as_it_is_described(
    app: Flask, shelf: World, program: Programs, asker: str
) -> None:
    asking = program(asker, scope="admin") if asker else program("")
    headers = {"Authorization": f"Bearer {asking.token}"} if asker else {}
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", app)
    answered: Counter[str] = Counter()

    tags = [asking.get(f"/entries/price/versions/{number}").headers.get("ETag", '"1-x"') for number in (1, 2)]
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _try(operation, mode, headers=headers, tags=tags, answered=answered)

    total = sum(answered.values())
    print(f"{asker or 'nobody'}: {total} requests, {dict(sorted(answered.items()))}")
    assert total > EXAMPLES * 15
    if not asker:
        assert set(answered) <= {"401", "404"}  # 404: no address at all
    else:
        assert answered["200"]
        assert answered["422"]
        assert not answered["401"]


def _try(
    operation: Any,
    mode: GenerationMode,
    *,
    headers: dict[str, str],
    tags: list[str],
    answered: Counter[str],
) -> None:
    known = {name: st.sampled_from(values) for name, values in {**SENT, "If-Match": tags}.items()}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.fixed_dictionaries(known), st.booleans())
    def answers(case: Any, there: dict[str, Any], takes_known: bool) -> None:
        if takes_known:
            _name_what_is_there(case, there)
        response = case.call(headers=headers)
        answered[str(response.status_code)] += 1
        case.validate_response(response, checks=[*SAID, *_also(case, takes_known)])

    answers()


def _also(case: Any, takes_known: bool) -> list[Any]:
    """That what does not fit is refused; unless the test mended it, by a token or by naming what is there."""
    at_fault = {where for where, part in case.meta.components.items() if part.mode is GenerationMode.NEGATIVE}
    return [negative_data_rejection] if not takes_known and at_fault - {ParameterLocation.HEADER} else []


def _name_what_is_there(case: Any, there: dict[str, Any]) -> None:
    for name in case.path_parameters or {}:
        case.path_parameters[name] = there[name]
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = there["If-Match"]
        case.path_parameters["slug"] = "price"
    (case.headers or {}).pop("Idempotency-Key", None)  # a key that came before is answered as before
    if isinstance(case.body, dict) and isinstance(case.body.get("fields"), dict):
        case.body["fields"] = {"title": "Made"}
        if case.method == "PUT":  # and no kind or slug that the entry has not, and nothing said twice
            case.query = {}
            case.body = {name: case.body[name] for name in ("fields", "body") if name in case.body}
