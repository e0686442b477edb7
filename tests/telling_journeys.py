"""A plugin: what people on a journey needed stands at the end of the report, one line for each."""

from __future__ import annotations

from typing import Any

LINE = "journey"  # the property of a test that holds such a line


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for some in terminalreporter.stats.values() for report in some]
    lines = {
        value for report in reports for name, value in getattr(report, "user_properties", ()) if name == LINE
    }
    if lines:
        terminalreporter.section("Journeys")
        for line in sorted(lines):
            terminalreporter.line(line)
