"""How long the shell waits for `pluggram --version`, against Python that does nothing."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen
from time import perf_counter
from typing import Any

from tests.benchmarks.environments import lean
from tests.benchmarks.measures.measure import Findings, Given, Measure
from tests.benchmarks.table import Column, table

TIMES = 3
"""How often each has its turn in a round; the quickest counts, for what disturbs only adds."""
COLUMNS = [
    Column("ms", "seconds", "{:.1f}", 1000),
    Column("x {first}", "seconds", "{:.2f}", ratio=True),
    Column("CPU ms", "cpu", "{:.1f}", 1000),
    Column("x {first}", "cpu", "{:.2f}", ratio=True),
]


async def find(given: Given) -> Findings:
    """Run both in turns."""
    python = lean()
    commands = {
        "python -c pass": (python, "-c", "pass"),
        "pluggram --version": (str(Path(python).parent / "pluggram"), "--version"),
    }
    results: dict[str, list[Mapping[str, Any]]] = {name: [] for name in commands}
    for _ in range(given.rounds):
        runs = [
            {name: await asyncio.to_thread(_run, command) for name, command in commands.items()} for _ in range(TIMES)
        ]
        for name in commands:
            results[name].append({key: min(run[name][key] for run in runs) for key in ("seconds", "cpu")})
    return Findings(table(results, COLUMNS), results)


def _run(command: Sequence[str]) -> Mapping[str, float]:
    began = perf_counter()
    with Popen(command, stdout=DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return {"seconds": perf_counter() - began, "cpu": used.ru_utime + used.ru_stime}


MEASURE = Measure("version", "how long pluggram --version takes, against python -c pass", find)
