"""Measure bots, ours and others, at the same work.

    uv run --group bench python -m tests.benchmarks bots [--only limit,pluggram-memory] [--rounds 3] [--updates 20000]
    uv run --group bench python -m tests.benchmarks profile --only pluggram-durable-sqlite

The names in --only choose all contenders that begin so: `pluggram` are all of ours, `pluggram-durable-sqlite` and
`pluggram-durable-sqlite-webhook` two. Compare what stands in one table, as ratios; processor time is steadier than
answers a second, which count little when the API is busy more than 80 % of the time. All faults must be 0.

`profile` says by py-spy where the time of one bot goes. Everything that bots need is installed when it is missing.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks.environments import ROOT
from tests.benchmarks.measures import bots, writes
from tests.benchmarks.measures.measure import Given, everybody
from tests.benchmarks.profile import profile

MEASURES = {measure.name: measure for measure in (bots.MEASURE, writes.MEASURE)}


def main() -> None:
    """Measure what the command line names, and print it."""
    parser = _parser()
    order = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        given = Given(Path(folder), order.rounds, order.updates, tuple(filter(None, order.only.split(","))))
        print(asyncio.run(_run(order.order, given)))


async def _run(order: str, given: Given) -> str:
    if order == "profile":
        return await profile(given, given.chosen(everybody())[0])
    return (await MEASURES[order].find(given)).text


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__, formatter_class=raw)
    orders = parser.add_subparsers(dest="order", required=True, metavar="ORDER")
    profiling = {"profile": "where the processor time of the first bot of --only goes, by py-spy"}
    for name, about in ({measure.name: measure.about for measure in MEASURES.values()} | profiling).items():
        one = orders.add_parser(name, help=about)
        one.add_argument("--only", default="", help="names of contenders, or what they begin with, with commas between")
        one.add_argument("--rounds", type=int, default=5, help="how often each has its turn (5)")
        one.add_argument("--updates", type=int, default=20_000, help="in each round (20000); slow bots get fewer")
    return parser


main()
