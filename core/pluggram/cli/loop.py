"""Keeps the event loop of a bot running, and its tasks, when a plugin would end them."""

import asyncio
import logging
import signal
from collections.abc import Coroutine, Generator
from typing import Any

from pluggram.places import place_of_task, plugin_of_task

logger = logging.getLogger("pluggram.loop")

GRACE = 0.5
"""Seconds that tasks may take to end when all are cancelled."""

_Work = Generator[Any, None, Any] | Coroutine[Any, Any, Any]


class GuardedTask(asyncio.Task[Any]):
    """A task that no plugin can cancel unless it has begun it, or it was begun for the plugin.

    It is built as a loop's task factory is called.
    """

    __slots__ = ("_begun_by", "_told")

    def __init__(self, loop: asyncio.AbstractEventLoop, work: _Work, **options: Any) -> None:
        self._begun_by = _plugin_of(asyncio.current_task(loop))
        self._told = False
        super().__init__(work, loop=loop, **options)

    @property
    def plugin(self) -> str:
        """The plugin that it works for; empty when it works for the bot."""
        return plugin_of_task(self) or self._begun_by

    def cancel(self, msg: Any | None = None) -> bool:
        """Cancel it; when a plugin asks that has nothing to do with it, it goes on, and the log says so."""
        canceller = asyncio.current_task(self.get_loop())
        plugin, named = _plugin_of(canceller), plugin_of_task(self)
        if not plugin or plugin in (named, self._begun_by) or (self._begun_by and not named):
            return super().cancel(msg)
        if isinstance(canceller, GuardedTask) and not canceller._told:
            canceller._told = True
            logger.error("plugin %s would have cancelled tasks that are not its own; they go on: %s", plugin, self)
        return False


def new_loop() -> asyncio.AbstractEventLoop:
    """Make an event loop: uvloop's where `pluggram[speed]` is installed, else Python's own."""
    try:
        from uvloop import new_event_loop  # it is not everywhere; measured: 8 ms, which most commands do without
    except ImportError:
        return asyncio.new_event_loop()
    return new_event_loop()


def name_of(loop: asyncio.AbstractEventLoop) -> str:
    """Say whose an event loop is: "uvloop" or "asyncio"."""
    return type(loop).__module__.partition(".")[0]


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end, as asyncio.run does, and through what plugins do in the background to end it.

    asyncio lets SystemExit and KeyboardInterrupt out of any task and callback, to whoever runs the loop. The loop's
    exception handler is told. Ctrl-C is heeded as long as it is Python's own handler that raises it. At the end, what
    does not let itself be cancelled is named and left behind.
    """
    loop = new_loop()
    asyncio.set_event_loop(loop)
    loop.set_task_factory(GuardedTask)
    serving = loop.create_task(main)
    try:
        _run_to_the_end(serving, loop)
    finally:
        for task in _left(loop):
            logger.warning("%s does not end, and is left behind: %s", task.get_name(), place_of_task(task))
        asyncio.set_event_loop(None)
        loop.close()


def _run_to_the_end(serving: "asyncio.Task[None]", loop: asyncio.AbstractEventLoop) -> None:
    while True:
        try:
            return loop.run_until_complete(serving)
        except (SystemExit, KeyboardInterrupt, RuntimeError) as error:
            ours = isinstance(error, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is _CTRL_C
            if ours or _raised(serving) is error:
                raise
            loop.call_exception_handler({"message": "something would have ended the bot", "exception": error})


def _raised(task: "asyncio.Task[None]") -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None


def _left(loop: asyncio.AbstractEventLoop) -> "set[asyncio.Task[Any]]":
    """Cancel all tasks and end what they hold open; give those that do not end."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        _, left = loop.run_until_complete(asyncio.wait(left, timeout=GRACE))
    closing = loop.create_task(loop.shutdown_asyncgens())
    loop.run_until_complete(asyncio.wait((closing,), timeout=GRACE))
    return left


_CTRL_C = signal.default_int_handler


def _plugin_of(task: "asyncio.Task[Any] | None") -> str:
    return task.plugin if isinstance(task, GuardedTask) else plugin_of_task(task)
