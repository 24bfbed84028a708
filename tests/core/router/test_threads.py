"""Plain functions beside the event loop."""

import asyncio
import contextvars
import subprocess
import sys
import threading

import pytest

from pluggram.router.threads import in_thread

who = contextvars.ContextVar("who", default="nobody")


async def test_the_result_comes_back_from_another_thread_with_the_callers_context() -> None:
    who.set("ann")
    assert await in_thread(lambda a, *, b: (a, b, who.get(), threading.current_thread().daemon), 1, b=2) == (
        1,
        2,
        "ann",
        True,
    )


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), KeyboardInterrupt()])
async def test_what_the_function_raises_is_raised_here(error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        await in_thread(fail)
    assert raised.value is error


async def test_stop_iteration_which_no_future_holds_is_a_runtime_error() -> None:
    with pytest.raises(RuntimeError, match="StopIteration"):
        await in_thread(lambda: next(iter(())))


async def test_many_that_block_run_side_by_side() -> None:
    everybody = threading.Barrier(64)
    await asyncio.gather(*(in_thread(everybody.wait, 20) for _ in range(64)))
    assert not everybody.broken


async def test_a_cancelled_caller_does_not_wait_and_the_late_result_disturbs_nobody() -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def block() -> None:
        begun.set()
        go_on.wait(20)
        loop.call_soon_threadsafe(loop.call_soon, ended.set)

    task = asyncio.create_task(in_thread(block))
    await asyncio.to_thread(begun.wait, 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await ended.wait()


ENDLESS = """
import asyncio, threading
from pluggram.router.threads import in_thread
async def main():
    begun = threading.Event()
    task = asyncio.create_task(in_thread(lambda: (begun.set(), threading.Event().wait())))
    while not begun.is_set():
        await asyncio.sleep(0)
    task.cancel()
asyncio.run(main())
"""


def test_a_function_that_never_returns_ends_with_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", ENDLESS], timeout=30, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
