"""Measure bots, ours and others, at the same work.

    uv run --group bench python -m tests.benchmarks bots [--only limit,pluggram-memory] [--rounds 3] [--updates 20000]
    uv run --group bench python -m tests.benchmarks profile --only pluggram-durable-sqlite
    uv run --group bench python -m tests.benchmarks all

The names in --only choose all contenders that begin so: `pluggram` are all of ours, `pluggram-durable-sqlite` and
`pluggram-durable-sqlite-webhook` two. Compare what stands in one table, as ratios; processor time is steadier than
answers a second, which count little when the API is busy more than 80 % of the time. All faults must be 0.

`all` runs all measures, one after the other, and says which targets were reached. `profile` says by py-spy where the
time of one bot goes. Everything that bots need is installed when it is missing.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks import page, targets
from tests.benchmarks.environments import ROOT
from tests.benchmarks.machine import machine
from tests.benchmarks.measures import bots, closed, growth, imports, latency, start, tls, version, watching, writes
from tests.benchmarks.measures.measure import Given, Results, everybody
from tests.benchmarks.profile import profile

MODULES = (bots, latency, closed, start, growth, writes, tls, watching, version, imports)
MEASURES = {module.MEASURE.name: module.MEASURE for module in MODULES}
OTHERS = {
    "all": "all of them, and which targets they reach",
    "profile": "where the processor time of the first bot of --only goes, by py-spy",
}


def main() -> None:
    """Measure what the command line names, and print it."""
    order = _parser().parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        given = Given(Path(folder), order.rounds, order.updates, tuple(filter(None, order.only.split(","))))
        asyncio.run(_run(order, given))


async def _run(order: argparse.Namespace, given: Given) -> None:
    if order.order == "profile":
        print(await profile(given, given.chosen(everybody())[0]))
    elif order.order == "all":
        await _all(given, order.write)
    else:
        findings = await MEASURES[order.order].find(given)
        print(f"{findings.text}\n\n{targets.report({order.order: findings.results})}")


async def _all(given: Given, writes: bool) -> None:
    parts = [f"{machine(given.folder)}; {given.rounds} rounds."]
    found: dict[str, Results] = {}
    for measure in MEASURES.values():
        findings = await measure.find(given)
        found[measure.name] = findings.results
        parts.append(f"### {measure.title}\n\n{findings.text}")
        print(f"{parts[-1]}\n", flush=True)
    parts.insert(1, f"### Targets\n\n{targets.report(found)}")
    print(f"{parts[1]}\n\n{parts[0]}")
    if writes:
        page.write(parts)


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__, formatter_class=raw)
    orders = parser.add_subparsers(dest="order", required=True, metavar="ORDER")
    for name, about in ({measure.name: measure.about for measure in MEASURES.values()} | OTHERS).items():
        one = orders.add_parser(name, help=about)
        one.add_argument("--only", default="", help="names of contenders, or what they begin with, with commas between")
        one.add_argument("--rounds", type=int, default=5, help="how often each has its turn (5)")
        one.add_argument("--updates", type=int, default=20_000, help="in each round (20000); slow bots get fewer")
    orders.choices["all"].add_argument("--write", action="store_true", help="put the figures into the documentation")
    return parser


if __name__ == "__main__":
    main()
