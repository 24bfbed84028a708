"""Where the processor time of a bot goes while it answers a burst, as py-spy sees it: whoever holds the GIL."""

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from signal import SIGINT

from tests.benchmarks.contenders import Contender
from tests.benchmarks.measures.measure import Given
from tests.benchmarks.stage import running
from tests.benchmarks.table import lines

RATE = 500
"""Samples a second."""
MOST = 45
LINE = re.compile(r"(?P<stack>.+) (?P<count>\d+)")


async def profile(given: Given, contender: Contender) -> str:
    """Name the functions that took most, by themselves and with all that they call, in shares of the whole."""
    seen = given.folder / "stacks"
    async with running(contender, given.folder) as on:
        await on.order("burst", updates=2_000)
        spy = (Path(sys.executable).parent / "py-spy", "record", "--format", "raw", "--output", seen)
        how = ("--rate", str(RATE), "--gil", "--pid", str(on.bot.pid))
        watching = await asyncio.create_subprocess_exec(*spy, *how, stdout=DEVNULL, stderr=DEVNULL)
        said = await on.measured("burst", updates=given.updates)
        watching.send_signal(SIGINT)
        await watching.wait()
    return f"{contender.name}: {said['cpu']:.1f} µs of CPU per update\n\n{_report(seen.read_text().splitlines())}"


def _report(stacks: Iterable[str]) -> str:
    own: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in stacks:
        if found := LINE.fullmatch(line):
            frames = [re.sub(r":\d+\)", ")", frame) for frame in found["stack"].split(";")]
            own[frames[-1]] += int(found["count"])
            total.update(dict.fromkeys(frames, int(found["count"])))
    whole = sum(own.values()) or 1
    parts = {"by itself": own, "with what it calls": total}
    tables = [lines(["%", title], [[f"{100 * n / whole:.1f}", name] for name, n in counts.most_common(MOST)])
              for title, counts in parts.items()]  # fmt: skip
    return "\n\n".join(tables)
