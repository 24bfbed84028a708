"""Backlog: what waits to be answered, as the bot sees it; the room that takes updates in tells it."""

from collections.abc import Iterator
from typing import Protocol

from pluggram.probes import CheckResult, Metric

PATIENCE = 60.0
"""Seconds that an update may wait beyond the time that its handler may take; more is a problem."""


class Backlog(Protocol):
    """The updates that are taken in and not done."""

    @property
    def waiting(self) -> int:
        """How many updates are not done."""

    @property
    def dead(self) -> int:
        """How many updates were set aside."""

    @property
    def oldest(self) -> float:
        """Seconds that the oldest of them waits; 0 when none does."""

    @property
    def problem(self) -> str:
        """What keeps updates from being taken in; empty when nothing does."""


def check(backlog: Backlog, patience: float) -> CheckResult:
    """Say whether updates are taken in, and answered within so many seconds."""
    problem = backlog.problem
    if not problem and backlog.oldest > patience:
        problem = f"a message has been waiting to be answered for {backlog.oldest:.0f} s"
    return CheckResult("", "inbox", problem)


def metrics(backlog: Backlog) -> Iterator[Metric]:
    """Tell it in numbers."""
    yield Metric("", "updates_waiting", backlog.waiting)
    yield Metric("", "updates_set_aside", backlog.dead)
    yield Metric("", "oldest_update_seconds", round(backlog.oldest, 3))
