"""People, as those who look after them and they themselves are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from playbook.api.pages import Page, PageAsked
from playbook.api.shapes.taken import At, Sent, Told
from playbook.models import Permission, Role, Scope, Team
from playbook.models.user import Standing

Name = Annotated[str, Field(min_length=1, max_length=120, examples=["Noor Haddad"])]
Email = Annotated[str, Field(min_length=3, max_length=254, examples=["noor@example.com"])]
TheRole = Annotated[Role, Field(strict=False)]
TheTeam = Annotated[Team, Field(strict=False)]
SignsFor = Annotated[
    TheTeam | None, Field(description="Whose signature they can give: `sales`, `marketing`, or nobody’s.")
]


class PeopleAsked(PageAsked):
    """Which people are wanted."""

    q: Annotated[
        str, Field(max_length=200, description="A part of a name, an address or a handle. Has no wildcards.")
    ] = ""
    role: Role | None = None
    team: Team | None = None
    state: Annotated[Standing, Field(description="`invited`, `active` or `disabled`.")] | None = None


class NewPerson(Sent):
    """Somebody to invite."""

    name: Name
    email: Email
    role: TheRole
    team: TheTeam = Team.OTHER
    signs_for: SignsFor = None


class PersonChanges(Sent):
    """What is to be different. What is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "contributor", "disabled": False}]})

    name: Name | None = None
    email: Email | None = None
    role: TheRole | None = None
    team: TheTeam | None = None
    signs_for: SignsFor = None
    disabled: Annotated[bool | None, Field(description="Whether the account lets nobody in.")] = None


class PersonTold(Told):
    """A person."""

    id: int
    name: str
    email: str
    handle: str = Field(description="The name that documents use.")
    role: Role
    team: Team
    signs_for: Team | None
    state: Standing
    created_at: At


class PeoplePage(Page[PersonTold]):
    """People, by name."""


class Invited(PersonTold):
    """Somebody invited, and how they come in."""

    link: str | None = Field(
        description="Works once, within 72 hours, and is told once: nowhere else, and not where this call is repeated."
    )


class NewLink(Told):
    """A link by which somebody chooses a password."""

    link: str | None = Field(description="Works once, within 72 hours, and is told once.")


class TokenUsed(Told):
    """The token that was shown."""

    name: str
    scope: Scope
    expires_at: At


class Me(Told):
    """Whom the program works for, and what it may do."""

    person: PersonTold
    token: TokenUsed | None = Field(description="None where the session of a browser is used.")
    permissions: list[Permission] = Field(description="What the role and the scope both include.")
