from __future__ import annotations

import re
import tomllib

import pytest

from tests.guards.tree import ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?)==([^ ;\\]+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)


def pins(lock: str) -> dict[tuple[str, str], str]:
    return {
        (name, marker): version
        for name, version, marker in PIN.findall((ROOT / f"requirements/{lock}.txt").read_text())
    }


def test_the_tests_run_with_the_packages_that_serve() -> None:
    serving, testing = pins("app"), pins("dev")
    differing = [name for name in serving if testing.get(name) != serving[name]]
    assert serving
    assert differing == [], "Compile requirements/dev.txt again, with the command at its top."


@pytest.mark.parametrize("lock", ["app", "dev", "uv"])
def test_every_package_is_pinned_by_hash(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(entries) == len(PIN.findall(text)), (
        "Compile it with --generate-hashes, as the command at its top says."
    )


@pytest.mark.parametrize("lock", ["app", "dev"])
def test_the_locks_hold_what_the_project_asks_for(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = list(project["project"]["dependencies"])
    if lock == "dev":
        asked += project["dependency-groups"]["dev"]
    names = {plain(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in asked}
    locked = {plain(name.split("[")[0]) for name, _ in pins(lock)}
    assert names <= locked, f"Compile requirements/{lock}.txt again, with the command at its top."


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
