"""Cancelling: whether what was caught around a plugin's code is the plugin's own, or is meant for us."""

import asyncio


def is_for_us(error: BaseException) -> bool:
    """Whether the task that runs here is cancelled, or its coroutine closed: then `error` must be raised on.

    A plugin can raise CancelledError itself, or let that of a task of its own pass: then nobody has asked us to stop.
    """
    if isinstance(error, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0
    return isinstance(error, GeneratorExit)


def outlive(error: BaseException) -> None:
    """Go on in a task that somebody has cancelled who may not: a plugin that cancels more than its own tasks."""
    task = asyncio.current_task()
    while isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
        task.uncancel()
