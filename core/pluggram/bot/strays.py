"""Strays: what plugins begin beside their handlers, where nobody waits for it to fail."""

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pluggram.bot.watchdog import Blame
from pluggram.plugins.reason import reason

logger = logging.getLogger("pluggram.bot")


class Strays:
    """Tells the log of what failed on the event loop where nobody waits for it. blame: says whose code a stack is."""

    def __init__(self, blame: Blame) -> None:
        self._blame = blame
        self._told: deque[object] = deque(maxlen=10)

    @asynccontextmanager
    async def caught(self) -> AsyncIterator[None]:
        """Tell of them meanwhile, on the loop that runs here."""
        loop = asyncio.get_running_loop()
        before = loop.get_exception_handler()
        loop.set_exception_handler(lambda loop, context: self._tell(loop, context, before))
        try:
            yield
        finally:
            loop.set_exception_handler(before)

    def _tell(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any], otherwise: Any) -> None:
        error, task = context.get("exception"), context.get("task") or context.get("future")
        if any(error is told for told in self._told):  # a task that has raised SystemExit is told of twice
            return
        if error is not None:
            self._told.append(error)
        trace = error.__traceback__ if isinstance(error, BaseException) else None
        who = self._blame(traceback.walk_tb(trace), task if isinstance(task, asyncio.Task) else None)
        if who.plugin and isinstance(error, BaseException):
            logger.error("plugin %s: %s", who.plugin, reason(error, "in the background"), exc_info=error)
        elif otherwise is not None:
            otherwise(loop, context)
        else:
            loop.default_exception_handler(context)
