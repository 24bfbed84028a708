"""How long people wait for an answer while a hundred ask in a second, one after the other."""

from typing import Any

from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures.measure import Findings, Given, Measure, everybody
from tests.benchmarks.stage import running
from tests.benchmarks.table import FAULTS, Column, table

RATE = 100
"""Updates a second."""
LEFT_OUT = ("old", "ptb-256", "grammy-ordered", "pluggram-memory-json", "pluggram-durable-json")
"""Those that do not get through so many, or need all of the processor for it, and those that have a twin."""
SECONDS = 5
LATENCIES = {"": 0.0, "_far": 0.05}
"""How long the API takes for each call, in seconds, by what the figure's name ends with."""
COLUMNS = [
    Column("p50 ms", "p50", "{:.2f}"),
    Column("p99 ms", "p99", "{:.2f}"),
    Column("x {first}", "p99", "{:.2f}", ratio=True),
    Column("p50 ms, API 50 ms", "p50_far", "{:.1f}"),
    Column("p99 ms, API 50 ms", "p99_far", "{:.1f}"),
]


async def find(given: Given) -> Findings:
    """Count from when an update can be fetched, to when its answer is at the API."""
    among = [each for each in everybody() if not (each.webhook or each.name.startswith(LEFT_OUT))]
    results = await given.in_turns(among, lambda contender: _latencies(given, contender))
    return Findings(table(results, COLUMNS, FAULTS), results)


async def _latencies(given: Given, contender: Contender) -> dict[str, Any]:
    updates = min(RATE * SECONDS, given.updates)
    found: dict[str, Any] = dict.fromkeys(FAULTS, 0)
    async with running(contender, given.folder) as on:
        await on.order("burst", updates=min(200, updates))
        for ending, latency in LATENCIES.items():
            said = await on.measured("paced", updates=updates, rate=RATE, latency=latency)
            found |= {f"{share}{ending}": ms for share, ms in said["latencies"].items()}
            found |= {fault: found[fault] + said[fault] for fault in FAULTS}
    return found


MEASURE = Measure(
    "latency", f"how long an answer takes at {RATE} updates a second, the API at hand or 50 ms away", find
)
