"""What the bots of all contenders do in a handler: take a while, and note when each run begins and ends.

The foreign bots import it in an environment of their own, so it needs nothing but Python.
"""

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zlib import crc32

JOURNAL = "FAULTS_JOURNAL"
"""The environment variable that names the journal."""

DIGITS = 6
SHORTEST, LONGEST = 0.005, 0.15
"""Seconds that the handler of /work takes."""
NAP = 0.4
"""Seconds that the handler of /nap takes."""

_NUMBER = re.compile(rf"[0-9]{{{DIGITS}}}")


def number_in(text: str) -> str:
    """Give the first number of a command or an answer; empty when it has none."""
    found = _NUMBER.search(text)
    return found[0] if found else ""


async def work(number: str) -> None:
    """Take a while: for the same number always the same."""
    await take(SHORTEST + (LONGEST - SHORTEST) * (crc32(number.encode()) % 1000) / 1000)


async def take(seconds: float) -> None:
    """Let time pass."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


class Journal:
    """An append-only file: `+000042` when a handler begins on number 42, `-000042` when it has ended.

    Each line is one write of the kernel's, so what stands there happened, whatever becomes of the process.
    """

    def __init__(self) -> None:
        self._file = os.open(os.environ[JOURNAL], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def begin(self, number: str) -> None:
        """Note that a handler begins."""
        os.write(self._file, f"+{number}\n".encode())

    def end(self, number: str) -> None:
        """Note that a handler has ended."""
        os.write(self._file, f"-{number}\n".encode())

    @contextmanager
    def run(self, number: str) -> Iterator[None]:
        """Note both."""
        self.begin(number)
        yield
        self.end(number)
