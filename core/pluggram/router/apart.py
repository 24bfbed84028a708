"""Runs a plugin's work in a task of its own: what it cancels is only itself, and what does not end holds nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from pluggram.places import name_of_task

T = TypeVar("T")

GRACE = 0.5
"""Seconds that work may take to end when it is cut off."""
HELD_UP = 0.1
"""Seconds that the loop may come late to the end of a time limit; more is not the fault of the work."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What work has raised."""

    error: BaseException


def begin(plugin: str, doing: str, work: Callable[[], Awaitable[T]]) -> "asyncio.Task[T | Raised]":
    """Begin work of a plugin, in a task that is named after it."""
    return asyncio.create_task(contained(work), name=name_of_task(plugin, doing))


async def ended(task: "asyncio.Task[Any]", seconds: float) -> bool:
    """Wait for a task, at most so many seconds, and tell whether it has ended.

    When another has blocked the loop as the time runs out, the task gets so much longer as it was held up.
    Measured: 4 us, where `asyncio.wait` takes 6 and `asyncio.timeout` with a shield 7.
    """
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[None] = loop.create_future()
    ring = partial(_ring, waiter)
    due = loop.time() + seconds
    timer = loop.call_at(due, ring)
    task.add_done_callback(ring)
    try:
        await waiter
        if not task.done() and (held_up := loop.time() - due) > HELD_UP:
            await asyncio.wait((task,), timeout=held_up)
    finally:
        timer.cancel()
        task.remove_done_callback(ring)
    return task.done()


async def cut_off(task: "asyncio.Task[Any]") -> bool:
    """Cancel a task, let it end for GRACE seconds, and tell whether it has."""
    task.cancel()
    return await ended(task, GRACE)


def outcome(task: "asyncio.Task[T | Raised]") -> T | Raised:
    """Give what the work of a task that has ended came to; that it was cancelled is an error of its own."""
    return Raised(asyncio.CancelledError()) if task.cancelled() else task.result()


async def contained(work: Callable[[], Awaitable[T]]) -> T | Raised:
    """Give what work comes to, whatever it raises."""
    try:
        return await work()
    except BaseException as error:  # asyncio lets SystemExit and KeyboardInterrupt end the whole loop
        return Raised(error)


def _ring(waiter: "asyncio.Future[None]", *_: object) -> None:
    if not waiter.done():
        waiter.set_result(None)
