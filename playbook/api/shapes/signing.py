"""Agreement: what is proposed, whose signatures it needs, and what somebody says to it."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from playbook.api.shapes.taken import At, Sent, Told
from playbook.models import Signer
from playbook.models.agreement import COMMENT_CHARACTERS

Side = Annotated[Signer, Field(strict=False, description="In whose name: a team, or whoever answers for it.")]
Hash = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{64}$",
        description="The `hash` of the version that you read. Where the text is another by now, nothing happens.",
        examples=["0" * 64],
    ),
]
Words = Annotated[str, Field(max_length=COMMENT_CHARACTERS)]


class Proposing(Sent):
    """Why the newest version should be agreed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "They never pass Discovery."}]})
    note: Words = ""


class Withdrawing(Sent):
    """Nothing has to be said."""


class Signing(Sent):
    """A signature under exactly the text with that hash."""

    team: Side
    hash: Hash
    comment: Words = ""


class Disagreeing(Sent):
    """Why somebody who was asked will not sign."""

    team: Side
    hash: Hash
    reason: Annotated[Words, Field(min_length=1)]


class HandTold(Told):
    """A signature under the proposed text."""

    team: Signer
    name: str
    at: At
    comment: str


class ObjectionTold(Told):
    """Why somebody would not sign the proposed text."""

    team: Signer
    name: str
    at: At
    reason: str


class ProposedTold(Told):
    """The version that waits for signatures."""

    version: int
    hash: str = Field(description="SHA-256 of its text: what a signature has to name.")
    by: str | None = Field(description="Who proposed it: a handle.")
    at: At
    note: str
    needs: list[Signer] = Field(description="Whose signatures the rule of its kind asks for now.")
    is_relaxed: bool = Field(description="Whether this playbook asks for other signatures than usual.")
    signed: list[HandTold]
    open: list[Signer] = Field(description="Whose signatures are still missing.")
    yours: list[Signer] = Field(description="In whose name you may sign it.")
    not_agreed: list[ObjectionTold]
