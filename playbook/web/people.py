"""The people who have an account, for administrators: the list, inviting, and changing what one is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, request, url_for

from playbook.errors import Invalid, Problem
from playbook.models import Permission, Role, SecondFactor, Team, User
from playbook.models.people import Facts, People, change, invite
from playbook.models.user import SIGNING
from playbook.web import door
from playbook.web.access import allow, reader
from playbook.web.pages import page
from playbook.web.reports import whole_number
from playbook.work import saving

bp = Blueprint("people", __name__, url_prefix="/people")

ROLES = (
    (Role.REP, "Rep: reads and uses what is agreed"),
    (Role.CONTRIBUTOR, "Contributor: proposes changes and signs too"),
    (Role.MARKETER, "Marketer: also retires, renames and merges, and sees reports"),
    (Role.ANALYST, "Analyst: reads, and sees reports"),
    (Role.ADMIN, "Administrator: all of it, and looks after people"),
)
TEAMS = ((Team.SALES, "Sales"), (Team.MARKETING, "Marketing"), (Team.OTHER, "Another"))
NO_TEAM = ""

Word = TypeVar("Word", Role, Team)


@dataclass(frozen=True)
class Typed:
    """The form about a person as it was sent. Other names than these are not read."""

    name: str
    email: str
    role: str
    team: str
    signs_for: str

    @classmethod
    def of_request(cls) -> Typed:
        return cls(**{name: request.form.get(name, "") for name in cls.__dataclass_fields__})

    @classmethod
    def of(cls, person: User) -> Typed:
        return cls(person.name, person.email, person.role, person.team, person.signs_for or NO_TEAM)

    def chosen(self) -> Facts:
        """What is to hold about the person.

        Raises:
            Invalid: one of them is none that there is.
        """
        problems: list[Problem] = []
        role = _one_of(Role, self.role, "role", "Choose one of the roles.", problems)
        team = _one_of(Team, self.team, "team", "Choose one of the teams.", problems)
        signs_for = None
        if self.signs_for != NO_TEAM:
            signs_for = _one_of(Team, self.signs_for, "signs_for", "Choose a team that signs.", problems)
        if problems or role is None or team is None:
            raise Invalid(problems)
        return Facts(name=self.name, email=self.email, role=role, team=team, signs_for=signs_for)


def _one_of(words: type[Word], typed: str, field: str, advice: str, problems: list[Problem]) -> Word | None:
    if typed in {word.value for word in words}:
        return words(typed)
    problems.append(Problem(field, advice))
    return None


@bp.get("")
@allow(Permission.PEOPLE)
def index() -> Any:
    words = request.args.get("q", "")[:200].replace("\0", "")
    return page("people/index.html", people=People.like(words, page=whole_number("page", 1)), words=words)


@bp.get("/new")
@allow(Permission.PEOPLE)
def new() -> Any:
    return form(None, Typed("", "", Role.REP, Team.SALES, NO_TEAM))


@bp.post("")
@allow(Permission.PEOPLE)
def create() -> Any:
    """Invite somebody. The answer holds the link they come in by, which nobody is shown again."""
    typed = Typed.of_request()
    try:
        facts = typed.chosen()
        with saving():
            person, secret = invite(facts, by=reader())
    except Invalid as invalid:
        return form(None, typed, invalid.problems), 422
    return link_page(person, secret)


@bp.get("/<number:id>")
@allow(Permission.PEOPLE)
def show(id: int) -> Any:
    person = User.with_id(id)
    return form(person, Typed.of(person))


@bp.post("/<number:id>")
@allow(Permission.PEOPLE)
def update(id: int) -> Any:
    person, typed = User.with_id(id), Typed.of_request()
    try:
        facts = typed.chosen()
        with saving():
            person = User.with_id(id)
            changed = change(person, facts, by=reader())
    except Invalid as invalid:
        return form(person, typed, invalid.problems), 422
    flash("Kept. They have to sign in again." if "role" in changed else "Kept.")
    return redirect(url_for("people.show", id=id), code=303)


def form(person: User | None, typed: Typed, problems: Any = ()) -> Any:
    """The page of a person, or of somebody to invite."""
    return page(
        "people/form.html",
        person=person,
        typed=typed,
        problems=problems,
        roles=ROLES,
        teams=TEAMS,
        signing=[(NO_TEAM, "Nobody"), *((team, name) for team, name in TEAMS if team in SIGNING)],
        has_factor=person is not None and SecondFactor.of(person) is not None,
        is_self=person is not None and person.id == reader().id,
    )


def link_page(person: User, secret: str) -> Any:
    """The one-time link, shown this once."""
    return page(
        "people/link.html",
        person=person,
        link=door.first_link(secret),
        is_local=not door.settings().public_url,
    )
