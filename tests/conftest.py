"""On CI (`CI=true`) a test that did not run is a test that failed: skipped, expected to fail or deselected."""

import os
from collections.abc import Generator, Sequence
from typing import Any

import pytest

STRICT = os.environ.get("CI", "").lower() in {"1", "true"}
deselected = pytest.StashKey[list[str]]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run twice as many tests side by side as there are cores: half of them wait for processes and servers."""
    return 2 * (os.cpu_count() or 1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if STRICT and (report.skipped or hasattr(report, "wasxfail")):
        _redden(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if STRICT and report.skipped:
        _redden(report)
    return report


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    for item in items if STRICT else ():
        item.config.stash.setdefault(deselected, []).append(item.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    found = session.config.stash.get(deselected, [])
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["deselected"] = found
    elif found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker of pytest-xdist has told; every worker tells the same."""
    node.config.stash[deselected] = getattr(node, "workeroutput", {}).get("deselected", [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for nodeid in terminalreporter.config.stash.get(deselected, []):
        terminalreporter.write_line(f"DESELECTED {nodeid}: on CI every test runs")


def _redden(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = getattr(report, "wasxfail", None) or report.longrepr
    report.longrepr = f"did not run, and on CI every test runs: {reason}"
    report.outcome = "failed"
    if hasattr(report, "wasxfail"):
        del report.wasxfail
