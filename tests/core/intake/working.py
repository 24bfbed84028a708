"""An intake at work, with a worker that answers what it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pluggram.intake import Intake, MemoryInbox, Row
from pluggram.intake.sqlite_inbox import SqliteInbox
from pluggram.reply import Reply


def message(update_id: int, chat: int = 7) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat}}}


class Worker:
    """Answers each update with its number, and delivers to `delivered`; the gates hold it up."""

    def __init__(self) -> None:
        self.answered: list[int] = []
        self.redelivered: list[bool] = []
        self.delivered: list[tuple[int, str]] = []
        self.skipped: list[int] = []
        self.answering = asyncio.Event()
        self.delivering = asyncio.Event()
        self.answering.set()
        self.delivering.set()
        self.silent = False
        self.fails: list[BaseException] = []
        self.open = False

    async def is_open(self) -> bool:
        return self.open

    async def answer(self, row: Row) -> Reply | None:
        self.answered.append(row.update["update_id"])
        self.redelivered.append(row.redelivered)
        await self.answering.wait()
        if self.fails:
            raise self.fails.pop()
        return None if self.silent else Reply(f"answer {row.update['update_id']}")

    async def deliver(self, row: Row, sent: Callable[[int], None]) -> None:
        await self.delivering.wait()
        if self.fails:
            raise self.fails.pop()
        self.skipped.append(row.sent)
        self.delivered.append((row.update["update_id"], row.reply.text if row.reply else ""))
        sent(1)

    @property
    def ids(self) -> list[int]:
        return [update_id for update_id, _ in self.delivered]


@asynccontextmanager
async def taking(folder: Path | None, worker: Worker, *, stop: bool = True) -> AsyncIterator[tuple[Intake, Any]]:
    """Give an intake that runs; `stop` lets it end as a bot does, else it is left as a killed process leaves it."""
    inbox: Any = MemoryInbox(1000) if folder is None else SqliteInbox(folder, 42, 1000)
    if folder is not None:
        await inbox.__aenter__()
    intake = Intake(inbox, worker, in_flight=4)
    running = asyncio.create_task(intake.run())
    try:
        yield intake, inbox
    finally:
        running.cancel()
        await asyncio.wait((running,))
        if stop:
            await intake.stop(asyncio.get_running_loop().time() + 1)
        else:
            await intake._lanes.abandon()
        if folder is not None:
            await inbox.__aexit__()
