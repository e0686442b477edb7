"""How long a fresh process takes until it has the application."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from config import ROOT

TIMED = """
import time
began = time.perf_counter()
{code}
print(time.process_time() * 1000, (time.perf_counter() - began) * 1000)
"""
OURS = "from playbook.app import create_app; create_app()"
FLOOR = "from benchmarks.floor import app"


@dataclass(frozen=True)
class Startup:
    """Medians of some fresh processes. The interpreter's own start counts as CPU, but not as time."""

    cpu_ms: float
    ms: float


def startup(code: str, *, environment: Mapping[str, str], times: int) -> Startup:
    """Run the code in fresh processes, after one that fills the disk cache."""
    taken = [_once(code, environment) for _ in range(times + 1)][1:]
    return Startup(statistics.median(cpu for cpu, _ in taken), statistics.median(wall for _, wall in taken))


def _once(code: str, environment: Mapping[str, str]) -> tuple[float, float]:
    said = subprocess.run(
        [sys.executable, "-c", TIMED.format(code=code)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    cpu, wall = said.stdout.split()
    return float(cpu), float(wall)
