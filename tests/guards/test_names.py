from __future__ import annotations

from pathlib import Path

from tests.guards.tree import ROOT, files, name_of, text_of

MODULES = [path for path in files() if path.suffix == ".py"]
OURS = [path for path in MODULES if path.is_relative_to(ROOT / "playbook")]
SAYS_NOTHING = {
    "common",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "service",
    "services",
    "util",
    "utils",
}
LONGEST = 300  # lines; past some 250 a module holds a second idea


def test_every_module_is_named_after_what_it_holds() -> None:
    nameless = [name_of(path) for path in MODULES if SAYS_NOTHING & words(path)]
    assert nameless == [], "Name it after what it holds, or move each part to where it is used."


def words(path: Path) -> set[str]:
    return {word for part in path.relative_to(ROOT).with_suffix("").parts for word in part.lower().split("_")}


def test_a_module_holds_one_idea() -> None:
    long = [
        f"{name_of(path)}: {lines}" for path in OURS if (lines := len(text_of(path).splitlines())) > LONGEST
    ]
    assert long == [], f"More than {LONGEST} lines: find the second idea."


def test_a_module_says_what_it_holds() -> None:
    silent = [
        name_of(path) for path in OURS if (text := text_of(path)).strip() and not text.startswith('"""')
    ]
    assert silent == [], "Begin with one sentence in triple quotes."
