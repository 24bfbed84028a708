"""A bot's client on the simulator in the process, and a person it talks with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.simulator import Bot, Chat, Telegram, User
from pluggram.simulator.model.messages import Message
from pluggram.telegram import Client
from pluggram.telegram.answers import deliver_answer
from tests.core.telegram.fetched import fetched

KINDS = ["message", "callback_query", "inline_query"]


@dataclass
class Stage:
    """Ann and a bot in their private chat."""

    telegram: Telegram
    account: Bot
    client: Client
    ann: User
    chat: Chat
    _offset: int | None = None

    async def heard(self) -> Request:
        """Fetch the next update."""
        [update, *_] = await fetched(self.client, self._offset, 0, KINDS)
        self._offset = update["update_id"] + 1
        request = Request.from_update(update, self.client)
        assert request is not None
        return request

    async def answer(self, reply: Reply | None) -> None:
        """Answer the next update, as a handler's reply is sent."""
        await deliver_answer(self.client.call, await self.heard(), reply, acknowledged=False)

    async def ask(self, reply: Reply) -> Message:
        """Let Ann write something that is answered so, and give the last message of the answer."""
        self.ann.send(self.chat, "/go")
        await self.answer(reply)
        return self.shown[-1]

    @property
    def shown(self) -> list[Message]:
        """What the bot has written to Ann and still stands, in order."""
        return [each for each in self.chat.messages.values() if each.author is self.account]


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Open a stage."""
    telegram = Telegram()
    account, ann = telegram.bot("testbot"), telegram.user("Ann")
    async with Client(account.token, "http://simulator", door=telegram) as client:
        yield Stage(telegram, account, client, ann, telegram.private(ann, account))
