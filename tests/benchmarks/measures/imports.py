"""What each dependency costs a start: what is imported in any, in turn, and what a start is spared."""

import asyncio
import json
import os
import subprocess
from collections.abc import Sequence
from typing import Any

from tests.benchmarks.environments import lean
from tests.benchmarks.measures.measure import Findings, Given, Measure
from tests.benchmarks.table import Column, table

PAID = {
    "asyncio": "asyncio",
    "click": "click",
    "uvloop": "uvloop",
    "sqlite3": "sqlite3",
    "pluggy": "pluggy",
    "orjson, httptools": "orjson, httptools",
    "tomllib, logging, dataclasses": "tomllib, logging, dataclasses",
    "pluggram": "pluggram.cli.root, pluggram.cli.run, pluggram.cli.connecting, pluggram.serve, "
    "pluggram.intake.sources, pluggram.intake.sqlite_inbox, pluggram.storage.sqlite",
    "the plugins that come with it": ", ".join(
        f"pluggram_plugins.{name}" for name in ("postno", "links", "admins", "audit", "health", "metrics", "help")
    ),
}
"""In the order in which they are imported: what several need, the first has paid."""
SPARED = ("pydantic", "httpx", "telegram", "telegram.ext", "importlib.metadata", "platformdirs", "tomlkit", "re2")
"""What some bots or commands import; here on top of all that a start imports."""
COLUMNS = [Column("CPU ms", "cpu", "{:.1f}", 1000), Column("RSS MB", "rss", "{:.1f}")]
CODE = """
import gc, json, sys, time
gc.disable()

def state():
    with open("/proc/self/status") as status:
        [resident] = [line.split()[1] for line in status if line.startswith("VmRSS:")]
    return time.process_time(), int(resident) / 1024

def bought(modules):
    before = state()
    exec(f"import {modules}", {})
    return [after - then for after, then in zip(state(), before)]

print(json.dumps([list(state()), *map(bought, sys.argv[1:])]))
"""


async def find(given: Given) -> Findings:
    """Import all in turn in one process, and each of the spared in one of its own."""
    results: dict[str, list[dict[str, Any]]] = {}
    for number in range(given.rounds + 1):
        bare, *paid = await asyncio.to_thread(_costs, [*PAID.values()])
        figures = dict(zip(["Python", *PAID], [bare, *paid], strict=True))
        for name in SPARED:
            figures[f"not: {name}"] = (await asyncio.to_thread(_costs, [*PAID.values(), name]))[-1]
        for name, (cpu, rss) in figures.items() if number else ():
            results.setdefault(name, []).append({"cpu": cpu, "rss": rss})
    return Findings(table(results, COLUMNS), results)


def _costs(modules: Sequence[str]) -> list[list[float]]:
    """Give processor time and memory of Python itself, and of each import on top of those before it."""
    environ = {"PATH": os.environ["PATH"]}  # whatever else is set, it may keep Python from using compiled files
    done = subprocess.run([lean(), "-c", CODE, *modules], check=True, capture_output=True, env=environ)
    costs: list[list[float]] = json.loads(done.stdout)
    return costs


MEASURE = Measure("imports", "what each dependency costs a start, in CPU and memory", find)
