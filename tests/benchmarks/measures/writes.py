"""What a durable write costs: pluggram's storage in SQLite against aiosqlite, with full synchronisation.

So many callers write at the same time, each his own value over and over, and each waits until his is on disk; then all
values are read back. Both use the same table, WAL and `synchronous = FULL`, on uvloop where it is installed. Against
aiosqlite in three ways:

- `a transaction each`: one connection, and a lock around each write. Only so does a commit hold what its caller wrote
  and nothing of others, which is what pluggram promises.
- `commits by chance`: one connection without a lock, whose statements and commits mix. It is right only while a write
  is one statement and none ever fails: a rollback would take back what others wrote.
- `a connection each`: opened for each write, as the first example of its documentation does.
"""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import aiosqlite

from pluggram.storage import Storage, open_backend
from tests.benchmarks.measures.measure import Findings, Given, Measure
from tests.benchmarks.table import Column, table

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


async def find(given: Given) -> Findings:
    """Let each write in turns; one round before the first warms up."""
    results: dict[str, list[Mapping[str, Any]]] = {name: [] for name in CONTENDERS}
    for number in range(given.rounds + 1):
        for name, (opened, callers) in CONTENDERS.items():
            times = max(1, given.updates // 4_000) * (1 if callers > 1 else 10)
            run = await asyncio.to_thread(_apart, opened, given.folder, callers, times)
            if number:
                results[name].append(run)
    return Findings(table(results, COLUMNS, ["lost"]), results)


def _apart(opened: Opened, folder: Path, callers: int, times: int) -> Mapping[str, float]:
    """Write on a loop that has nothing else to do."""
    with tempfile.TemporaryDirectory(dir=folder) as here, asyncio.Runner(loop_factory=_loop()) as runner:
        return runner.run(_run(opened, Path(here), callers, times))


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


COLUMNS = [
    Column("µs a write", "seconds", "{:.0f}", 1e6),
    Column("x {first}", "seconds", "{:.1f}", ratio=True),
    Column("CPU µs", "cpu", "{:.1f}", 1e6),
    Column("x {first}", "cpu", "{:.1f}", ratio=True),
]
MEASURE = Measure("writes", "time and CPU of a durable write to SQLite, against aiosqlite", find)
