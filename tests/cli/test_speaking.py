from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from flask import Flask

from playbook.cli import COMMANDS
from playbook.cli.terminal import Slow
from tests.cli.conftest import Instance, Playbook
from tests.world import World


def every_command() -> Iterator[tuple[str, click.Command]]:
    for command in COMMANDS:
        assert command.name
        yield command.name, command
        if isinstance(command, click.Group):
            yield from ((f"{command.name} {name}", each) for name, each in command.commands.items())


@pytest.mark.parametrize(("name", "command"), [*every_command()], ids=[name for name, _ in every_command()])
def test_every_command_says_what_it_and_each_of_its_options_does(name: str, command: click.Command) -> None:
    first = (command.help or "").splitlines()[0]
    assert first.endswith("."), name
    assert len(command.get_short_help_str(limit=58)) == len(first.rstrip(".")) + 1, (
        "The list of commands would cut it."
    )
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.help, f"{name} {option.name}"


def test_help_needs_no_playbook(instance: Instance) -> None:
    result = instance.run("--help")

    assert result.returncode == 0
    assert not instance.at.exists()
    assert "Make the instance, or bring it up to date." in result.stdout


def test_flask_knows_the_same_commands(app: Flask) -> None:
    assert {command.name for command in COMMANDS} <= {*app.cli.commands}


def test_without_a_playbook_a_command_says_how_to_make_one(instance: Instance) -> None:
    result = instance.run("user", "list", "--json")

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "Error: There is no playbook here yet. To make one: playbook setup\n"


def test_a_setting_that_makes_no_sense_is_bad_input(instance: Instance) -> None:
    result = instance.run("settings", PLAYBOOK_THREADS="many")

    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "Error: PLAYBOOK_THREADS is 'many'; it must be a whole number\n"


def test_an_instance_folder_that_cannot_be_made_is_told(instance: Instance) -> None:
    instance.at.write_text("a file")

    result = instance.run("settings")

    assert result.returncode == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr


def test_settings_are_printed_with_secrets_masked(instance: Instance) -> None:
    key = "0123456789abcdef0123456789abcdef"
    result = instance.run("settings", PLAYBOOK_SECRET_KEY=key)

    assert result.returncode == 0
    assert "PLAYBOOK_SECRET_KEY=(set)" in result.stdout
    assert key not in result.stdout + result.stderr
    assert f"PLAYBOOK_INSTANCE={instance.at}" in result.stdout


@pytest.mark.parametrize(
    "arguments", [("bogus",), ("user",), ("user", "bogus"), ("search",), ("report", "gaps")]
)
def test_bad_usage_is_told_apart_from_failure(
    world: World, playbook: Playbook, arguments: tuple[str, ...]
) -> None:
    assert playbook(*arguments).exit_code == 2


def test_work_that_is_done_at_once_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Slow("files imported")
    for done in range(1, 11):
        progress(done, 10)

    assert capsys.readouterr() == ("", "")


def test_work_that_takes_long_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    progress = Slow("files imported", seconds=lambda: now)
    for done in range(1, 9):
        now += 0.75
        progress(done, 8)

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["2 of 8 files imported", "5 of 8 files imported"]
