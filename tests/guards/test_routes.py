from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from tests.guards.tree import ROOT, files, name_of, text_of
from tests.routes import routes
from tests.world import World

OPEN_TO_ANYBODY = {
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/code",
    "POST /sign-in/code",
    "GET /first/<secret>",
    "POST /first/<secret>",
    "GET /calendar/<secret>.ics",
    "GET /quiet/<secret>",
    "POST /quiet/<secret>",
    "GET /healthz",
    "GET /readyz",
    "GET /api",
    "GET /api/v1/openapi.json",
}

OURS = [path for path in files() if path.suffix == ".py" and path.is_relative_to(ROOT / "playbook")]
PAGES = [path for path in files() if path.suffix == ".html" and path.is_relative_to(ROOT / "playbook")]


def test_every_address_says_who_may_use_it(app: Flask) -> None:
    for route in routes(app):
        below = "playbook.api.access" if route.is_for_programs else "playbook.web.access"
        assert route.is_marked, (
            f"{route.name} lets anybody in. Type under its route: @allow(Permission.READ), or the permission "
            f"that it needs, or @anybody; both are in {below}. Then type: "
            ".venv/bin/python -m tests.guards.permission_table > docs/permissions.md"
        )


def test_few_addresses_are_open_to_anybody(app: Flask) -> None:
    opened = {route.name for route in routes(app) if route.allows is None}

    assert opened == OPEN_TO_ANYBODY, (
        "Say so in OPEN_TO_ANYBODY, or put @allow(Permission.…) under the route."
    )


def test_nobody_gets_a_page_from_an_address_that_is_not_open(app: Flask, world: World) -> None:
    world.write("price")
    client = app.test_client()
    answering = {
        route.name
        for route in routes(app)
        if not route.writes and client.get(route.address).status_code == 200
    }

    assert answering == {
        "GET /sign-in",
        "GET /healthz",
        "GET /readyz",
        "GET /api",
        "GET /api/v1/openapi.json",
    }


def test_what_changes_things_answers_to_no_link(app: Flask) -> None:
    pages = {route.method for route in routes(app) if not route.is_for_programs}
    calls = {route.method for route in routes(app) if route.is_for_programs}

    assert pages == {"GET", "POST"}
    assert calls <= {"GET", "POST", "PUT", "PATCH", "DELETE"}


# What stops a whole class of faults, and the one place that may: (what, pattern, files, why).
ONLY_IN = [
    (
        r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(",
        {"playbook/clock.py"},
        "Ask playbook.clock.now().",
    ),
    (
        r"\bMarkup\(",
        {"playbook/web/pages.py", "playbook/web/assets.py"},  # the one trusts, the other holds a constant
        "HTML comes from playbook.markdown through the filter `sanitised`.",
    ),
    (r"render_template_string|from_string\(", set(), "Put it into a template."),
    (r"\b(pickle|marshal|shelve)\b", set(), "Keep JSON: a pickle runs what is in it."),
    (r"yaml\.(load|unsafe_load|full_load)\(|YAML\(typ=.unsafe", set(), "Read it with playbook.document."),
    (r"(?<![\w.])(eval|exec)\(", set(), "Nothing that is typed is run."),
    (r"os\.environ|getenv\(", set(), "Settings are read in config.py."),
    (r"HtmlDiff", set(), "Compare with playbook.document: HtmlDiff takes minutes over some texts."),
    (r"shell=True|os\.system\(|os\.popen\(", set(), "Start programs with a list of arguments."),
    (r"urlopen|\brequests\.|http\.client", set(), "The playbook talks to nobody."),
]


@pytest.mark.parametrize(("pattern", "places", "advice"), ONLY_IN, ids=[advice for _, _, advice in ONLY_IN])
def test_what_is_dangerous_stands_only_where_it_may(pattern: str, places: set[str], advice: str) -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in OURS
        if name_of(path) not in places
        for number, line in enumerate(code_of(path), start=1)
        if re.search(pattern, line)
    ]

    assert found == [], advice


def code_of(path: Path) -> list[str]:
    """The lines of a module without its comments and its docstrings."""
    lines = [re.sub(r"(^|\s)#.*", "", line) for line in text_of(path).splitlines()]
    for node in ast.walk(ast.parse(text_of(path))):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return lines


def test_no_template_trusts_what_it_is_given() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in PAGES
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if re.search(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b", line)
    ]

    assert found == [], "Let Jinja escape it; HTML of a body goes through the filter `sanitised`."


def test_only_html_of_the_renderer_is_called_sanitised() -> None:
    named = {
        match.group(1) for path in PAGES for match in re.finditer(r"([\w.]+)\s*\|\s*sanitised", text_of(path))
    }

    assert {name.rpartition(".")[2] for name in named} <= {"html"}, (
        "Only what playbook.markdown made is trusted."
    )


def test_below_the_web_nobody_asks_who_is_reading() -> None:
    adapters = (ROOT / "playbook/web", ROOT / "playbook/api", ROOT / "playbook/cli")
    found = [
        name_of(path)
        for path in OURS
        if not any(path.is_relative_to(adapter) for adapter in adapters)
        and any(re.search(r"\bcurrent_user\b|\bflask_login\b", line) for line in code_of(path))
    ]

    assert found == [], "Pass the person: by=user, reader=user."


def test_only_a_transaction_commits() -> None:
    found = [
        f"{name_of(path)}:{number}"
        for path in OURS
        # A refusal is recorded in a session of its own on `quick()`, whose commit seals the record.
        if name_of(path) not in {"playbook/db.py", "playbook/models/denial.py"}
        for number, line in enumerate(code_of(path), start=1)
        if re.search(r"session\.commit\(", line)
    ]

    assert found == [], "Wrap the work in `with saving():`."
