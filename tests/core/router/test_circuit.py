"""A handler that keeps failing is switched off for a while, and tried again by itself."""

import asyncio
import gc
import logging
from collections.abc import Sequence

import pytest

from pluggram.errors import Forbidden
from pluggram.handlers import Handler, handler
from pluggram.hooks import Outcome
from pluggram.router.circuit import FIRST_PAUSE, LONGEST_PAUSE, MOST_FAILURES, MOST_LEFT_BEHIND, Circuits

BROKEN, OTHER = handler("/broken", lambda request: "x"), handler("/other", lambda request: "x")
BUTTON = handler("/broken", lambda request: "x", on="button")
ALMOST: Sequence[Outcome] = ["failed"] * (MOST_FAILURES - 1)


class Watched:
    """Circuits on a clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.circuits = Circuits(lambda: self.now)

    def note(self, *outcomes: Outcome, handler: Handler = BROKEN, error: BaseException | None = None) -> None:
        for outcome in outcomes:
            self.circuits.note("test", handler, outcome, error)

    def open(self) -> None:
        self.note(*ALMOST, "failed")

    def pause(self, handler: Handler = BROKEN, after: float = 0) -> float:
        self.now += after
        return self.circuits.pause("test", handler)


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_five_failures_in_a_row_switch_a_handler_off_and_say_so_once(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.note(*ALMOST)
    assert watched.pause() == 0
    watched.note("timeout")
    assert watched.pause() == FIRST_PAUSE
    watched.note("failed", "failed")  # that were under way
    assert watched.pause(after=10) == FIRST_PAUSE - 10
    assert [record.getMessage() for record in caplog.records] == [
        "plugin test: handler '/broken' has failed 5 times in a row: it is switched off, and tried again in 30 s"
    ]


@pytest.mark.parametrize("between", ["answered", "silent"])
def test_failures_that_are_not_in_a_row_switch_nothing_off(between: Outcome, watched: Watched) -> None:
    watched.note(*ALMOST, between, *ALMOST)
    assert watched.pause() == 0


@pytest.mark.parametrize("nothing", ["usage", "denied", "paused"])
def test_what_has_not_run_is_neither_a_failure_nor_a_success(nothing: Outcome, watched: Watched) -> None:
    watched.note(nothing, nothing, nothing, nothing, nothing)
    assert watched.pause() == 0
    watched.note(*ALMOST, nothing, "failed")
    assert watched.pause() == FIRST_PAUSE


def test_what_telegram_refuses_switches_nothing_off(watched: Watched) -> None:
    watched.note(*ALMOST, *ALMOST, error=Forbidden("bot was blocked by the user"))
    assert watched.pause() == 0


def test_only_the_handler_itself_is_switched_off(watched: Watched) -> None:
    watched.open()
    assert watched.pause(OTHER) == watched.pause(BUTTON) == watched.circuits.pause("another", BROKEN) == 0


def test_one_request_is_let_through_after_the_pause_and_its_success_lets_all_through(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.open()
    with caplog.at_level(logging.INFO):
        assert watched.pause(after=FIRST_PAUSE) == 0
        assert watched.pause() == FIRST_PAUSE
        watched.note("answered")
    assert watched.pause() == 0
    assert [record.getMessage().rpartition("' ")[2] for record in caplog.records[1:]] == [
        "is tried again",
        "works again",
    ]
    watched.note(*ALMOST)
    assert watched.pause() == 0


def test_the_pause_doubles_with_each_trial_that_fails_up_to_the_longest(watched: Watched) -> None:
    watched.open()
    pauses = []
    for _ in range(7):
        assert watched.pause(after=watched.pause()) == 0
        watched.note("failed")
        pauses.append(watched.pause())
    assert pauses == [60, 120, 240, 480, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_a_trial_of_which_nothing_is_heard_again_is_followed_by_another(watched: Watched) -> None:
    watched.open()
    assert watched.pause(after=FIRST_PAUSE) == 0
    assert watched.pause(after=FIRST_PAUSE) == 0


def test_who_asks_can_see_what_is_switched_off_for_how_long_and_why(watched: Watched) -> None:
    error = ValueError("no dice")
    watched.note(*ALMOST, "failed", error=error)
    watched.note("failed", handler=OTHER)
    watched.now += 10
    [paused] = watched.circuits.paused
    assert (paused.plugin, paused.handler, paused.seconds, paused.error) == ("test", BROKEN, FIRST_PAUSE - 10, error)
    watched.now += 100
    assert watched.circuits.paused[0].seconds == 0


async def test_a_handler_with_many_runs_that_do_not_end_is_not_run_before_one_does(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    runs = [asyncio.get_running_loop().create_future() for _ in range(MOST_LEFT_BEHIND)]
    for number, run in enumerate(runs):
        assert watched.pause() == 0, number
        watched.circuits.leave("test", BROKEN, run)
        watched.note("timeout", "answered")
    assert watched.pause() == FIRST_PAUSE
    assert watched.pause(after=FIRST_PAUSE) == FIRST_PAUSE
    assert caplog.text.count("has 10 runs that do not end: it is switched off") == 1
    runs[0].set_result(None)
    await asyncio.sleep(0)
    assert watched.pause(after=FIRST_PAUSE) == 0


async def test_of_a_handler_that_works_nothing_is_kept(watched: Watched) -> None:
    run = asyncio.get_running_loop().create_future()
    watched.circuits.leave("test", BROKEN, run)
    watched.open()
    watched.pause(after=FIRST_PAUSE)
    watched.note("answered")
    run.cancel()
    await asyncio.sleep(0)
    assert not watched.circuits._circuits
    watched.note("failed", "silent")
    assert not watched.circuits._circuits


async def test_a_run_that_nobody_else_holds_is_kept_and_counted_until_it_ends(watched: Watched) -> None:
    async def cling() -> None:
        await asyncio.get_running_loop().create_future()

    for _ in range(MOST_LEFT_BEHIND):
        watched.circuits.leave("test", BROKEN, asyncio.create_task(cling()))
    await asyncio.sleep(0)
    gc.collect()
    assert watched.pause() == FIRST_PAUSE
    assert len(watched.circuits._left) == MOST_LEFT_BEHIND
    for run in tuple(watched.circuits._left):
        run.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not watched.circuits._left
