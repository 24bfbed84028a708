"""What a read and a write cost on each backend, with the 9,000 links of a large bot in it."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from pluggram.storage import Json, Storage, Store, open_backend

LINKS: dict[str, Json] = {f"{number:04}": f"https://example.org/post/{number}" for number in range(9000)}
TIMES = 100


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(params=["memory:", "json:data", "sqlite:bot.db"])
def store(request: pytest.FixtureRequest, tmp_path: Path, runner: asyncio.Runner) -> Iterator[Store]:
    storage = Storage()

    async def prepare() -> Store:
        storage.attach(await open_backend(request.param, tmp_path))
        await storage.store("links").put_many(LINKS)
        return storage.store("links")

    yield runner.run(prepare())
    runner.run(storage.close())


def measure(benchmark: BenchmarkFixture, runner: asyncio.Runner, verb: Callable[[], Any], times: int = TIMES) -> None:
    """Report the time of `times` calls, one after the other."""

    async def repeat() -> object:
        last = None
        for _ in range(times):
            last = await verb()
        return last

    assert benchmark(lambda: runner.run(repeat()))


def test_100_reads(benchmark: BenchmarkFixture, runner: asyncio.Runner, store: Store) -> None:
    measure(benchmark, runner, lambda: store.get("0042"))


def test_10_pages_of_20(benchmark: BenchmarkFixture, runner: asyncio.Runner, store: Store) -> None:
    measure(benchmark, runner, lambda: store.items("00", after="0042", limit=20), times=10)


def test_one_write(benchmark: BenchmarkFixture, runner: asyncio.Runner, store: Store) -> None:
    measure(benchmark, runner, lambda: store.update("n", lambda n: (n or 0) + 1), times=1)


def test_100_writes_at_once(benchmark: BenchmarkFixture, runner: asyncio.Runner, store: Store) -> None:
    async def write_all() -> object:
        return await asyncio.gather(*(store.update("n", lambda n: (n or 0) + 1) for _ in range(100)))

    measure(benchmark, runner, write_all, times=1)
