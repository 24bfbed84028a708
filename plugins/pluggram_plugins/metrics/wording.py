"""What was recorded, in lines that are short enough for a chat."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from pluggram import BotView, Metric
from pluggram_plugins._times import Times, duration
from pluggram_plugins.metrics.distinct import EXACT, Distinct
from pluggram_plugins.metrics.process import Process
from pluggram_plugins.metrics.recorder import Recorder
from pluggram_plugins.metrics.ring import Ring
from pluggram_plugins.metrics.rows import Row
from pluggram_plugins.metrics.slots import Traffic
from pluggram_plugins.metrics.top import Top

_ARGUMENTS = re.compile(r"\s*[<\[].*")
_COMMANDS, _ASKED, _BY_ADMINS, _OWN = 15, 10, 8, 12


def traffic(ring: Ring[Traffic], span: str, now: float) -> Iterator[str]:
    """Tell how many requests there were, and how long they took."""
    slots = ring.present(now)
    yield f"{span}: {_requests(sum(s.times.count for s in slots), sum(s.failed for s in slots))}"
    times = Times.joined(slot.times for slot in slots)
    if times.count:
        yield f"Answered in {duration(times.mean)} on average; {_within(times)}, longest {duration(times.longest)}"


def audience(recorder: Recorder, now: float, most: int = _ASKED) -> Iterator[str]:
    """Tell how many people there were, and what they asked for most."""
    days = recorder.week.present(now)
    today, week = _people(days[-1].people), _people(Distinct.joined(day.people for day in days))
    yield f"People: {today} today (UTC), {week} in 7 days"
    if asked := Top.joined(day.asked for day in days).most(most):
        yield "Most asked in 7 days: " + ", ".join(f"{text} ({count:,})" for text, count in asked)


def by_admins(rows: Iterable[Row], since: float) -> Iterator[str]:
    """Tell what admins did."""
    done: Counter[str] = Counter()
    for row in rows:
        if row.by_admins:
            done[_ARGUMENTS.sub("", row.label)] += row.outcomes.get("answered", 0)
    if named := [f"{label} ({count:,})" for label, count in done.most_common(_BY_ADMINS) if count]:
        yield f"Admins did since {since_day(since)}: {', '.join(named)}"


def by_command(rows: Sequence[Row], since: float) -> Iterator[str]:
    """Tell how often each command was used."""
    if rows:
        yield f"By command since {since_day(since)}:"
    for row in rows[:_COMMANDS]:
        yield f"• {row.label}: {_used(row.times, row.failed)}"
    if len(rows) > _COMMANDS:
        yield f"and {len(rows) - _COMMANDS} more: /stats shows them by plugin"


def by_plugin(rows: Sequence[Row], since: float) -> Iterator[str]:
    """Tell how often each plugin was used."""
    yield f"Requests by plugin since {since_day(since)}:" if rows else "There were no requests yet."
    plugins: dict[str, list[Row]] = {}
    for row in rows:
        plugins.setdefault(row.plugin, []).append(row)
    for plugin, its in sorted(plugins.items(), key=lambda each: -sum(row.times.count for row in each[1])):
        yield f"• {plugin}: {_used(Times.joined(row.times for row in its), sum(row.failed for row in its))}"
    if rows:
        yield f"One in detail: /stats {rows[0].plugin}"


def of_plugin(plugin: str, rows: Sequence[Row], since: float) -> Iterator[str]:
    """Tell how the requests to each command of one plugin went."""
    yield f"{plugin} since {since_day(since)}:" if rows else f"{plugin} has had no requests yet."
    for row in rows:
        yield f"• {row.label}: " + ", ".join(f"{outcome} {count:,}" for outcome, count in row.outcomes.items())
        yield f"  {duration(row.times.mean)} on average; {_within(row.times)}"


def own(metrics: Sequence[Metric]) -> Iterator[str]:
    """Tell what plugins count and measure themselves."""
    if metrics:
        yield "Plugins count and measure:"
    for plugin, its in groupby(metrics, key=lambda metric: metric.plugin):
        figures = [f"{metric.name} {_figure(metric.value)}" for metric in its]
        more = ", …" if len(figures) > _OWN else ""
        yield f"• {plugin}: {', '.join(figures[:_OWN])}{more}"


def process(looked: Process, bot: BotView) -> Iterator[str]:
    """Tell what the process takes, and how late the event loop is."""
    memory = "" if looked.memory is None else f"memory {looked.memory / 1_000_000:,.0f} MB, "
    yield f"Process: up {duration(bot.uptime)}, {memory}CPU {100 * looked.cpu:.1f} %"
    if bot.lag.longest_at is not None:
        longest = f"{duration(bot.lag.longest)} at {datetime.fromtimestamp(bot.lag.longest_at, UTC):%H:%M} UTC"
        yield f"Event loop: late by {duration(bot.lag.mean)} on average, at worst {longest}"
    yield f"Garbage collections: {', '.join(f'{count:,}' for count in looked.collections)} (young to old)"


def unknown(plugin: str, known: Sequence[str]) -> str:
    """Say that there is no such plugin, and which was probably meant."""
    near = difflib.get_close_matches(plugin, known, 1)
    hint = f"Did you mean /stats {near[0]}?" if near else f"There are: {', '.join(known)}"
    return f"There is no plugin of this name. {hint}"


def since_day(since: float) -> str:
    """Name the day on which counting began."""
    day = datetime.fromtimestamp(since, UTC)
    return f"{day.day} {day:%b %Y}"


def _requests(count: int, failed: int) -> str:
    return f"{count:,} request{'' if count == 1 else 's'}" + (f", {failed:,} failed" if failed else "")


def _used(times: Times, failed: int) -> str:
    return f"{_requests(times.count, failed)}, {duration(times.mean)} on average"


def _within(times: Times) -> str:
    half, most, nearly_all = (duration(times.quantile(share)) for share in (0.5, 0.95, 0.99))
    return f"50 % within {half}, 95 % {most}, 99 % {nearly_all}"


def _people(people: Distinct) -> str:
    return f"about {len(people):,}" if len(people) > EXACT else str(len(people))


def _figure(value: float | None) -> str:
    return "could not be read" if value is None else f"{value:,.10g}"
