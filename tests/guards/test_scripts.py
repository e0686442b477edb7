from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.guards.tree import ROOT, files, name_of, text_of

SCRIPTS = [path for path in files() if path.parent == ROOT / "bin" and path.suffix != ".py"]
COMMANDS = [path for path in SCRIPTS if not path.name.startswith("_")] + [ROOT / ".ci/run"]
SHELL = [
    path for path in [*SCRIPTS, ROOT / ".ci/run"] if not text_of(path).startswith("#!/usr/bin/env python3\n")
]


@pytest.mark.parametrize("script", COMMANDS, ids=name_of)
def test_a_command_can_be_started_and_stops_at_the_first_fault(script: Path) -> None:
    assert os.access(script, os.X_OK), f"chmod +x {name_of(script)}"
    if script in SHELL:
        lines = text_of(script).splitlines()
        assert lines[0] == "#!/bin/sh", "Commands are POSIX sh: there is no other shell on some machines."
        assert "set -eu" in lines, "Put `set -eu` before the first step."


@pytest.mark.parametrize("script", SHELL, ids=name_of)
def test_a_script_is_understood_by_sh(script: Path) -> None:
    understood = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
    assert understood.returncode == 0, understood.stderr


@pytest.mark.parametrize("script", COMMANDS, ids=name_of)
def test_a_command_says_what_it_is_for(script: Path) -> None:
    second = text_of(script).splitlines()[1]
    assert second.startswith(("# ", '"""')), "Say under the first line what it is for."
