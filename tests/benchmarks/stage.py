"""One bot that runs, and the API that it runs against, each on a processor of its own."""

import asyncio
import json
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Any

from tests.benchmarks.certificates import Certificates
from tests.benchmarks.contenders import Contender, Place
from tests.benchmarks.environments import ROOT
from tests.benchmarks.processor import pinned, resident, rest

API, BOT = 0, 1
"""On which processor each runs."""
CONNECTIONS = 40
"""Over how many Telegram posts to a webhook (Bot API, setWebhook, max_connections)."""
BEGINNING = {"started", "post_to"}
PATIENCE = 60
"""Seconds that a bot may take to begin."""
LAST_WORDS = 2_000
"""So many characters of what a bot has said are worth reading when it does not work."""


@dataclass
class Stage:
    """Gives orders to the API while the bot runs. start: seconds to its first getUpdates or setWebhook."""

    api: Process
    bot: Process
    log: Path
    start: float = 0

    @property
    def rss(self) -> float:
        """The memory that the bot has now, in MB."""
        return resident(self.bot.pid)

    async def order(self, order: str, **given: Any) -> dict[str, Any]:
        """Give an order of tests.benchmarks.api.session.

        Raises RuntimeError, with what the bot said last, when it ends or does not begin.
        """
        done = asyncio.create_task(_order(self.api, order, **given))
        ended = asyncio.create_task(self.bot.wait())
        patience = PATIENCE if order in BEGINNING else None
        await asyncio.wait({done, ended}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if done.done():
            return done.result()
        done.cancel()
        raise RuntimeError(f"the bot does not work, at {order}:\n{self.log.read_text()[-LAST_WORDS:]}")

    async def measured(self, order: str, **given: Any) -> dict[str, Any]:
        """Give an order and read what it cost: `cpu` in microseconds for each answer, `rss` in MB."""
        before = await rest(self.bot.pid)
        said = await self.order(order, **given)
        cost = await rest(self.bot.pid) - before
        return said | {"cpu": 1e6 * cost / max(1, said["right"]), "rss": self.rss, "start": self.start}


async def _order(api: Process, order: str, **given: Any) -> dict[str, Any]:
    assert api.stdin
    assert api.stdout
    api.stdin.write(json.dumps([order, given]).encode() + b"\n")
    line = await api.stdout.readline()
    if not line:
        raise RuntimeError(f"the API has gone at {order}")
    said: dict[str, Any] = json.loads(line)
    return said


@asynccontextmanager
async def running(
    contender: Contender, folder: Path, posts: int = 10_000, chats: int = 500, tls: Certificates | None = None
) -> AsyncIterator[Stage]:
    """Run a bot meanwhile, in a new folder inside this one, up to where it listens for updates."""
    here = folder / contender.name
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    async with _api(posts, chats) as api:
        port = (await _order(api, "listen", **(tls.server if tls else {})))["port"]
        url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        place = Place(here, url, posts, tls.authority if tls else None)
        contender.settle(place)
        command, began = contender.program(), time()
        async with _bot(contender, command, place) as bot:
            stage = Stage(api, bot, here / "log")
            stage.start = (await stage.order("started"))["now"] - began
            if contender.webhook:
                await stage.order("post_to", port=place.port, connections=CONNECTIONS)
            yield stage


@asynccontextmanager
async def _api(posts: int, chats: int) -> AsyncIterator[Process]:
    command = (sys.executable, "-m", "tests.benchmarks.api", str(posts), str(chats))
    with pinned(API):
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    try:
        yield process
    finally:
        await _end(process)


@asynccontextmanager
async def _bot(contender: Contender, command: Sequence[str], place: Place) -> AsyncIterator[Process]:
    with (place.folder / "log").open("wb") as log, pinned(BOT):
        process = await asyncio.create_subprocess_exec(
            *command, cwd=place.folder, env=contender.environ(place), stdin=DEVNULL, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
