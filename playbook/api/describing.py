"""The mark under a call that hands it its models, and by which the call is described."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_type_hints

from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecuritySchemeData

from playbook.api.reading import StrictReading
from playbook.api.shapes.problem import Problem, Stale
from playbook.api.shapes.taken import Told

View = Callable[..., Any]

ABOUT = """\
Everything that the pages show, for programs. Send `Authorization: Bearer` and a token made under “Your tokens”,
or use the session of a signed-in browser; a change made by session needs the header `X-CSRFToken`.
Refusals are `application/problem+json` (RFC 9457). Moments are RFC 3339 in UTC."""


_models: dict[str, Any] = {}


def _named(model: Any) -> str:
    """The name of a model in the description: its own, so no two may have the same."""
    name: str = model.__name__
    if _models.setdefault(name, model) is not model:
        raise ValueError(f"Two models are called {name}: rename one.")
    return name


def _scheme(called: str, **data: Any) -> SecurityScheme:
    return SecurityScheme(name=called, data=SecuritySchemeData(**data))


spec = SpecTree(
    "flask",
    backend=StrictReading,
    mode="strict",
    title="Playbook",
    version="1",
    description=ABOUT,
    page_templates={},
    validation_error_status=422,
    validation_error_model=Problem,
    naming_strategy=_named,
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[
        _scheme("token", type="http", scheme="bearer"),
        _scheme("session", type="apiKey", field_in="cookie", name="playbook"),
        _scheme("csrf", type="apiKey", field_in="header", name="X-CSRFToken"),
    ],
)


@dataclass(frozen=True, kw_only=True)
class Described:
    """What a call takes and answers beside its models."""

    refuses: frozenset[int]
    takes: tuple[str, ...]  # headers
    gives: Mapping[int, tuple[str, ...]]  # headers of an answer
    markdown: bool  # answers Markdown to who asks for it
    markdown_body: bool


def described(
    answers: dict[int, type[Told] | None],
    *,
    tag: str,
    refuses: Collection[int] = (),
    takes: Collection[str] = (),
    gives: Mapping[int, tuple[str, ...]] | None = None,
    markdown: bool = False,
) -> Callable[[View], View]:
    """Hand the view its `query` and `json` as the models it names, and describe it.

    `answers` has the model of each status; the refusals that every call of its kind can meet (401, 403,
    404, 422 …) go without saying, others stand in `refuses`. Stands below `@allow`.
    """

    def mark(view: View) -> View:
        models: dict[str, Any] = {f"HTTP_{status}": model for status, model in answers.items()}
        if 412 in refuses:
            models["HTTP_412"] = Stale
        hints = get_type_hints(view)
        taken = [each for each in get_args(hints.get("json")) if each is not NoneType]
        if taken:  # spectree takes one model; that Markdown may stand in its place is our own
            hints["json"] = taken[0]
        view.__annotations__ = hints
        name = f"{view.__module__.rpartition('.')[2]}_{view.__name__}"
        checked: View = spec.validate(resp=Response(**models), tags=(tag,), operation_id=name)(view)
        checked.described = Described(  # type: ignore[attr-defined]
            refuses=frozenset(refuses),
            takes=tuple(takes),
            gives=gives or {},
            markdown=markdown,
            markdown_body=bool(taken),
        )
        return checked

    return mark
