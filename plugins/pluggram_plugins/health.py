"""Health: says whether the bot is well, and if it is not, what is not."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from pluggram import CheckResult, Context, Handled, Handler, Metric, Request, __version__, handler, hookimpl
from pluggram_plugins._times import Times, duration

FRESH = 3.0
"""Seconds for which one look at the checks answers all who ask: many who do must not wear the storage out."""

_MOST = 10
_LONGEST_REASON = 400
_FAILED = ("failed", "timeout", "paused")


class Health:
    """Whether this bot is well."""

    @dataclass(frozen=True)
    class Settings:
        """`[plugins.health]`."""

        show: tuple[str, ...] = ("links",)
        """Names of metrics that everybody may see."""

    def __init__(self, context: Context) -> None:
        settings: Health.Settings = context.settings
        self._show = settings.show
        self._bot = context.bot
        self._times = Times()
        self._failed = 0
        self._looking = asyncio.Lock()
        self._looked_at = -FRESH
        self._results: Sequence[CheckResult] = ()

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer /health."""
        return [handler("/health", self.health, help="Whether I am well", examples=["/health"])]

    @hookimpl
    def handled(self, event: Handled) -> None:
        """Count the request."""
        self._times.add(event.seconds)
        if event.outcome in _FAILED:
            self._failed += 1

    async def health(self, request: Request) -> str:
        """Say in the first line whether all is well; in a group not much more, for others read there."""
        results = await self._look()
        problems = [result for result in results if result.problem]
        first = "✅ Healthy" if not problems else f"❌ Not healthy: {_listed([_label(each) for each in problems])}"
        if not request.private:
            return f"{first}. Up {duration(self._bot.uptime)}, {self._requests()}"
        reasons = await self._bot.has_role(request, "admin")
        lines = [line for result in problems[:_MOST] for line in _told(result, reasons)]
        return "\n".join([first, *lines, *self._facts(results, await self._bot.metrics())])

    async def _look(self) -> Sequence[CheckResult]:
        async with self._looking:
            if monotonic() - self._looked_at >= FRESH:
                self._results = await self._bot.check()
                self._looked_at = monotonic()
            return self._results

    def _facts(self, results: Sequence[CheckResult], metrics: Sequence[Metric]) -> Iterator[str]:
        yield f"Up {duration(self._bot.uptime)}, pluggram {__version__}"
        yield self._requests().capitalize()
        if self._times.count:
            mean, most = duration(self._times.mean), duration(self._times.quantile(0.95))
            yield f"Answered in {mean} on average, 95 % within {most}"
        shown = [metric for name in self._show for metric in metrics if metric.name == name]
        for metric in shown:
            alone = sum(other.name == metric.name for other in shown) == 1
            yield _measured(metric, "" if alone else f" ({metric.plugin})")
        yield from _waiting({metric.name: metric.value or 0 for metric in metrics if not metric.plugin})
        age = self._bot.poll_age
        yield "Not heard from Telegram yet" if age is None else f"Last heard from Telegram {duration(age)} ago"
        yield from (f"Storage: written in {duration(r.seconds)}" for r in results if _is_storage(r))
        yield f"Plugins: {sum(state.status == 'active' for state in self._bot.plugins)} work"

    def _requests(self) -> str:
        number = self._times.count
        failed = f", {self._failed:,} failed" if self._failed else ""
        return f"{number:,} request{'' if number == 1 else 's'}{failed}" if number else "no requests yet"


def _waiting(own: Mapping[str, float]) -> Iterator[str]:
    if own.get("updates_waiting", 0) > 1:  # this request is one of them
        oldest = duration(own["oldest_update_seconds"])
        yield f"Waiting: {own['updates_waiting']:,.0f} messages, the oldest for {oldest}"
    if own.get("updates_set_aside"):
        yield f"Set aside, for they could not be answered: {own['updates_set_aside']:,.0f}"


def _is_storage(result: CheckResult) -> bool:
    return result.plugin == "" and result.name == "storage" and not result.problem


def _label(result: CheckResult) -> str:
    if not result.plugin:
        return result.name
    return f"plugin {result.plugin}" if result.name == "plugin" else f"{result.plugin} ({result.name})"


def _listed(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - _MOST} more" if len(labels) > _MOST else ""
    return ", ".join(labels[:_MOST]) + more


def _told(result: CheckResult, reasons: bool) -> Iterator[str]:
    yield f"• {_label(result)}: {result.problem}"
    if reasons and result.detail:
        yield f"  {result.detail[:_LONGEST_REASON]}"


def _measured(metric: Metric, of: str) -> str:
    name = metric.name.replace("_", " ").capitalize()
    return f"{name}{of}: " + ("could not be read" if metric.value is None else f"{metric.value:,.10g}")
