from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from playbook.models import Scope, Token
from playbook.work import saving
from tests.api.programs import Program
from tests.world import World

Programs = Callable[..., Program]


@pytest.fixture
def program(app: Flask, world: World) -> Programs:
    """program("milo") has a token of Milo's that may write; program("") has none."""

    def made_for(first_name: str, *, scope: str = "write") -> Program:
        if not first_name:
            return Program(app.test_client())
        with world.context(), saving():
            _, secret = Token.make(world.person(first_name), name="tests", scope=Scope(scope), by=None)
        return Program(app.test_client(), secret)

    return made_for
