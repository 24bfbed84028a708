"""What the metrics cost each request: the whole way of an update with and without them, and their own part alone."""

import asyncio
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.handlers import handler
from pluggram.hooks import Handled
from pluggram.request import Request
from pluggram_plugins.metrics.recorder import Recorder

TIMES = 100
NUMBERS = count()


def message() -> dict[str, Any]:
    """Give a new message: 500 people ask for 200 posts."""
    number = next(NUMBERS)
    sender = {"id": 1_000_000 + number % 500, "is_bot": False, "first_name": "Ann"}
    body = {"message_id": number, "date": 0, "chat": {"id": sender["id"], "type": "private"}, "from": sender}
    return {"update_id": number, "message": body | {"text": f"/postno{number % 200:04}"}}


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.parametrize("tables", ["", "[plugins.health]\n[plugins.metrics]\n"], ids=["without", "with metrics"])
def test_100_updates(benchmark: BenchmarkFixture, runner: asyncio.Runner, tmp_path: Path, tables: str) -> None:
    benchmark.group = "bench: 100 updates from the door to the answer"
    path = tmp_path / "bot.toml"
    path.write_text(f'[bot]\nname = "x"\n[storage]\nurl = "memory:"\n[plugins.postno]\n{tables}')
    bot = Bot(load(path, {}))
    serving = bot.serving()
    runner.run(serving.__aenter__())

    async def feed() -> object:
        return [await bot.feed(message()) for _ in range(TIMES)][-1]

    assert benchmark(lambda: runner.run(feed()))
    runner.run(serving.__aexit__(None, None, None))


def test_note_100_requests(benchmark: BenchmarkFixture) -> None:
    benchmark.group = "bench: 100 updates from the door to the answer"
    recorder = Recorder(time.time)
    postno = handler(r"/postno(?P<n>[0-9]{4})", lambda request, n: n, family="/postno<number>")
    events = []
    for _ in range(1000):
        request = Request.from_update(message())
        assert request is not None
        events.append(Handled("postno", postno, request, "answered", 0.0001 * (1 + next(NUMBERS) % 50)))
    turns = count()

    def note() -> None:
        start = TIMES * (next(turns) % 10)
        for event in events[start : start + TIMES]:
            recorder.add(event)
        recorder.look()

    benchmark(note)
    assert recorder.rows.all()[0].times.count >= TIMES
