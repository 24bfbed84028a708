"""Runs a plain function beside the event loop, on a thread that nothing has to wait for."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


async def in_thread(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Call a blocking function on a thread of its own and give its result, or raise what it raises."""
    return await begin_thread(function, *arguments, **named)


def begin_thread(function: Callable[..., Any], *arguments: Any, **named: Any) -> "asyncio.Future[Any]":
    """Begin a call on a thread of its own; the future ends when the thread does.

    The threads of `asyncio.to_thread` are few, so that a blocking library would stall all plain handlers, and a
    process waits for them when it stops. This one is a daemon: a function that never returns ends with the process.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[Any] = loop.create_future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            value, error = context.run(function, *arguments, **named), None
        except BaseException as raised:
            value, error = None, raised
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, result, value, error)

    threading.Thread(target=run, name=f"handler {function!r}", daemon=True).start()
    return result


def _settle(result: "asyncio.Future[Any]", value: Any, error: BaseException | None) -> None:
    if result.done():
        return
    if error is None:
        result.set_result(value)
    elif isinstance(error, StopIteration):
        refused = RuntimeError(f"{error!r} was raised")  # a Future refuses StopIteration
        refused.__cause__ = error
        result.set_exception(refused)
    else:
        result.set_exception(error)
