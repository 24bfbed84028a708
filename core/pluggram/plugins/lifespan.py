"""Lifespan: what surrounds a plugin's life, in a task of its own, so that what it cancels is only itself."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from pluggram.places import name_of_task
from pluggram.plugins.reason import PluginError, reason


class Lifespan:
    """One plugin's lifespan; `ended` is told when it ends before it is left, as a task group does that fails."""

    def __init__(
        self, plugin: str, surrounding: AbstractAsyncContextManager[None], ended: Callable[[PluginError], object]
    ) -> None:
        self._plugin = plugin
        self._surrounding = surrounding
        self._ended = ended
        self._entered, self._leaving = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[PluginError | None] | None = None

    async def enter(self) -> None:
        """Wait until it is entered; raises PluginError when that fails."""
        self._task = asyncio.create_task(self._live(), name=name_of_task(self._plugin, "lifespan"))
        self._task.add_done_callback(self._tell)
        entered = asyncio.create_task(self._entered.wait())
        try:
            await asyncio.wait((self._task, entered), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        finally:
            entered.cancel()
        if self._task.done():
            raise _outcome(self._task) or PluginError("its lifespan ended at once")

    async def leave(self, seconds: float) -> None:
        """Leave it, which may take so many seconds; raises PluginError when that fails."""
        self._leaving.set()
        if self._task is None or self._task.done():  # that it ended early has been told
            return
        await asyncio.wait((self._task,), timeout=seconds)
        if not self._task.done():
            self._task.cancel()
            raise PluginError(f"its lifespan did not end within {seconds:g} s")
        if error := _outcome(self._task):
            raise error

    async def _live(self) -> PluginError | None:
        try:
            async with self._surrounding:
                self._entered.set()
                await self._leaving.wait()
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            return PluginError(reason(error, "in its lifespan"))
        return None

    def _tell(self, task: "asyncio.Task[PluginError | None]") -> None:
        if self._entered.is_set() and not self._leaving.is_set():
            self._ended(_outcome(task) or PluginError("its lifespan ended while the bot was serving"))


def _outcome(task: "asyncio.Task[PluginError | None]") -> PluginError | None:
    return PluginError("its lifespan was cancelled") if task.cancelled() else task.result()
