"""Watch: asks the bot and its plugins how they fare, each on its own and for a limited time."""

import asyncio
import inspect
import logging
import reprlib
import sys
from collections.abc import Callable, Iterable, Sequence
from math import ceil
from time import perf_counter

from pluggram.bot import backlog
from pluggram.bot.backlog import Backlog
from pluggram.bot.counters import Counters
from pluggram.bot.pulse import Pulse
from pluggram.bot.watchdog import Watchdog
from pluggram.places import name_of_task
from pluggram.plugins import Plugins
from pluggram.plugins.reason import reason
from pluggram.probes import Check, CheckResult, Metric, Reading
from pluggram.router import Circuits, Paused
from pluggram.storage import Storage

logger = logging.getLogger("pluggram.watch")

LIMIT = 5.0
"""Seconds that one check or reading may take."""
LONGEST_PROBLEM = 300
"""Characters of a plugin's own sentence that are shown."""

OWN = ""


class Watch:
    """Asks all checks and readings of one bot, side by side; none that fails disturbs another."""

    def __init__(
        self,
        plugins: Plugins,
        storage: Storage,
        counters: Counters,
        pulse: Pulse,
        circuits: Circuits,
        watchdog: Watchdog,
        left: Callable[[], int],
    ) -> None:
        self._plugins = plugins
        self._storage = storage
        self._counters = counters
        self._pulse = pulse
        self._circuits = circuits
        self._watchdog = watchdog
        self.patience = 0.0
        """Seconds that an update may wait."""
        self.backlog: Backlog | None = None
        """What waits to be answered, from the moment that updates are taken in."""
        self._left = left
        self._checks = plugins.checks()
        self._readings = plugins.readings()

    async def check(self) -> Sequence[CheckResult]:
        """Ask the bot's own probes, then the plugins' checks in the order of bot.toml."""
        active = self._plugins.active
        asked = [_checked(*each) for each in self._checks if each[0] in active]
        storage, *theirs = await asyncio.gather(self._probe_storage(), *asked)
        arriving = CheckResult(OWN, self._pulse.source, self._pulse.problem())
        inbox = [backlog.check(self.backlog, self.patience)] if self.backlog else []
        return [storage, arriving, *inbox, self._loop(), *self._failed(), *self._paused(active), *theirs]

    async def metrics(self) -> Sequence[Metric]:
        """Take the bot's own numbers, then the plugins' readings and counters, in the order of bot.toml.

        A reading hides a counter of its name.
        """
        active = self._plugins.active
        read = await asyncio.gather(*(_read(*each) for each in self._readings if each[0] in active))
        found = {(metric.plugin, metric.name): metric for metric in [*self._counted(active), *read]}
        return [*self._own(), *sorted(found.values(), key=lambda each: (active.index(each.plugin), each.name))]

    def _own(self) -> Iterable[Metric]:
        yield Metric(OWN, "handlers_paused", len(self._circuits.paused))
        yield Metric(OWN, "loop_lag", self._watchdog.lag.last)
        yield Metric(OWN, "loop_lag_longest", self._watchdog.lag.longest)
        yield Metric(OWN, "broadcast_left", self._left())
        yield from backlog.metrics(self.backlog) if self.backlog else ()

    def _counted(self, plugins: Iterable[str]) -> Iterable[Metric]:
        return (Metric(plugin, name, value) for plugin in plugins for name, value in self._counters.of(plugin).items())

    async def _probe_storage(self) -> CheckResult:
        async def probe() -> None:
            await self._storage.backend.probe()

        seconds, _, error = await _attempt(probe, "probe of the storage")
        if error is None:
            return CheckResult(OWN, "storage", seconds=seconds)
        return CheckResult(OWN, "storage", "it cannot be written", seconds, reason(error))

    def _loop(self) -> CheckResult:
        if self._watchdog.blocked is None:
            return CheckResult(OWN, "loop")
        seconds, who = self._watchdog.blocked
        return CheckResult(who.plugin, "loop", f"the bot could answer nobody for {seconds:.1f} s", detail=who.place)

    def _failed(self) -> Sequence[CheckResult]:
        failed = [state for state in self._plugins.states if state.status in ("quarantined", "missing")]
        return [
            CheckResult(state.name, "plugin", f"it is {state.status}", detail=state.reason) for state in failed
        ] or [CheckResult(OWN, "plugins")]

    def _paused(self, plugins: Iterable[str]) -> Sequence[CheckResult]:
        return [_switched_off(each) for each in self._circuits.paused if each.plugin in plugins] or [
            CheckResult(OWN, "handlers")
        ]


def _switched_off(paused: Paused) -> CheckResult:
    problem = f"{paused.handler.form} keeps failing, and is switched off for {ceil(paused.seconds)} s"
    return CheckResult(paused.plugin, "handler", problem, detail=reason(paused.error) if paused.error else "")


async def _checked(plugin: str, name: str, check: Check) -> CheckResult:
    async def ask() -> object:
        return await check()

    seconds, said, error = await _attempt(ask, name_of_task(plugin, f"check {name}"))
    if error is None and (said is None or isinstance(said, str)):
        return CheckResult(plugin, name, " ".join((said or "").split())[:LONGEST_PROBLEM], seconds)
    why = reason(error or TypeError(f"a check gives None or a sentence, not {_shown(said)}"))
    logger.error("plugin %s: its check %s failed: %s", plugin, name, why, exc_info=error)
    return CheckResult(plugin, name, "the check failed", seconds, why)


async def _read(plugin: str, name: str, reading: Reading) -> Metric:
    _, value, error = await _attempt(reading, name_of_task(plugin, f"metric {name}"))
    if error is None and isinstance(value, int | float) and abs(value) <= sys.float_info.max:
        return Metric(plugin, name, value)
    why = reason(error or TypeError(f"a reading gives a finite number, not {_shown(value)}"))
    logger.error("plugin %s: its metric %s could not be read: %s", plugin, name, why, exc_info=error)
    return Metric(plugin, name, None, why)


def _shown(value: object) -> str:
    try:
        return reprlib.repr(value)
    except Exception:  # such as of an int with more digits than Python writes
        return f"{type(value).__name__} that cannot be shown"


async def _attempt(work: Callable[[], object], task_name: str) -> tuple[float, object, BaseException | None]:
    """Call a plugin's function in a task of its own: the seconds it took, what it gave, what it raised."""

    async def run() -> tuple[object, BaseException | None]:
        try:
            result = work()
            return (await result if inspect.isawaitable(result) else result), None
        except BaseException as error:
            return None, error

    started = perf_counter()
    task = asyncio.create_task(run(), name=task_name)
    try:
        await asyncio.wait((task,), timeout=LIMIT)
    finally:
        task.cancel()
    late: tuple[object, BaseException | None] = (None, TimeoutError(f"took longer than {LIMIT:g} s"))
    return perf_counter() - started, *(task.result() if task.done() else late)
