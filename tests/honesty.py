"""A check that did not run does not count as passed: what skips, or expects to fail, fails."""

from __future__ import annotations

from collections.abc import Generator

import pytest

ADVICE = "A check that does not run does not count as passed. Let it run, or take it away."


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    expected = getattr(report, "wasxfail", None)
    if report.skipped or expected is not None:
        said = expected if expected is not None else _reason(report)
        if expected is not None:
            del report.wasxfail
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, or expected to fail: {said}\n{ADVICE}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped:
        said = _reason(report)
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped: {said}\n{ADVICE}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
