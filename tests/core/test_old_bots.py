"""The faults of the old bots: each check is green on ours and red on a small replica of what they did.

They registered 10,000 commands, read and wrote a JSON file at every request, blocked the event loop with it, lost links
when two wrote at once, and answered nobody after an error.
"""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from pluggram.bot import Bot
from pluggram.config import load

OWNER = 11
PLUGIN = """
from pluggram import Context, Handler, Request, handler, hookimpl

class Faulty:
    def __init__(self, context: Context) -> None:
        pass

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler("/fail", self.fail)]

    async def fail(self, request: Request) -> str:
        raise OSError("disk")
"""


class AnyBot(Protocol):
    """What the checks need of a bot, old or new."""

    folder: Path

    @property
    def patterns(self) -> int:
        """How many patterns are registered for the post numbers."""

    async def ask(self, text: str) -> str | None:
        """Give the answer to a message of an owner."""


class NewBot:
    """Ours, on the JSON storage, where it could do the same."""

    def __init__(self, bot: Bot, folder: Path) -> None:
        self.bot, self.folder = bot, folder

    @property
    def patterns(self) -> int:
        return sum("postno" in (declared.handler.family or "") for declared in self.bot.declarations)

    async def ask(self, text: str) -> str | None:
        chat = {"id": OWNER, "type": "private"}
        sender = {"id": OWNER, "is_bot": False, "first_name": "Ann"}
        message = {"message_id": 1, "date": 0, "chat": chat, "from": sender, "text": text}
        reply = await self.bot.feed({"update_id": 1, "message": message})
        return reply.text if reply else None


class OldBot:
    """The old bot in small: its faults, kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands: dict[str, Callable[[str], Awaitable[str]]] = {
            f"/postno{n:04}": self.look_up for n in range(10_000)
        }

    @property
    def patterns(self) -> int:
        return len(self.commands)

    async def ask(self, text: str) -> str | None:
        if text == "/fail":
            raise OSError("disk")
        if text.startswith("/addlink"):
            return await self.add(*text.split()[1:])
        return await self.commands[text](text)

    async def look_up(self, text: str) -> str:
        return str(json.loads((self.folder / "links.json").read_text()).get(text[-4:]))

    async def add(self, number: str, url: str) -> str:
        links = json.loads((self.folder / "links.json").read_text())
        await asyncio.sleep(0)
        (self.folder / "links.json").write_text(json.dumps({**links, number: url}))
        return "added"


@asynccontextmanager
async def new_bot(tmp_path: Path) -> AsyncIterator[NewBot]:
    (tmp_path / "faulty.py").write_text(PLUGIN)
    (tmp_path / "bot.toml").write_text(
        f'[bot]\nname = "x"\nowners = [{OWNER}]\n[storage]\nurl = "json:data"\n[plugins.postno]\n[plugins.links]\n'
        '[plugins.faulty]\nuse = "./faulty.py:Faulty"\n'
    )
    folder = tmp_path / "data" / "x" / "data"
    folder.mkdir(parents=True)
    (folder / "links.json").write_text(json.dumps({"0001": "https://example.org/1"}))
    bot = Bot(load(tmp_path / "bot.toml", {"PLUGGRAM_DATA_DIR": str(tmp_path / "data")}))
    async with bot.serving():
        yield NewBot(bot, folder)


@pytest.fixture
async def ours(tmp_path: Path) -> AsyncIterator[NewBot]:
    async with new_bot(tmp_path) as bot:
        yield bot


@pytest.fixture
def old(tmp_path_factory: pytest.TempPathFactory) -> OldBot:
    folder = tmp_path_factory.mktemp("old")
    (folder / "links.json").write_text(json.dumps({"0001": "https://example.org/1"}))
    return OldBot(folder)


class Opened:
    """Counts, by the thread, how often a file is opened, from the interpreter's own audit events (PEP 578)."""

    def __init__(self) -> None:
        self.path, self.threads = "", list[threading.Thread]()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and self.path and str(arguments[0]).startswith(self.path):
            self.threads.append(threading.current_thread())

    async def during(self, folder: Path, work: Awaitable[object]) -> list[threading.Thread]:
        self.path, self.threads = str(folder), []
        try:
            await work
        finally:
            self.path = ""
        return self.threads


opened = Opened()


async def many(bot: AnyBot, text: str) -> None:
    for _ in range(100):
        assert await bot.ask(text)


async def check_one_pattern_serves_all_numbers(bot: AnyBot) -> None:
    assert bot.patterns == 1


async def check_a_lookup_opens_no_file(bot: AnyBot) -> None:
    assert not await opened.during(bot.folder, many(bot, "/postno0001"))


async def check_a_write_does_not_block_the_event_loop(bot: AnyBot) -> None:
    threads = await opened.during(bot.folder, bot.ask("/addlink 0002 https://example.org/2"))
    assert threads
    assert threading.main_thread() not in threads


async def check_writers_at_once_lose_nothing(bot: AnyBot) -> None:
    numbers = [f"{number:04}" for number in range(100, 150)]
    await asyncio.gather(*(bot.ask(f"/addlink {number} https://example.org/{number}") for number in numbers))
    assert set(numbers) <= json.loads((bot.folder / "links.json").read_text()).keys()


async def check_an_error_is_answered(bot: AnyBot) -> None:
    try:
        answer = await bot.ask("/fail")
    except OSError:
        answer = None
    assert answer
    assert await bot.ask("/postno0001")


CHECKS = [
    check_one_pattern_serves_all_numbers,
    check_a_lookup_opens_no_file,
    check_a_write_does_not_block_the_event_loop,
    check_writers_at_once_lose_nothing,
    check_an_error_is_answered,
]


@pytest.mark.parametrize("check", CHECKS)
async def test_ours_has_none_of_the_old_faults(check: Callable[[AnyBot], Awaitable[None]], ours: NewBot) -> None:
    await check(ours)
    assert await ours.ask("/postno0001") == "🔗 Link for post 0001: https://example.org/1"


@pytest.mark.parametrize("check", CHECKS)
async def test_each_check_is_red_on_the_old_behaviour(check: Callable[[AnyBot], Awaitable[None]], old: OldBot) -> None:
    with pytest.raises(AssertionError):
        await check(old)
