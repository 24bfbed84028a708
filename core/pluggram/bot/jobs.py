"""Jobs: what plugins do every so often, from the start of serving to its end."""

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pluggram.cancelling import outlive
from pluggram.places import name_of_task, place_of_task
from pluggram.plugins.reason import reason
from pluggram.router.threads import in_thread

logger = logging.getLogger("pluggram.jobs")

Job = Callable[[], Awaitable[object]] | Callable[[], object]
"""An `async def`, or a plain `def` that runs on a worker thread."""


GRACE = 1.0
"""Seconds that a job may take to end when it is cancelled."""


@dataclass(frozen=True, slots=True)
class _Timed:
    plugin: str
    seconds: float
    job: Job


class Jobs:
    """The jobs of one bot. `works` tells whether a plugin still does: a quarantined one's jobs do not run."""

    def __init__(self, works: Callable[[str], bool]) -> None:
        self._works = works
        self._jobs: list[_Timed] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._running = False

    def add(self, plugin: str, seconds: float, job: Job) -> None:
        """Run `job` every so many seconds, first after these; one that is still running is not started again.

        Raises ValueError when seconds is not above 0, TypeError when the job cannot be called.
        """
        if not seconds > 0:
            raise ValueError(f"every({seconds!r}, ...): the seconds must be above 0")
        if not callable(job):
            raise TypeError(f"every({seconds:g}, {job!r}): a job is a function without arguments")
        timed = _Timed(plugin, seconds, job)
        self._jobs.append(timed)
        if self._running:
            self._start(timed)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run all jobs meanwhile; what runs at the end is cancelled."""
        self._running = True
        for timed in self._jobs:
            self._start(timed)
        try:
            yield
        finally:
            self._running = False
            await self._end()

    def _start(self, timed: _Timed) -> None:
        self._tasks.append(asyncio.create_task(self._repeat(timed), name=name_of_task(timed.plugin, "a job of it")))

    async def _end(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        _, left = await asyncio.wait(tasks, timeout=GRACE) if tasks else ((), ())
        for task in left:
            logger.error("%s does not end, and is left behind: %s", task.get_name(), place_of_task(task))

    async def _repeat(self, timed: _Timed) -> None:
        while self._works(timed.plugin):
            try:
                await asyncio.sleep(timed.seconds)
                if self._works(timed.plugin):
                    await _call(timed.job)
            except GeneratorExit:
                raise
            except BaseException as error:
                if not self._running:
                    raise
                outlive(error)
                logger.error("plugin %s: %s", timed.plugin, reason(error, "in a job"), exc_info=error)


async def _call(job: Job) -> None:
    asynchronous = inspect.iscoroutinefunction(job) or inspect.iscoroutinefunction(type(job).__call__)
    result = job() if asynchronous else await in_thread(job)
    if inspect.isawaitable(result):
        await result
