"""A real process that moves values between namespaces, puts and deletes, killed at random moments: nothing tears."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pluggram.storage import open_backend

KILLS = 20

WRITER = """
import asyncio, random, signal, sys
from pathlib import Path
from pluggram.storage import open_backend

def move(old):
    a, b = old["a"], old["b"]
    last = max(a["last"], b["last"]) + 1
    return {"a": {"n": a["n"] - 1, "last": last, f"log{last % 5}": last % 2 or None},
            "b": {"n": b["n"] + 1, "last": last, "flag": not b["flag"]}}

async def moves(backend):
    while True:
        _, new = await backend.update_together({"a": ["n", "last"], "b": ["n", "last", "flag"]}, move)
        print("moved", new["a"]["last"], flush=True)

async def puts(backend, name):
    number = await backend.get(name, "put") or 0
    while True:
        number += 1
        await backend.put(name, "put", number)
        print(name, number, flush=True)
        await (backend.delete(name, "other") if random.random() < 0.5 else backend.put_many(name, {"other": 1, "x": 2}))

async def main():
    async with await open_backend(sys.argv[1], Path(sys.argv[2])) as backend:
        signal.setitimer(signal.ITIMER_REAL, float(sys.argv[3]))  # nobody handles SIGALRM, so it kills at once
        await asyncio.gather(moves(backend), moves(backend), puts(backend, "a"), puts(backend, "b"))

asyncio.run(main())
"""


async def begin(url: str, folder: Path) -> None:
    async with await open_backend(url, folder) as backend:
        await backend.put_many("a", {"n": 1_000_000, "last": 0})
        await backend.put_many("b", {"n": 0, "last": 0, "flag": False})


def written_until_killed(url: str, folder: Path, seconds: float) -> dict[str, int]:
    """Return the last number of each kind that the writer was told is stored, before it was killed."""
    command = [sys.executable, "-c", WRITER, url, str(folder), str(seconds)]
    writer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (writer.returncode, writer.stderr) == (-signal.SIGALRM, "")
    told = [line.split() for line in writer.stdout.splitlines(keepends=True) if line.endswith("\n")]
    return {kind: int(number) for kind, number in told}


@pytest.mark.parametrize("url", ["json:data", "sqlite:bot.db"])
async def test_what_was_written_together_stands_together_and_what_was_told_is_kept(url: str, tmp_path: Path) -> None:
    await begin(url, tmp_path)
    chance = random.Random(url)
    for _ in range(KILLS):
        told = written_until_killed(url, tmp_path, chance.uniform(0.001, 0.05))
        async with await open_backend(url, tmp_path) as backend:
            a, b = dict(await backend.items("a")), dict(await backend.items("b"))
            assert not backend.notices
        assert (a["n"], b["n"]) == (1_000_000 - int(str(b["n"])), a["last"])
        assert (a["last"], b["flag"]) == (b["last"], int(str(b["last"])) % 2 == 1)
        found = {"moved": a["last"], "a": a.get("put"), "b": b.get("put")}
        for kind, number in told.items():
            assert number <= int(str(found[kind])) <= number + 2, (kind, number, found)
