"""What holds for every test. The small company that they know is in world.py."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.network import stay_here
from tests.soak import soak

pytest_plugins = ["tests.honesty", "tests.postgres", "tests.world", "tests.telling_journeys"]

stay_here()

settings.register_profile(
    "playbook",
    max_examples=soak(50, 2000),
    deadline=None,  # a loaded machine is no fault of the code
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("playbook")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "browser" in fixtures:
            item.add_marker("browser")
        if "postgres" in fixtures:
            item.add_marker("postgres")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium that bin/test found, kept to this machine; without a sandbox only where root cannot have one."""
    arguments = [
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--no-proxy-server",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    found = os.environ.get("PLAYBOOK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return {
        **browser_type_launch_args,
        "args": arguments,
        **({"executable_path": found} if found else {}),
    }
