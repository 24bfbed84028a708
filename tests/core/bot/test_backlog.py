"""What waits to be answered, as checks and metrics tell it."""

from dataclasses import dataclass

from pluggram.bot import backlog
from pluggram.probes import Metric


@dataclass
class Waiting:
    waiting: int = 3
    dead: int = 2
    oldest: float = 0.5
    problem: str = ""


def test_all_is_well_while_updates_are_answered_in_time() -> None:
    assert backlog.check(Waiting(oldest=89.0), patience=90).problem == ""


def test_an_update_that_waits_too_long_is_a_problem() -> None:
    assert "for 91 s" in backlog.check(Waiting(oldest=91.0), patience=90).problem


def test_what_keeps_updates_out_is_a_problem() -> None:
    assert backlog.check(Waiting(problem="the disk is full"), patience=90).problem == "the disk is full"


def test_the_numbers() -> None:
    assert list(backlog.metrics(Waiting())) == [
        Metric("", "updates_waiting", 3),
        Metric("", "updates_set_aside", 2),
        Metric("", "oldest_update_seconds", 0.5),
    ]
