"""People: whom a program works for; and for those who look after people, everybody."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, current_app, request, url_for

from config import Settings
from playbook.api.access import allow, caller, reader
from playbook.api.answering import answer
from playbook.api.describing import described
from playbook.api.idempotency import again, once
from playbook.api.pages import page_of, paged
from playbook.api.shapes.person import (
    Invited,
    Me,
    NewLink,
    NewPerson,
    PeopleAsked,
    PeoplePage,
    PersonChanges,
    PersonTold,
    TokenUsed,
)
from playbook.errors import Invalid, Problem
from playbook.models import Permission, User
from playbook.models.people import Facts, called, change, invite, let_in, link_for, shut_out, stands
from playbook.work import saving

bp = Blueprint("people", __name__)

TAG = "People"
NEVER_NOTHING = ("name", "email", "role", "team", "disabled")


@bp.get("/people/me")
@allow(Permission.READ)
@described({200: Me}, tag=TAG)
def me() -> Response:
    """Whom you work for, and what you may do."""
    asking = caller()
    used = asking.token
    made = Me(
        person=told(asking.person),
        token=TokenUsed(name=used.name, scope=used.scope, expires_at=used.expires_at) if used else None,
        permissions=[permission for permission in Permission if asking.can(permission)],
    )
    return answer(made)


@bp.get("/people")
@allow(Permission.PEOPLE)
@described({200: PeoplePage}, tag=TAG, gives={200: ("Link",)})
def index(query: PeopleAsked) -> Response:
    """Everybody who has an account, by name."""
    found = called(query.q)
    if query.role is not None:
        found = found.where(User.role == query.role)
    if query.team is not None:
        found = found.where(User.team == query.team)
    if query.state is not None:
        found = found.where(stands(query.state))
    rows, total = page_of(found, query=query)
    return paged(PeoplePage, [told(person) for (person,) in rows], total=total, query=query)


@bp.post("/people")
@allow(Permission.PEOPLE)
@again
@described({201: Invited}, tag=TAG, gives={201: ("Location",)})
def create(json: NewPerson) -> Response:
    """Invite somebody. The answer holds the link they come in by, which is told this once."""
    links: list[str] = []

    def work() -> Response:
        person, secret = invite(Facts(**dict(json)), by=reader())
        links.append(first_link(secret))
        return answer(
            Invited(**dict(told(person)), link=None), 201, Location=url_for("api.people.show", id=person.id)
        )

    # What is kept to be answered again holds no secret, so the link goes in afterwards.
    made = once(work)
    if links:
        invited = Invited.model_validate_json(made.get_data(), strict=False)
        made.set_data(invited.model_copy(update={"link": links[0]}).model_dump_json())
    return made


@bp.get("/people/<number:id>")
@allow(Permission.PEOPLE)
@described({200: PersonTold}, tag=TAG)
def show(id: int) -> Response:
    """One person."""
    return answer(told(User.with_id(id)))


@bp.patch("/people/<number:id>")
@allow(Permission.PEOPLE)
@described({200: PersonTold}, tag=TAG)
def update(id: int, json: PersonChanges) -> Response:
    """Change what a person is here, and whether they are let in. Another role signs them out everywhere."""
    wanted = {name: getattr(json, name) for name in json.model_fields_set}
    problems = [
        Problem(name, "Leave it out, or say what it is to be.")
        for name in NEVER_NOTHING
        if name in wanted and wanted[name] is None
    ]
    if problems:
        raise Invalid(problems)
    disabled = wanted.pop("disabled", None)
    with saving():
        person = User.with_id(id)
        change(person, replace(Facts.of(person), **wanted), by=reader())
        if disabled is not None:
            (shut_out if disabled else let_in)(person, by=reader())
        return answer(told(person))


@bp.post("/people/<number:id>/link")
@allow(Permission.PEOPLE)
@again
@described({201: NewLink}, tag=TAG)
def link(id: int) -> Response:
    """A new link by which a person chooses a password, told this once. Earlier ones end."""
    User.with_id(id)
    links: list[str] = []

    def work() -> Response:
        links.append(first_link(link_for(User.with_id(id), by=reader())))
        return answer(NewLink(link=None), 201)

    made = once(work)
    if links:
        made.set_data(NewLink(link=links[0]).model_dump_json())
    return made


def told(person: User) -> PersonTold:
    """What is told of a person."""
    return PersonTold(
        id=person.id,
        name=person.name,
        email=person.email,
        handle=person.handle,
        role=person.role,
        team=person.team,
        signs_for=person.signs_for,
        state=person.standing,
        created_at=person.created_at,
    )


def first_link(secret: str) -> str:
    """Where somebody with a one-time link chooses a password. Never on the host that a request named."""
    settings: Settings = current_app.config["SETTINGS"]
    served = {**request.environ, **request.environ.get("werkzeug.proxy_fix.orig", {})}
    return f"{settings.site(str(served['SERVER_NAME']), str(served['SERVER_PORT']))}/first/{secret}"
