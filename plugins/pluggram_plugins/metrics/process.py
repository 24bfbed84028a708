"""Process: what the bot takes of the machine."""

import gc
import os
import time
from pathlib import Path

TICK = 1.0
"""Seconds between two looks at the process."""

_STATM = Path("/proc/self/statm")
_WINDOW = 60.0


class Process:
    """Looks at the process it is in; `tick` is to be called every TICK seconds."""

    def __init__(self) -> None:
        self._marks = [_mark(), _mark()]

    def tick(self) -> None:
        """Take note of what was used so far."""
        if time.monotonic() - self._marks[1][0] >= _WINDOW:
            self._marks = [self._marks[1], _mark()]

    @property
    def cpu(self) -> float:
        """The share of one processor that was used lately: in the last minute or two, 1.0 for all of it."""
        (then, used), (now, uses) = self._marks[0], _mark()
        return (uses - used) / (now - then) if now > then else 0.0

    @property
    def memory(self) -> int | None:
        """Bytes of memory that the process holds; None where the system does not say (it does on Linux)."""
        try:
            return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            return None

    @property
    def collections(self) -> tuple[int, ...]:
        """How often Python's garbage was collected, by generation, the youngest first."""
        return tuple(generation["collections"] for generation in gc.get_stats())


def _mark() -> tuple[float, float]:
    return time.monotonic(), time.process_time()
