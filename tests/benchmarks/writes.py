"""What a durable write costs: pluggram's storage in SQLite against aiosqlite, with full synchronisation.

    python -m tests.benchmarks.writes [rounds] [times]

So many callers write at the same time, each his own value over and over, and each waits until his is on disk; then all
values are read back. Both use the same table, WAL and `synchronous = FULL`, on uvloop where it is installed. Against
aiosqlite in three ways:

- `a transaction each`: one connection, and a lock around each write. Only so does a commit hold what its caller wrote
  and nothing of others, which is what pluggram promises.
- `commits by chance`: one connection without a lock, whose statements and commits mix. It is right only while a write
  is one statement and none ever fails: a rollback would take back what others wrote.
- `a connection each`: opened for each write, as the first example of its documentation does.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import aiosqlite

from pluggram.storage import Storage, open_backend
from tests.benchmarks.table import Column, ratio, table

Write = Callable[[str, int], Awaitable[object]]
Opened = Callable[[Path], AbstractAsyncContextManager[Write]]

_TABLE = """CREATE TABLE entries (namespace TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (namespace, key)) WITHOUT ROWID"""
_PUT = "INSERT INTO entries VALUES ('n', ?, ?) ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value"


@asynccontextmanager
async def pluggram(folder: Path) -> AsyncIterator[Write]:
    """Write by `Store.put`."""
    storage = Storage()
    storage.attach(await open_backend("sqlite:bot.db", folder))
    store = storage.store("n")

    async def write(key: str, number: int) -> None:
        await store.put(key, {"n": number})

    yield write
    await storage.close()


@asynccontextmanager
async def shared(folder: Path, *, locked: bool) -> AsyncIterator[Write]:
    """Write by one connection of aiosqlite. locked: whether each write is a transaction of its own."""
    lock = asyncio.Lock() if locked else None
    async with aiosqlite.connect(folder / "bot.db") as connection:
        await _prepare(connection)

        async def write(key: str, number: int) -> None:
            if lock is None:
                await _put(connection, key, number)
                return
            async with lock:
                await _put(connection, key, number)

        yield write


@asynccontextmanager
async def connecting(folder: Path) -> AsyncIterator[Write]:
    """Write by connections of aiosqlite that are opened for it."""
    async with aiosqlite.connect(folder / "bot.db") as connection:
        await _prepare(connection)

    async def write(key: str, number: int) -> None:
        async with aiosqlite.connect(folder / "bot.db", timeout=60) as connection:
            await _put(connection, key, number)

    yield write


async def _prepare(connection: aiosqlite.Connection) -> None:
    for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", _TABLE):
        await connection.execute(statement)
    await connection.commit()


async def _put(connection: aiosqlite.Connection, key: str, number: int) -> None:
    await connection.execute(_PUT, (key, json.dumps({"n": number})))
    await connection.commit()


CONTENDERS: Mapping[str, tuple[Opened, int]] = {
    "pluggram, 64 callers": (pluggram, 64),
    "aiosqlite, a transaction each, 64": (partial(shared, locked=True), 64),
    "aiosqlite, commits by chance, 64": (partial(shared, locked=False), 64),
    "aiosqlite, a connection each, 64": (connecting, 64),
    "pluggram, 1 caller": (pluggram, 1),
    "aiosqlite, 1 caller": (partial(shared, locked=True), 1),
}
"""How each writes, and for how many callers at a time. The first one is what the others are compared with."""


def measure(rounds: int, times: int) -> dict[str, list[Mapping[str, float]]]:
    """Let each contender write so many times for each caller, in turns; one round before the first warms up."""
    runs: dict[str, list[Mapping[str, float]]] = {name: [] for name in CONTENDERS}
    for number in range(rounds + 1):
        for name, (opened, callers) in CONTENDERS.items():
            with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=_loop()) as runner:
                run = runner.run(_run(opened, Path(folder), callers, times if callers > 1 else 10 * times))
            if number:
                runs[name].append(run)
    return runs


def _loop() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


async def _run(opened: Opened, folder: Path, callers: int, times: int) -> Mapping[str, float]:
    async with opened(folder) as write:

        async def call(key: str) -> None:
            for number in range(times):
                await write(key, number)

        began, used = perf_counter(), process_time()
        await asyncio.gather(*(call(f"{caller:02}") for caller in range(callers)))
        writes = callers * times
        run = {"seconds": (perf_counter() - began) / writes, "cpu": (process_time() - used) / writes}
    async with aiosqlite.connect(folder / "bot.db") as connection:
        found = await connection.execute_fetchall("SELECT json_extract(value, '$.n') FROM entries")
    return {**run, "lost": callers - sum(row[0] == times - 1 for row in found)}


def report(runs: Mapping[str, Sequence[Mapping[str, float]]]) -> str:
    """Lay out the medians with their spread, and the ratios to the first."""
    columns = [Column("us a write", "seconds", "{:.0f}", 1e6), Column("CPU us", "cpu", "{:.1f}", 1e6)]
    return table(runs, columns, [ratio("time x", "seconds"), ratio("CPU x", "cpu")], ["lost"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.writes")
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    parser.add_argument("times", type=int, nargs="?", default=5)
    given = parser.parse_args()
    sys.stdout.write(report(measure(given.rounds, given.times)) + "\n")
