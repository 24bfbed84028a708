"""What the way through the intake costs, from a batch to `done`; 2,000 updates, which arrive in batches of 100.

Once each batch finds room in memory, and once so many wait on disk already that all are read from there.

The worker answers at once, and its answers are sent a turn of the loop later, all that wait together, as a busy
connection does.
"""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from pluggram.intake import Intake, MemoryInbox, Row
from pluggram.intake.sqlite_inbox import SqliteInbox
from pluggram.reply import Reply

pytestmark = pytest.mark.benchmark(timer=process_time)

UPDATES, BATCH = 2_000, 100
IN_FLIGHT = 256


class Worker:
    """Answers with a link, and delivers nowhere."""

    def __init__(self) -> None:
        self._pending: list[asyncio.Future[None]] = []

    async def answer(self, row: Row) -> Reply | None:
        return Reply(f"https://example.org/post/{row.seq}")

    async def deliver(self, row: Row, sent: Callable[[int], None]) -> None:
        loop = asyncio.get_running_loop()
        if not self._pending:
            loop.call_soon(self._arrive)
        self._pending.append(loop.create_future())
        await self._pending[-1]
        sent(1)

    def _arrive(self) -> None:
        pending, self._pending = self._pending, []
        for each in pending:
            each.set_result(None)

    async def is_open(self) -> bool:
        return True


def message(number: int, chat: int) -> dict[str, Any]:
    person = {"id": chat, "first_name": "Ann", "username": f"ann{chat}"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "from": person | {"is_bot": False, "language_code": "en"},
            "chat": person | {"type": "private"},
            "date": 1_764_000_000,
            "text": f"/postno{number % 10_000:04}",
            "entities": [{"offset": 0, "length": 11, "type": "bot_command"}],
        },
    }


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.parametrize("chats", [1, 1_000, 10_000])
@pytest.mark.parametrize("delivery", ["memory", "durable", "from disk"])
def test_2000_updates(
    benchmark: BenchmarkFixture, runner: asyncio.Runner, tmp_path: Path, delivery: str, chats: int
) -> None:
    in_flight = 1 if delivery == "from disk" else IN_FLIGHT

    async def begin() -> tuple[Any, Intake, asyncio.Task[None]]:
        memory = delivery == "memory"
        inbox: Any = MemoryInbox(16 * IN_FLIGHT) if memory else SqliteInbox(tmp_path, 42, 100_000)
        if inbox.durable:
            await inbox.__aenter__()
        intake = Intake(inbox, Worker(), in_flight)
        return inbox, intake, asyncio.create_task(intake.run())

    async def work() -> bool:
        for _ in range(UPDATES // BATCH):
            batch = [message(number, 1 + number * 7919 % chats) for number in islice(numbers, BATCH)]
            await intake.room()
            await intake.take(batch)
        await intake.settled()
        return bool(inbox.waiting)

    async def end() -> None:
        running.cancel()
        await asyncio.wait((running,))
        await intake.stop(asyncio.get_running_loop().time() + 5)
        if inbox.durable:
            await inbox.__aexit__()

    numbers = count(1)
    inbox, intake, running = runner.run(begin())
    assert not benchmark(lambda: runner.run(work()))
    runner.run(end())
