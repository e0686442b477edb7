from __future__ import annotations

import re

from tests.guards.tree import files, name_of, text_of

# Put together here, so that this file may be searched too.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("debian", "org"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("esm", "sh"),
        ("cdnjs", "cloudflare", "com"),
        ("fonts", "googleapis", "com"),
    )
]
REGISTRY_SETTINGS = [
    "-".join(parts) for parts in (("--index", "url"), ("--extra-index", "url"), ("--find", "links"))
]
LOCKED_ADDRESS = '"' + "resolved" + '":'
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:work|root|home|Users|opt/pypi|opt/wheels)/[\w.]")


def found(needles: list[str]) -> list[str]:
    return [f"{name_of(path)}: {needle}" for path in files() for needle in needles if needle in text_of(path)]


def test_no_file_names_a_registry_or_a_network_of_copies() -> None:
    assert found(REGISTRIES) == [], (
        "Take the address away: the machine's own settings say where packages come from."
    )


def test_no_file_sets_where_packages_come_from() -> None:
    assert found([*REGISTRY_SETTINGS, LOCKED_ADDRESS]) == [], (
        "Take the setting away: the machine's own say where packages come from. "
        "A package-lock.json is written without addresses where .npmrc stands beside it."
    )


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    places = [
        f"{name_of(path)}:{number}: {line.strip()[:100]}"
        for path in files()
        if "static/vendor/" not in name_of(path)
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert places == [], "Name it from the checkout, or by a setting."
