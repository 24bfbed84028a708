"""How much processor time an update takes, and how many a bot answers in a second, when many wait."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.contenders import Contender
from tests.benchmarks.stage import running
from tests.benchmarks.table import Column, ratio, table

WARM_UP = 2_000
COLUMNS = [
    Column("CPU us/update", "cpu", "{:,.1f}"),
    Column("updates/s", "rate", "{:,.0f}"),
    Column("RSS MB", "rss", "{:.0f}"),
    Column("start ms", "start", "{:.0f}", 1000),
    Column("API busy %", "busy", "{:.0f}", 100),
]
FAULTS = ("wrong", "missing", "doubled", "disordered")

Results = dict[str, list[dict[str, Any]]]


async def burst(contender: Contender, folder: Path, updates: int, chats: int = 500) -> dict[str, Any]:
    """Let one bot answer so many updates that wait at once, after it has warmed up."""
    async with running(contender, folder, chats=chats) as stage:
        await stage.order("burst", updates=min(updates, WARM_UP))
        said = await stage.measured("burst", updates=updates)
        return said | {"rate": said["right"] / said["seconds"]}


async def bursts(contenders: Sequence[Contender], folder: Path, rounds: int, updates: int) -> Results:
    """Let each do so in turns, so many rounds after one that is not counted."""
    results: Results = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            results[contender.name].append(await burst(contender, folder, updates))
    return results


def report(results: Results) -> str:
    """Lay out the medians with their spread, the ratios to the first one, and what went wrong."""
    return table(results, COLUMNS, [ratio("x " + next(iter(results)), "cpu")], FAULTS)
