"""Watchdog: notices from a thread of its own when something blocks the event loop, and names it while it does."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from pluggram.places import Stack, stack_of_loop
from pluggram.plugins.owners import Blamed
from pluggram.probes import Lag

logger = logging.getLogger("pluggram.watchdog")

LOOK = 0.5
"""Seconds between two looks at the loop."""
PATIENCE = 1.0
"""Seconds that a plugin may block the loop before it is named."""
UNNAMED_PATIENCE = 5.0
"""The same where no plugin is at work: the machine may be busy, or the process may have been stopped."""
RECENT = 300.0
"""Seconds for which it is a problem that the loop was blocked."""

Blame = Callable[[Stack, "asyncio.Task[Any] | None"], Blamed]


class Watchdog:
    """Watches the loop that it is started on. blame: says whose code a stack is."""

    def __init__(self, blame: Blame) -> None:
        self._blame = blame
        self._looks, self._total = 0, 0.0
        self._lag = Lag()
        self._ended = threading.Event()
        self._answered = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread_id = 0
        self._blocked: tuple[float, float, Blamed] | None = None

    @property
    def lag(self) -> Lag:
        """How late the loop was."""
        return self._lag

    @property
    def blocked(self) -> tuple[float, Blamed] | None:
        """For how many seconds the loop was blocked lately, and by whom; None when it was not."""
        if self._blocked is None or monotonic() - self._blocked[0] > RECENT:
            return None
        return self._blocked[1:]

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch the loop that runs here meanwhile."""
        self._loop, self._thread_id = asyncio.get_running_loop(), threading.get_ident()
        self._ended.clear()
        thread = threading.Thread(target=self._watch, args=(self._loop,), name="watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            self._answered.set()
            thread.join(PATIENCE)

    def who(self) -> Blamed:
        """Say whose code the loop runs now; to be asked from any thread."""
        task = asyncio.current_task(self._loop) if self._loop is not None else None
        return self._blame(stack_of_loop(self._thread_id), task)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            asked = monotonic()
            self._answered.clear()
            try:
                loop.call_soon_threadsafe(self._answer, asked)
            except RuntimeError:  # the loop is closed
                return
            if not self._answered.wait(PATIENCE):
                self._look(asked)
            if self._ended.wait(LOOK):
                return

    def _answer(self, asked: float) -> None:
        """Take note, on the loop, of how late it is."""
        late = monotonic() - asked
        self._looks += 1
        self._total += late
        longest, at = (late, time.time()) if late >= self._lag.longest else (self._lag.longest, self._lag.longest_at)
        self._lag = Lag(late, self._total / self._looks, longest, at)
        self._answered.set()

    def _look(self, asked: float) -> None:
        """Name who blocks the loop, and say when it goes on."""
        who = self.who()
        if not who.plugin and self._answered.wait(UNNAMED_PATIENCE - PATIENCE):
            return
        who = who if who.plugin else self.who()
        logger.warning("the event loop is blocked, and nobody is answered meanwhile: %s", who)
        self._answered.wait()
        if not self._ended.is_set():
            seconds = monotonic() - asked
            self._blocked = monotonic(), seconds, who
            logger.warning("the event loop goes on; it was blocked for %.1f s: %s", seconds, who)
