"""A broadcast by `pluggram run` in a process of its own, which is killed in the middle."""

import asyncio
import json
import signal
from collections.abc import Mapping
from functools import partial

from pluggram.bot.broadcasts.ledger import MOST_TWICE
from pluggram.simulator import Chat, Message, Telegram
from pluggram.simulator.faults import Refused
from pluggram.simulator.http import serve

from .conftest import Shell

NEWS = '''
"""Send news to those who want them."""

import json
from contextlib import asynccontextmanager
from pathlib import Path

from pluggram import handler, hookimpl


class News:
    """Begin at every start, as a plugin may."""

    def __init__(self, context):
        self._telegram = context.telegram

    @hookimpl
    def lifespan(self):
        return self._living()

    @asynccontextmanager
    async def _living(self):
        await self._telegram.broadcast("one", json.loads(Path("chats.json").read_text()), "Snow!")
        yield

    @hookimpl
    def handlers(self):
        return [handler("/sent", self.sent)]

    async def sent(self, request):
        progress = await self._telegram.broadcasts["one"].done()
        return f"{progress.sent} sent, {progress.blocked} blocked, {progress.left} left"
'''
BOT = '[bot]\nname = "newsbot"\ntoken = { env = "BOT_TOKEN" }\n[plugins.news]\nuse = "./news.py:News"\n'


async def test_after_each_kill_a_broadcast_goes_on_few_get_it_twice_and_all_get_it(shell: Shell) -> None:
    telegram = Telegram()
    account = telegram.bot("newsbot")
    people = [telegram.user(f"Person{number}") for number in range(70)]
    chats = [telegram.private(person, account) for person in people]
    (shell.folder / "news.py").write_text(NEWS)
    (shell.folder / "chats.json").write_text(json.dumps([chat.id for chat in chats]))
    shell.config.write_text(BOT)
    for person, chat in zip(people, chats, strict=True):
        person.send(chat, "hello")
    for person in people[::10]:
        person.block(account)
    reached = [chat for chat in chats if not chat.blocked]
    telegram.faults.next("sendMessage", Refused(429, 1), chat=reached[5])

    def got(chat: Chat) -> list[Message]:
        return [each for each in chat.messages.values() if each.author is account and each.text == "Snow!"]

    def has_sent(number: int) -> bool:
        return sum(len(got(chat)) for chat in reached) >= number

    async with serve(telegram) as url:
        environ: Mapping[str, str] = {"BOT_TOKEN": account.token, "PLUGGRAM__TELEGRAM__BASE_URL": url}
        for number in (10, 45):
            async with shell.running("run", environ=environ) as process:
                await telegram.until(partial(has_sent, number), seconds=30)
                process.send_signal(signal.SIGKILL)
                await process.wait()
        async with shell.running("run", environ=environ) as process:
            people[1].send(chats[1], "/sent")
            await telegram.until(lambda: any("left" in each.text for each in chats[1].messages.values()), seconds=30)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0
    assert all(got(chat) for chat in reached)
    assert sum(len(got(chat)) - 1 for chat in reached) <= 2 * MOST_TWICE
    assert [*chats[1].messages.values()][-1].text == "63 sent, 7 blocked, 0 left"
