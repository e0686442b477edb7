"""What can go wrong in the domain, in the words an adapter shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what somebody sent.

    `field` is the name of the field at fault; `message` is a sentence fit to show beside it;
    `line` is the 1-based line of the file, where there is one.
    """

    field: str
    message: str
    line: int | None = None


class PlaybookError(Exception):
    """Anything the playbook refuses to do; the message is a sentence fit to show."""


class NotFound(PlaybookError):
    """There is no such thing, or this reader may not know that there is."""


class NotAllowed(PlaybookError):
    """This person may not do this."""


class Conflict(PlaybookError):
    """The state of things forbids it: somebody was faster, or a rule of two is not met."""


class SameHand(Conflict):
    """The rule of two forbids it: who wrote a text alone does not sign it, and nobody signs it twice."""


class TooMany(PlaybookError):
    """It was tried too often. `until` is when it may be tried again."""

    def __init__(self, *, until: datetime) -> None:
        self.until = until
        super().__init__(f"Too many tries. Try again at {until:%H:%M} (UTC).")


class Invalid(PlaybookError):
    """What was sent does not fit; carries every problem found, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(problem.message for problem in self.problems))

    def __reduce__(self) -> tuple[type["Invalid"], tuple[list[Problem]]]:
        return type(self), (self.problems,)
