"""What it costs to keep updates on disk: `pluggram run` with delivery = "durable" against "memory".

    python -m tests.benchmarks.durability [rounds] [updates]

Both take turns, each in a process of its own, on the simulator in this one, over HTTP. People in private chats and
groups send commands that look something up, store a link or take a moment; so many of them wait already when the bot
starts. Measured is from the first answer to the last: answers a second, in which the simulator has its part, and the
processor time of the bot alone. One round before the first warms the caches. The figures of one run can be compared,
those of two runs only as ratios.
"""

import argparse
import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.faults.contenders import Contender, ours
from tests.faults.killing import stage

CONTENDERS = {delivery: ours("polling", "sqlite", delivery) for delivery in ("durable", "memory")}
"""The last one is what the others are compared with."""


@dataclass(frozen=True)
class Run:
    """One run. rate: answers a second. cost: the bot's processor time for an answer, in ms."""

    rate: float
    cost: float


async def measure(rounds: int, updates: int) -> dict[str, list[Run]]:
    """Let each have its updates answered so many times, in turns."""
    runs: dict[str, list[Run]] = {name: [] for name in CONTENDERS}
    for number in range(rounds + 1):
        for name, contender in CONTENDERS.items():
            run = await _run(contender, updates)
            if number:
                runs[name].append(run)
    return runs


async def _run(contender: Contender, updates: int) -> Run:
    async with stage(contender, seed=1) as (crowd, place):
        crowd.speak(updates)
        async with contender.running(place) as process:
            assert await crowd.answered(1, 30)
            first, began, used = crowd.hear(), perf_counter(), _used(process.pid)
            assert await crowd.answered(updates, 30)
            seconds, answered = perf_counter() - began, updates - first
            return Run(answered / seconds, 1000 * (_used(process.pid) - used) / answered)


def _used(pid: int) -> float:
    """Read the processor time that a process has taken, in seconds, to the hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(runs: Mapping[str, Sequence[Run]]) -> str:
    """Lay out the medians, and the ratios to the last contender."""
    *_, base = medians = [(name, median(run.rate for run in all_), median(run.cost for run in all_))
                          for name, all_ in runs.items()]  # fmt: skip
    lines = [f"{'':10}{'answers/s':>11}{'ratio':>8}{'CPU ms each':>13}{'ratio':>8}"]
    for name, rate, cost in medians:
        lines.append(f"{name:10}{rate:11.0f}{rate / base[1]:8.2f}{cost:13.2f}{cost / base[2]:8.2f}")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.durability")
    parser.add_argument("rounds", type=int, nargs="?", default=7)
    parser.add_argument("updates", type=int, nargs="?", default=2000)
    given = parser.parse_args()
    print(report(asyncio.run(measure(given.rounds, given.updates))))
