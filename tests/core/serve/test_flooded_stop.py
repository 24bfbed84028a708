"""A bot that is stopped while Telegram lets it wait: it ends in time, and its answer goes out after the next start."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.serve import Service, durable_inbox
from pluggram.simulator import Bot as Account
from pluggram.simulator import Telegram
from pluggram.simulator.faults import Refused, Slow
from pluggram.telegram import Client
from tests.core.telegram.ptb.room import config_of

LONG = """
@hookimpl
def handlers(self):
    return [handler("/long", self.long)]

async def long(self, request):
    return "\\n".join(letter * 4000 for letter in "abc")
"""


@asynccontextmanager
async def running(folder: Path, telegram: Telegram, account: Account) -> AsyncIterator[None]:
    """Serve the bot of a folder, with its inbox on disk."""
    environ = {"PLUGGRAM__STORAGE__URL": f"sqlite:{folder}/bot.db", "XDG_DATA_HOME": str(folder)}
    environ["PLUGGRAM__BOT__SHUTDOWN_TIMEOUT"] = "0.5"
    bot = Bot(load(config_of(folder, {"one": LONG}), environ))
    stop = asyncio.Event()
    async with Client(account.token, "http://simulator", door=telegram) as client:
        bot.connect(client, client.username)
        async with durable_inbox(bot, client) as inbox, bot.serving():
            serving = asyncio.create_task(Service(bot, client, inbox).run(stop))
            try:
                yield
            finally:
                stop.set()
                await asyncio.wait_for(serving, bot.config.bot.shutdown_timeout + 5)


async def test_an_answer_in_several_messages_goes_on_where_it_was(tmp_path: Path) -> None:
    telegram = Telegram()
    account, ann = telegram.bot("testbot"), telegram.user("Ann")
    chat = telegram.private(ann, account)

    def shown() -> list[str]:
        return [message.text[:1] for message in chat.messages.values() if message.author is account]

    async with running(tmp_path, telegram, account):
        telegram.faults.next("sendMessage", Slow(0.2), chat=chat)
        ann.send(chat, "/long")
        await telegram.until(lambda: len(telegram.faults.happened) == 1)
        telegram.faults.next("sendMessage", Refused(429, 3600), chat=chat)
        await telegram.until(lambda: len(telegram.faults.happened) == 2)
    before = shown()
    async with running(tmp_path, telegram, account):
        await telegram.until(lambda: len(shown()) == 3)
    assert (before, shown()) == (["a"], ["a", "b", "c"])
