"""How much processor time an update takes, and how many a bot answers in a second, when many wait."""

from typing import Any

from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures.measure import Findings, Given, Measure, everybody
from tests.benchmarks.stage import running
from tests.benchmarks.table import FAULTS, Column, table

COLUMNS = [
    Column("CPU µs/update", "cpu", "{:,.1f}"),
    Column("x {first}", "cpu", "{:.2f}", ratio=True),
    Column("updates/s", "rate", "{:,.0f}"),
    Column("RSS MB", "rss", "{:.0f}"),
    Column("API busy %", "busy", "{:.0f}", 100),
]


async def burst(given: Given, contender: Contender, **stage: Any) -> dict[str, Any]:
    """Let one bot answer the updates that wait at once, after it has warmed up."""
    updates = min(given.updates, contender.most)
    async with running(contender, given.folder, **stage) as on:
        await on.order("burst", updates=min(2_000, 1 + updates // 4))
        said = await on.measured("burst", updates=updates)
        return said | {"rate": said["right"] / said["seconds"]}


async def find(given: Given) -> Findings:
    """Lay out who polls and who is posted to apart, each against its limit."""
    results = await given.in_turns(everybody(), lambda contender: burst(given, contender))
    posted = {contender.name for contender in everybody() if contender.webhook}
    ways = {
        "Polling": {name: rounds for name, rounds in results.items() if name not in posted},
        "Webhook": {name: rounds for name, rounds in results.items() if name in posted},
    }
    parts = [f"{title}:\n\n{table(rows, COLUMNS, FAULTS)}" for title, rows in ways.items() if rows]
    return Findings("\n\n".join(parts), results)


MEASURE = Measure("bots", "CPU per update, updates a second and memory of each bot, when many updates wait", find)
