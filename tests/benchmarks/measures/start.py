"""How long a bot takes to its first getUpdates, 10,000 links at hand, and how much memory it has then."""

from typing import Any

from tests.benchmarks.contenders import BARE, Contender
from tests.benchmarks.measures.measure import Findings, Given, Measure, everybody
from tests.benchmarks.processor import used
from tests.benchmarks.stage import running
from tests.benchmarks.table import Column, table

COLUMNS = [
    Column("ms", "start", "{:.0f}", 1000),
    Column("x {first}", "start", "{:.2f}", ratio=True),
    Column("CPU ms", "cpu", "{:.0f}", 1000),
    Column("x {first}", "cpu", "{:.2f}", ratio=True),
    Column("RSS MB", "rss", "{:.1f}"),
    Column("x {first}", "rss", "{:.2f}", ratio=True),
]


async def find(given: Given) -> Findings:
    """Start those who poll, and a bot of python-telegram-bot that has no handler."""
    among = [each for each in everybody() if not each.webhook]
    chosen = [BARE, *given.chosen(among)]
    results: dict[str, list[dict[str, Any]]] = {each.name: [] for each in chosen}
    for number in range(given.rounds + 1):
        for contender in chosen:
            begun = await _start(given, contender)
            if number:
                results[contender.name].append(begun)
    return Findings(table(results, COLUMNS), results)


async def _start(given: Given, contender: Contender) -> dict[str, Any]:
    async with running(contender, given.folder) as on:
        return {"start": on.start, "cpu": used(on.bot.pid), "rss": on.rss}


MEASURE = Measure("start", "time, CPU and memory up to the first getUpdates, against bare python-telegram-bot", find)
