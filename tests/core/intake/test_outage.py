"""Outages: what is logged of them, and how long the next try waits."""

import random
from collections.abc import Callable

import pytest

from pluggram.errors import FloodLimit, TokenRefused, Unreachable
from pluggram.intake import outage
from pluggram.intake.outage import LONGEST_WAIT, REFUSAL_PATIENCE, Outage


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let time pass."""
    now = [1000.0]
    monkeypatch.setattr(outage, "monotonic", lambda: now[0])

    def pass_(seconds: float) -> None:
        now[0] += seconds

    return pass_


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let chance give the longest wait always."""
    monkeypatch.setattr(random, "uniform", lambda least, most: most)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records]


@pytest.mark.usefixtures("longest")
def test_the_waits_double_up_to_the_longest_and_begin_anew() -> None:
    trying = Outage("polling")
    waits = [trying.endure(Unreachable("x")) for _ in range(8)]
    assert waits == [1, 2, 4, 8, 16, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]
    trying.end()
    assert trying.endure(Unreachable("x")) == 1


def test_each_wait_is_left_to_chance_so_that_many_bots_do_not_return_at_once() -> None:
    trying = Outage("polling")
    assert len({trying.endure(Unreachable("x")) for _ in range(20)}) == 20


def test_the_next_outage_is_told_like_the_first(caplog: pytest.LogCaptureFixture) -> None:
    trying = Outage("polling")
    for _ in range(2):
        trying.endure(Unreachable("one"))
        trying.end()
    assert lines(caplog).count("polling is interrupted: one") == 2


def test_an_outage_is_told_once_for_each_kind_of_trouble_and_when_it_is_over(
    caplog: pytest.LogCaptureFixture, wait: Callable[[float], None]
) -> None:
    trying = Outage("polling")
    trying.end()
    for error in (Unreachable("one"), Unreachable("two"), TokenRefused("no"), Unreachable("three"), TokenRefused("no")):
        trying.endure(error)
    wait(9)
    trying.end()
    trying.end()
    assert lines(caplog) == [
        "polling is interrupted: one",
        "polling is interrupted: no. It is tried for 60 s, and then this process ends",
        "polling goes on after 9 s",
    ]


def test_a_token_may_be_refused_for_so_long_and_no_longer(wait: Callable[[float], None]) -> None:
    trying = Outage("polling")
    trying.endure(TokenRefused("no"))
    wait(REFUSAL_PATIENCE)
    trying.endure(TokenRefused("no"))
    wait(1)
    with pytest.raises(TokenRefused):
        trying.endure(TokenRefused("no"))


def test_a_token_that_was_accepted_in_between_is_given_its_time_again(wait: Callable[[float], None]) -> None:
    trying = Outage("polling")
    for between in (lambda: trying.endure(Unreachable("x")), trying.end):
        trying.endure(TokenRefused("no"))
        wait(REFUSAL_PATIENCE - 1)
        between()
        wait(2)
    trying.endure(TokenRefused("no"))


def test_a_flood_limit_is_waited_out_as_told() -> None:
    assert Outage("polling").endure(FloodLimit("Too Many Requests", 7)) == 7


@pytest.mark.usefixtures("longest")
@pytest.mark.parametrize("seconds", [0, -5, float("nan")])
def test_a_flood_limit_that_tells_no_time_is_waited_out_as_any_outage(seconds: float) -> None:
    assert Outage("polling").endure(FloodLimit("Too Many Requests", seconds)) == 1
