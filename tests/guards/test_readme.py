"""What the README says is what there is."""

from __future__ import annotations

import re

import click
import pytest

from config import ROOT
from playbook.kinds import KINDS
from playbook.models import Role, State, Team
from tests.world import World

README = (ROOT / "README.md").read_text()
COMMANDS = sorted(set(re.findall(r"`playbook ([a-z]+(?: [a-z]+)?)", README)))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_in_the_readme_exists(words: str, world: World) -> None:
    commands: click.Command | None = world.app.cli
    for word in words.split():
        assert isinstance(commands, click.Group), f"{words}: there is nothing below"
        commands = commands.get_command(click.Context(commands), word)
        assert commands is not None, f"playbook {words} is in the README, and nowhere else"


def test_the_readme_names_every_kind_state_role_and_team() -> None:
    words = README.lower()

    for kind in KINDS.values():
        assert kind.label.lower() in words, kind.label
    for word in (*State, *Role, *Team):
        assert word.value in words, word


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", README)
    missing = [
        link for pair in links for link in pair if link and "://" not in link and not (ROOT / link).exists()
    ]

    assert missing == []
