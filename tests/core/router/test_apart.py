"""A plugin's work in a task of its own."""

import asyncio
import threading
from contextlib import suppress

import pytest

from pluggram.router import apart

RAISED = [ValueError("x"), SystemExit(3), KeyboardInterrupt(), GeneratorExit(), asyncio.CancelledError(), MemoryError()]


async def give(value: object) -> object:
    return value


async def test_what_work_gives_is_its_outcome_and_its_task_is_named_by_its_plugin() -> None:
    task = apart.begin("dice", "handler '/roll'", lambda: give(6))
    assert task.get_name() == "plugin dice: handler '/roll'"
    assert await apart.ended(task, 20)
    assert apart.outcome(task) == 6


@pytest.mark.parametrize("error", RAISED)
async def test_whatever_work_raises_is_its_outcome_and_ends_no_loop(error: BaseException) -> None:
    async def fail() -> None:
        raise error

    task = apart.begin("dice", "job", fail)
    assert await apart.ended(task, 20)
    assert apart.outcome(task) == apart.Raised(error)


async def test_work_that_cancels_the_task_it_runs_in_cancels_no_other() -> None:
    async def cancel() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)

    task = apart.begin("dice", "job", cancel)
    assert await apart.ended(task, 20)
    assert isinstance(apart.outcome(task), apart.Raised)
    this = asyncio.current_task()
    assert this is not None
    assert not this.cancelling()


async def test_work_that_was_cancelled_before_it_began_has_that_as_its_outcome() -> None:
    task = apart.begin("dice", "job", lambda: give(1))
    assert await apart.cut_off(task)
    assert isinstance(apart.outcome(task), apart.Raised)


async def test_work_that_takes_too_long_has_not_ended_and_ends_when_it_is_cut_off() -> None:
    task = apart.begin("dice", "job", asyncio.Event().wait)
    assert not await apart.ended(task, 0.01)
    assert not task.done()
    assert await apart.cut_off(task)


async def test_work_that_others_have_held_up_gets_its_time() -> None:
    go_on = asyncio.Event()
    task = apart.begin("dice", "job", go_on.wait)
    loop = asyncio.get_running_loop()
    loop.call_soon(threading.Event().wait, 0.3)  # blocks the loop until the time is up
    loop.call_later(0.05, loop.call_later, 0.05, go_on.set)
    assert await apart.ended(task, 0.01)


async def test_work_that_does_not_let_itself_be_cut_off_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "GRACE", 0.01)
    free = asyncio.Event()

    async def cling() -> None:
        while not free.is_set():
            with suppress(asyncio.CancelledError):
                await free.wait()

    task = apart.begin("dice", "job", cling)
    assert not await apart.ended(task, 0.01)
    assert not await apart.cut_off(task)
    free.set()
    await task


async def test_who_waits_can_be_cancelled_and_leaves_the_work_alone() -> None:
    task = apart.begin("dice", "job", asyncio.Event().wait)
    waiting = asyncio.create_task(apart.ended(task, 60))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not task.done()
    task.cancel()
