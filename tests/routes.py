"""Every route of the application, with an address to ask for it by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from playbook.kinds import KINDS
from playbook.models import Permission

# What stands in an address, by the name it has in the rule. A new name needs an example.
EXAMPLES = {
    "kind": KINDS["note"],
    "slug": "price",
    "part": "words",
    "number": 1,
    "id": 1,
    "draft": "0" * 32,
    "secret": "no-such-secret-as-this-one",
}
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Route:
    """One method of one address."""

    method: str
    rule: str
    endpoint: str
    address: str
    allows: Permission | None
    """The permission it asks for; nothing where anybody may use it."""
    is_marked: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def is_for_programs(self) -> bool:
        """Whether it is of the API, which answers in JSON and takes tokens."""
        return self.rule.startswith("/api/")

    @property
    def writes(self) -> bool:
        return self.method not in READING


def routes(app: Flask) -> list[Route]:
    """Every method of every address, without those that Flask adds."""
    found = [route for rule in app.url_map.iter_rules() for route in _of(app, rule)]
    return sorted(found, key=lambda route: (route.rule, route.method))


def _of(app: Flask, rule: Rule) -> Iterator[Route]:
    view = app.view_functions[rule.endpoint]
    missing = rule.arguments - set(EXAMPLES)
    assert not missing, f"tests/routes.py has no example for {missing} in {rule.rule}"
    given = {name: EXAMPLES[name] for name in rule.arguments}
    address = app.url_map.bind("localhost").build(rule.endpoint, given, method=min(rule.methods or ()))
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
        yield Route(
            method=method,
            rule=rule.rule,
            endpoint=rule.endpoint,
            address=address,
            allows=getattr(view, "allows", None),
            is_marked=hasattr(view, "allows"),
        )
