"""How long a bot takes to its first getUpdates, and how much memory it has then: ours against bare python-telegram-bot.

    python -m tests.benchmarks.cold_start [rounds] [python]

Ours is `pluggram run` with the shipped bot.toml, all its plugins, and 10,000 links in SQLite; theirs is an
`Application` without a handler. They take turns, each in a process of its own, on the simulator in this one. One round
before the first warms the caches. `python` is the interpreter that both start in, this one unless it is given: what
else is installed beside it counts, for httpx imports rich where there is one. The figures of one run can be compared,
those of two runs only as ratios.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from pluggram.simulator import Telegram
from pluggram.simulator.http import serve

ROOT = Path(__file__).parents[2]
LINKS = 10_000
BARE = """
import os
from telegram.ext import Application
Application.builder().token(os.environ["BOT_TOKEN"]).base_url(os.environ["URL"] + "/bot").build().run_polling()
"""
CONTENDERS = {"pluggram": ("-m", "pluggram", "run"), "python-telegram-bot": ("-c", BARE)}


@dataclass(frozen=True)
class Start:
    """One start, at its first getUpdates."""

    seconds: float
    megabytes: float


async def measure(rounds: int, python: str) -> dict[str, list[Start]]:
    """Start each contender so many times, in turns."""
    starts: dict[str, list[Start]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder:
        environ = await _prepared(Path(folder), python)
        for number in range(rounds + 1):
            for name, arguments in CONTENDERS.items():
                start = await _start((python, *arguments), environ)
                if number:
                    starts[name].append(start)
    return starts


async def _start(command: Sequence[str], environ: Mapping[str, str]) -> Start:
    telegram = Telegram()
    account = telegram.bot("postbot")
    async with serve(telegram) as url:
        where = {"BOT_TOKEN": account.token, "URL": url, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        began = perf_counter()
        process = await asyncio.create_subprocess_exec(*command, env={**environ, **where}, cwd=ROOT)
        try:
            await telegram.until(lambda: account.updates.polled, seconds=30)
            return Start(perf_counter() - began, _resident(process.pid))
        finally:
            process.terminate()
            await process.wait()


async def _prepared(folder: Path, python: str) -> Mapping[str, str]:
    """Make a data folder with the links in it, and give the environment that names it."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PLUGGRAM_DATA_DIR": str(folder / "data"),
               "PLUGGRAM_CONFIG": str(ROOT / "bot.toml"), "PLUGGRAM__LOG__LEVEL": "warning"}  # fmt: skip
    links = folder / "links.json"
    links.write_text(json.dumps({f"{number:04}": f"https://example.org/{number}" for number in range(LINKS)}))
    importing = ("-m", "pluggram", "links", "import", str(links), "--apply")
    process = await asyncio.create_subprocess_exec(
        python, *importing, env=environ, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    return environ


def _resident(pid: int) -> float:
    """Read the resident memory of a process, in MB."""
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


def report(starts: Mapping[str, Sequence[Start]]) -> str:
    """Lay out the medians, and the ratios to the last contender."""
    *_, base = medians = [(name, median(s.seconds for s in all_), median(s.megabytes for s in all_))
                          for name, all_ in starts.items()]  # fmt: skip
    lines = [f"{'':22}{'ms':>8}{'ratio':>8}{'MB':>8}{'ratio':>8}"]
    for name, seconds, megabytes in medians:
        lines.append(
            f"{name:22}{1000 * seconds:8.0f}{seconds / base[1]:8.2f}{megabytes:8.1f}{megabytes / base[2]:8.2f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cold_start")
    parser.add_argument("rounds", type=int, nargs="?", default=7)
    parser.add_argument("python", nargs="?", default=sys.executable)
    given = parser.parse_args()
    print(report(asyncio.run(measure(given.rounds, given.python))))
