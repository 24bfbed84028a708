"""What a process has used, and where it may run."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.work import take

SPAN, QUIET = 0.1, 0.002
"""A process that takes less than so many seconds of processor time in such a span is at rest."""


def used(pid: int) -> float:
    """Read the processor time, user and system, that a process and its children have taken, in seconds."""
    return sum(time.clock_gettime((~each << 3) | 2) for each in family(pid))


def family(pid: int) -> list[int]:
    """Name a process and those that it has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *(each for child in children.read_text().split() for each in family(int(child)))]


def resident(pid: int) -> float:
    """Read the memory that a process and its children have, in MB."""
    return sum(_resident(each) for each in family(pid))


def _resident(pid: int) -> float:
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


async def rest(pid: int, patience: float = 3) -> float:
    """Wait until a process has nothing more to do, and read its processor time."""
    before, until = used(pid), time.monotonic() + patience
    while time.monotonic() < until:
        await take(SPAN)
        now = used(pid)
        if now - before < QUIET:
            return now
        before = now
    return before


@contextmanager
def pinned(cpu: int) -> Iterator[None]:
    """Let what is started meanwhile run on one processor, if there are two."""
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(cpus)[cpu % len(cpus)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cpus)
