"""How many answers a hundred people get in a second who ask again as soon as they are answered, the API 50 ms away."""

from typing import Any

from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures.measure import Findings, Given, Measure, everybody
from tests.benchmarks.stage import running
from tests.benchmarks.table import FAULTS, Column, table

USERS = 100
LATENCY = 0.05
"""Seconds that the API takes for each call."""
MOST = 3_000
"""Updates for the quick ones; the slow ones get a quarter of what a burst has."""
COLUMNS = [
    Column("answers/s", "rate", "{:,.0f}"),
    Column("x {first}", "rate", "{:.3f}", ratio=True),
    Column("CPU µs/update", "cpu", "{:,.1f}"),
    Column("p99 ms", "p99", "{:.0f}"),
]


async def find(given: Given) -> Findings:
    """Let those who poll answer them."""
    among = [each for each in everybody() if not each.webhook]
    results = await given.in_turns(among, lambda contender: _loop(given, contender))
    return Findings(table(results, COLUMNS, FAULTS), results)


async def _loop(given: Given, contender: Contender) -> dict[str, Any]:
    updates = max(USERS, min(MOST, given.updates, contender.most // 4))
    async with running(contender, given.folder, chats=USERS) as on:
        await on.order("burst", updates=200)
        said = await on.measured("closed", users=USERS, updates=updates, latency=LATENCY)
        return said | {"rate": said["right"] / said["seconds"], "p99": said["latencies"]["p99"]}


MEASURE = Measure("closed", f"answers a second to {USERS} people who ask again when answered, the API 50 ms away", find)
