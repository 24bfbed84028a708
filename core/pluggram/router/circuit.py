"""Circuits: a handler that keeps failing is switched off for a while, and tried again by itself."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from pluggram.errors import TelegramError
from pluggram.handlers import Handler
from pluggram.hooks import FAILURES, Outcome
from pluggram.storage import StorageError

logger = logging.getLogger("pluggram.router")

MOST_FAILURES = 5
"""How often in a row a handler may fail before it is switched off."""
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 600.0
"""Seconds until a handler is tried again; they double each time that it fails once more, up to the longest."""
MOST_LEFT_BEHIND = 10
"""How many runs of one handler may go on although they were given up: each is a thread or a task."""

_NOT_RUN = frozenset({"denied", "usage", "paused"})


@dataclass(frozen=True, slots=True)
class Paused:
    """A handler that is switched off. seconds: until it is tried again. error: what it raised last."""

    plugin: str
    handler: Handler
    seconds: float
    error: BaseException | None


class Circuits:
    """How the handlers of one bot that have failed lately fare; of one that works nothing is kept.

    clock: gives seconds; another one in tests.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._circuits: dict[tuple[str, str, str], _Circuit] = {}
        self.failing: Collection[object] = self._circuits.values()
        """Empty while there is nothing to ask or to note of a handler that works."""
        self._left: set[asyncio.Future[Any]] = set()

    @property
    def paused(self) -> Sequence[Paused]:
        """The handlers that are switched off now."""
        now = self._clock()
        return [
            Paused(each.plugin, each.handler, max(0.0, each.until - now), each.error)
            for each in self._circuits.values()
            if each.pause
        ]

    def pause(self, plugin: str, handler: Handler) -> float:
        """Give the seconds for which a handler is not to run; 0 when it may, be it to try whether it works again."""
        circuit = self._circuits.get(_key(plugin, handler)) if self._circuits else None
        return circuit.left(self._clock()) if circuit and circuit.pause else 0.0

    def note(self, plugin: str, handler: Handler, outcome: Outcome, error: BaseException | None) -> None:
        """Take note of how a run went. What Telegram or the storage refuses tells nothing of the handler."""
        failed = outcome in FAILURES
        if not (failed or self._circuits) or outcome in _NOT_RUN or isinstance(error, TelegramError | StorageError):
            return
        key = _key(plugin, handler)
        circuit = self._circuits.get(key)
        if failed:
            circuit = circuit or self._circuits.setdefault(key, _Circuit(plugin, handler))
            circuit.fail(self._clock(), error)
        elif circuit is not None and circuit.succeed():
            self._drop(key, circuit)

    def leave(self, plugin: str, handler: Handler, run: "asyncio.Future[Any]") -> None:
        """Take note of a run that is given up and does not end; of a handler that has many no more are begun."""
        key = _key(plugin, handler)
        circuit = self._circuits.setdefault(key, _Circuit(plugin, handler))
        circuit.leave(self._clock())
        self._left.add(run)  # the loop itself does not hold its tasks

        def ended(_: object) -> None:
            self._left.discard(run)
            circuit.runs_left -= 1
            self._drop(key, circuit)

        run.add_done_callback(ended)

    def _drop(self, key: tuple[str, str, str], circuit: "_Circuit") -> None:
        if not (circuit.runs_left or circuit.failures):
            self._circuits.pop(key, None)


class _Circuit:
    """One handler. pause: 0 while it is let run. runs_left: how many runs go on although they were given up."""

    __slots__ = ("_trying", "error", "failures", "handler", "pause", "plugin", "runs_left", "until")

    def __init__(self, plugin: str, handler: Handler) -> None:
        self.plugin = plugin
        self.handler = handler
        self.failures = 0
        self.pause = 0.0
        self.until = 0.0
        self.runs_left = 0
        self.error: BaseException | None = None
        self._trying = False

    def left(self, now: float) -> float:
        """Give the seconds until it may run; 0 lets one through, and no other before the pause is over again."""
        if now >= self.until:
            self.until = now + self.pause
            if self.runs_left < MOST_LEFT_BEHIND:
                self._trying = True
                self._log(logging.INFO, "is tried again")
                return 0.0
        return self.until - now

    def fail(self, now: float, error: BaseException | None) -> None:
        self.failures += 1
        self.error = error
        if self.pause and self._trying:
            self._switch_off(now, min(2 * self.pause, LONGEST_PAUSE), "still fails")
        elif not self.pause and self.failures >= MOST_FAILURES:
            self._switch_off(now, FIRST_PAUSE, f"has failed {self.failures} times in a row")

    def succeed(self) -> bool:
        """Let it run again; not while too many of its runs do not end."""
        if self.runs_left >= MOST_LEFT_BEHIND:
            return False
        if self.pause:
            self._log(logging.WARNING, "works again")
        self.failures, self.pause, self.error, self._trying = 0, 0.0, None, False
        return True

    def leave(self, now: float) -> None:
        self.runs_left += 1
        if self.runs_left == MOST_LEFT_BEHIND and not self.pause:
            self._switch_off(now, FIRST_PAUSE, f"has {self.runs_left} runs that do not end")

    def _switch_off(self, now: float, pause: float, why: str) -> None:
        self.pause, self.until, self._trying = pause, now + pause, False
        self._log(logging.ERROR, f"{why}: it is switched off, and tried again in {pause:g} s")

    def _log(self, level: int, what: str) -> None:
        logger.log(level, "plugin %s: handler %r %s", self.plugin, self.handler.pattern, what)


def _key(plugin: str, handler: Handler) -> tuple[str, str, str]:
    return plugin, handler.pattern, handler.on
