"""Only the named places decide what readers see: signatures, and an administrator's recorded migration."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.guards.tree import ROOT, files, name_of, text_of

OURS = [path for path in files() if path.suffix == ".py" and path.is_relative_to(ROOT / "playbook")]

MODELS = "playbook/models"
# What a line does → where it may stand, with the function.
PLACES = {
    "calls release": {
        f"{MODELS}/agreeing.py: settle",  # everybody has signed whom the rule asks
        f"{MODELS}/whereabouts.py: move",  # an administrator's migration to another kind
        "playbook/content/writing.py: _write",  # an administrator's import `--as agreed`
    },
    "makes a Release": {f"{MODELS}/entry.py: release"},
    "makes a Signature": {f"{MODELS}/agreeing.py: sign"},
    "makes a Proposal": {f"{MODELS}/agreeing.py: propose"},
    "sets agreed": {f"{MODELS}/entry.py: release", f"{MODELS}/entry.py: erase"},
    "sets agreed_id": set(),
    "sets proposed_id": {
        f"{MODELS}/agreeing.py: propose",
        f"{MODELS}/agreeing.py: withdraw",
        f"{MODELS}/entry.py: release",
        f"{MODELS}/entry.py: erase",
        f"{MODELS}/entry.py: _add",  # a later version: what was proposed is not the newest any more
    },
    "writes rows of agreement": set(),
}
FACTS = {"Release", "Signature", "Proposal"}
HELD = {"agreed", "agreed_id", "proposed_id"}


def test_nothing_but_signatures_and_a_migration_decides_what_readers_see() -> None:
    found: dict[str, set[str]] = {what: set() for what in PLACES}
    for path in OURS:
        for what, function in done_in(path):
            found[what].add(f"{name_of(path)}: {function}")
    assert found == PLACES, "Readers see what was signed. Propose it: `agreeing.propose`."


def test_the_guard_sees_every_way_round_it(tmp_path: Path) -> None:
    path = tmp_path / "round.py"
    path.write_text(
        "def round(entry, version):\n"
        "    entry.release(version, by=None, ground='signed')\n"
        "    Release(version_id=1)\n"
        "    models.Signature(version_id=1)\n"
        "    entry.agreed = version\n"
        "    entry.agreed_id: int = 3\n"
        "    entry.proposed_id, x = 3, 4\n"
        "    setattr(entry, 'agreed_id', 3)\n"
        "    session.execute(sa.insert(Release).values(id=1))\n"
        "    session.execute(sa.update(Entry).values(agreed_id=3))\n"
        "    session.execute(sa.update(Entry).values({'agreed_id': 3}))\n"
        "    sa.delete(Signature)\n"
    )
    done = [what for what, _ in done_in(path)]
    assert sorted(done) == [
        "calls release",
        "makes a Release",
        "makes a Signature",
        "sets agreed",
        *["sets agreed_id"] * 4,
        "sets proposed_id",
        *["writes rows of agreement"] * 2,
    ]


def done_in(path: Path) -> Iterator[tuple[str, str]]:
    """What the functions of a module do about agreement: (what, name of the function)."""
    tree = ast.parse(text_of(path))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = {id(node): function.name for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        for what in done_by(node):
            yield what, inner.get(id(node), "")


def done_by(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets):
            yield from (f"sets {name}" for target in targets for name in set_by(target))
        case ast.AnnAssign(target=ast.Attribute() as target, value=ast.expr()) | ast.AugAssign(target=target):
            yield from (f"sets {name}" for name in set_by(target))
        case ast.Call(func=ast.Attribute(value=ast.Name(id="_turn"), attr="release")):
            pass  # the lock of the one who writes
        case ast.Call(func=ast.Attribute(attr="release")):
            yield "calls release"
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=str(name)), _]) if (
            name in HELD
        ):
            yield f"sets {name}"
        case ast.Call(func=ast.Attribute(attr="insert" | "update" | "delete"), args=[ast.Name(id=name), *_]):
            if name in FACTS:
                yield "writes rows of agreement"
        case ast.Call(func=ast.Attribute(attr="values"), args=given, keywords=keywords):
            names = {keyword.arg for keyword in keywords} | {
                key.value
                for each in given
                if isinstance(each, ast.Dict)
                for key in each.keys
                if isinstance(key, ast.Constant)
            }
            yield from (f"sets {name}" for name in names & HELD)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in FACTS:
            yield f"makes a {name}"


def set_by(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Attribute(attr=name) if name in HELD:
            yield name
        case ast.Tuple(elts=inner) | ast.List(elts=inner):
            for each in inner:
                yield from set_by(each)
