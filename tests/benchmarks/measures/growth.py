"""What it costs our bot to have more: patterns, links, chats, plugins."""

from dataclasses import dataclass, replace
from typing import Any

from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures.bots import burst
from tests.benchmarks.measures.measure import Findings, Given, Measure, Rounds
from tests.benchmarks.pluggram_bots import BUILT_IN, pluggram
from tests.benchmarks.table import FAULTS, Column, table

FILLER = """
[plugins.filler_{number}_{count}]
use = "tests.benchmarks.plugins.patterns:Patterns"
"""
COLUMNS = [
    Column("CPU µs/update", "cpu", "{:,.1f}"),
    Column("x {first}", "cpu", "{:.2f}", ratio=True),
    Column("start ms", "start", "{:.0f}", 1000),
    Column("x {first}", "start", "{:.2f}", ratio=True),
    Column("RSS MB", "rss", "{:.1f}"),
    Column("x {first}", "rss", "{:.2f}", ratio=True),
]


@dataclass(frozen=True)
class Step:
    """One size of one thing."""

    contender: Contender
    posts: int = 10_000
    chats: int = 500


def steps() -> dict[str, list[Step]]:
    """Give the sizes of each thing, the smallest first."""
    return {
        "patterns": [Step(_filled(f"patterns-{n}", 1, n)) for n in (10, 100, 1_000, 10_000)],
        "links": [Step(pluggram("durable", name=f"links-{n}"), posts=n) for n in (10_000, 1_000_000)],
        "chats": [Step(pluggram("durable", name=f"chats-{n}"), chats=n) for n in (1, 10, 100, 1_000, 10_000)],
        "plugins": [Step(_alone("plugins-1")), *(Step(_filled(f"plugins-{n + BUILT_IN}", n, 5)) for n in (0, 13))],
    }


async def find(given: Given) -> Findings:
    """Measure the sizes of each thing against its smallest; all with durable delivery and SQLite."""
    parts: list[str] = []
    found: dict[str, Rounds] = {}
    every = {step.contender.name: step for sizes in steps().values() for step in sizes}
    for sizes in steps().values():
        chosen = [step.contender for step in sizes if given.is_meant(step.contender)]
        if chosen:
            results = await given.in_turns(chosen, lambda one: _grown(given, every[one.name]))
            parts.append(table(results, COLUMNS, FAULTS))
            found |= results
    return Findings("\n\n".join(parts), found)


async def _grown(given: Given, step: Step) -> dict[str, Any]:
    return await burst(given, step.contender, posts=step.posts, chats=step.chats)


def _filled(name: str, plugins: int, patterns: int) -> Contender:
    """Give a bot with so many more plugins of so many patterns each."""
    tables = "".join(FILLER.format(number=n, count=patterns) for n in range(plugins))
    return pluggram("durable", name=name, tables=tables)


def _alone(name: str) -> Contender:
    """Give a bot whose one plugin is postno."""
    bot = pluggram("durable", name=name)
    others = ("links", "admins", "audit", "health", "metrics", "help")
    return replace(bot, more={**bot.more, **{f"PLUGGRAM__PLUGINS__{one.upper()}__ENABLED": "false" for one in others}})


MEASURE = Measure("growth", "what more patterns, links, chats and plugins cost our bot", find)
