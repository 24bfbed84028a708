"""Jobs: what plugins do every so often, from the start of serving to its end."""

import asyncio
import inspect
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pluggram.cancelling import is_for_us
from pluggram.plugins.reason import reason
from pluggram.router.threads import in_thread

logger = logging.getLogger("pluggram.jobs")

Job = Callable[[], Awaitable[object]] | Callable[[], object]
"""An `async def`, or a plain `def` that runs on a worker thread."""


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
        self._tasks: dict[_Timed, asyncio.Task[None]] = {}
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
            self._tasks[timed] = asyncio.create_task(self._repeat(timed))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run all jobs meanwhile; what runs at the end is cancelled."""
        self._running = True
        self._tasks = {timed: asyncio.create_task(self._repeat(timed)) for timed in self._jobs}
        try:
            yield
        finally:
            self._running = False
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            self._tasks.clear()

    async def _repeat(self, timed: _Timed) -> None:
        while True:
            await asyncio.sleep(timed.seconds)
            if not self._works(timed.plugin):
                return
            try:
                await _call(timed.job)
            except BaseException as error:
                if is_for_us(error):
                    raise
                logger.error("plugin %s: %s", timed.plugin, reason(error, "in a job"), exc_info=error)


async def _call(job: Job) -> None:
    asynchronous = inspect.iscoroutinefunction(job) or inspect.iscoroutinefunction(type(job).__call__)
    result = job() if asynchronous else await in_thread(job)
    if inspect.isawaitable(result):
        await result
