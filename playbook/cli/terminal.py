"""How commands speak: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from config import BadSetting
from playbook.errors import Invalid, NotFound, PlaybookError
from playbook.models.audit import origin

BAD_INPUT = 2
FAILURE = 1

QUIET_SECONDS = 1.0  # work that takes no longer says nothing
EVERY_SECONDS = 2.0  # between two lines about work that goes on


class BadInput(click.ClickException):
    """What was given to a command cannot be taken."""

    exit_code = BAD_INPUT


class Failed(click.ClickException):
    """A command could not do what it was asked to."""

    exit_code = FAILURE


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn what the playbook refuses into a sentence and a status."""
    try:
        yield
    except Invalid as invalid:
        said = [f"{problem.field}: {problem.message}" for problem in invalid.problems]
        raise BadInput("\n".join(said)) from invalid
    except (NotFound, BadSetting) as refusal:
        raise BadInput(str(refusal)) from refusal
    except PlaybookError as refusal:
        raise Failed(str(refusal)) from refusal
    except (OperationalError, ProgrammingError) as error:
        if "no such table" in str(error.orig) or "UndefinedTable" in type(error.orig).__name__:
            raise Failed("There is no playbook here yet. To make one: playbook setup") from error
        raise Failed(f"The database did not do its part: {error.orig}") from error
    except BrokenPipeError:
        raise  # whoever read the output has seen enough; Click ends quietly
    except OSError as error:
        raise Failed(f"{error.filename or 'System'}: {error.strerror or error}") from error


class Command(click.Command):
    """A command that tells a refusal in a sentence instead of a traceback, and the audit log where it came from."""

    def invoke(self, ctx: click.Context) -> Any:
        before = origin.set("command line")
        try:
            with refusals_told():
                return super().invoke(ctx)
        finally:
            origin.reset(before)


class Group(AppGroup):
    """Commands that belong together; each runs with the application at hand."""

    command_class = Command


def print_json(document: Any) -> None:
    """One JSON document, and nothing else, on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def say(message: str) -> None:
    """Something that is not the result."""
    click.echo(message, err=True)


def counted(number: int, one: str, many: str) -> str:
    """1 entry; 3 entries."""
    return f"{number} {one if number == 1 else many}"


@dataclass
class Slow:
    """Progress of work that may take long: a line now and then once it has taken a while."""

    what: str  # "entries imported"
    seconds: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._next = self.seconds() + QUIET_SECONDS

    def __call__(self, done: int, total: int) -> None:
        if done < total and self.seconds() >= self._next:
            self._next = self.seconds() + EVERY_SECONDS
            say(f"{done} of {total} {self.what}")
