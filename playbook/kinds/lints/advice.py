"""What a lint has to say about one field."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Advice:
    """How one field could be clearer. It informs, and blocks no draft.

    `field` is named as problems name it: "exit_milestones.2.statement".
    """

    lint: str
    field: str
    message: str
