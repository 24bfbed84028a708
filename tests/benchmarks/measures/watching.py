"""What it costs our bot to be watched: by metrics and by logs."""

from dataclasses import replace

from tests.benchmarks.measures.bots import COLUMNS, burst
from tests.benchmarks.measures.measure import Findings, Given, Measure
from tests.benchmarks.pluggram_bots import Pluggram, pluggram
from tests.benchmarks.table import FAULTS, table

WAYS = {
    "as-shipped": {},
    "no-metrics": {"PLUGGRAM__PLUGINS__METRICS__ENABLED": "false", "PLUGGRAM__PLUGINS__HEALTH__ENABLED": "false"},
    "log-error": {"PLUGGRAM__LOG__LEVEL": "error"},
    "log-debug": {"PLUGGRAM__LOG__LEVEL": "debug"},
}
"""What the environment says besides; the first one is what the others are compared with."""


async def find(given: Given) -> Findings:
    """Compare each way with what is shipped, which has metrics and logs at `info`."""
    among = [_watched(name) for name in WAYS]
    results = await given.in_turns(among, lambda contender: burst(given, contender))
    return Findings(table(results, COLUMNS, FAULTS), results)


def _watched(name: str) -> Pluggram:
    bot = pluggram("durable", name=name)
    return replace(bot, more={**bot.more, **WAYS[name]})


MEASURE = Measure("watching", "what metrics and logs cost our bot", find)
