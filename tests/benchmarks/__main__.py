"""Measure bots, ours and others, at the same work.

    uv run --group bench python -m tests.benchmarks bots [--only limit,pluggram-memory] [--rounds 3] [--updates 20000]

The names in --only choose all contenders that begin so: `pluggram` are all of ours, `pluggram-durable-sqlite` and
`pluggram-durable-sqlite-webhook` two. Compare what stands in one table, as ratios; processor time is steadier than
answers a second, which count little when the API is busy more than 80 % of the time. All faults must be 0.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks import bursts
from tests.benchmarks.contenders import ROOT, chosen


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    orders = parser.add_subparsers(required=True)
    bots = orders.add_parser("bots", help="CPU per update, updates a second, memory and start of each")
    bots.add_argument("--only", default="", help="names of contenders, or what they begin with, with commas")
    bots.add_argument("--rounds", type=int, default=5)
    bots.add_argument("--updates", type=int, default=20_000)
    given = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        results = asyncio.run(bursts.bursts(chosen(given.only), Path(folder), given.rounds, given.updates))
    print(bursts.report(results))


main()
