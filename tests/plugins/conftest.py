"""A bot in memory to talk to: the real Bot, router, plugins and storage, fed with raw updates."""

import itertools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pluggram import Article
from pluggram.bot import Bot
from pluggram.config import load
from pluggram.reply import Reply
from pluggram.storage import Store
from tests.plugins.desk import Desk

OWNER, ADMIN, USER = 11, 22, 33


class Talk:
    """One bot and the people who talk to it."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.desk = Desk()
        bot.connect(self.desk, "testbot")
        self._ids = itertools.count(1)

    def store(self, namespace: str) -> Store:
        """A namespace of the bot's storage."""
        return self.bot._storage.store(namespace)

    async def send(self, text: str, user: int = USER, *, group: bool = False, **fields: Any) -> Reply | None:
        """Feed a message; `fields` are further fields of the Message."""
        return await self.bot.feed(self._update("message", self._message(user, group) | {"text": text} | fields))

    async def ask(self, text: str, user: int = USER, *, group: bool = False, **fields: Any) -> str:
        """Feed a message and give the text of the answer; it must be answered."""
        reply = await self.send(text, user, group=group, **fields)
        assert reply is not None, f"{text!r} was not answered"
        return reply.text

    async def press(
        self, data: str, user: int = USER, *, group: bool = False, redelivered: bool = False
    ) -> Reply | None:
        """Feed a button press."""
        message = self._message(user, group) | {"text": "with buttons"}
        press = {"id": "1", "from": message["from"], "message": message, "data": data}
        return await self.bot.feed(self._update("callback_query", press))

    async def send_file(
        self,
        name: str,
        content: bytes,
        user: int = USER,
        *,
        caption: str = "/importlinks",
        group: bool = False,
        **fields: Any,
    ) -> Reply | None:
        """Feed a file; `fields` are further fields of the Document."""
        document = {"file_id": f"file{next(self._ids)}", "file_name": name, "file_size": len(content)} | fields
        self.desk.files.setdefault(str(document["file_id"]), content)
        message = self._message(user, group) | {"document": document, "caption": caption}
        return await self.bot.feed(self._update("message", message))

    async def inline(self, query: str, user: int = USER) -> Sequence[Article]:
        """Feed an inline query and give the articles that are offered."""
        person = self._message(user, group=False)["from"]
        reply = await self.bot.feed(self._update("inline_query", {"id": "1", "from": person, "query": query}))
        assert reply is not None, f"{query!r} was not answered"
        assert reply.articles is not None
        return reply.articles

    def _update(self, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return {"update_id": next(self._ids), kind: body}

    def _message(self, user: int, group: bool) -> dict[str, Any]:
        chat = {"id": -100, "type": "group", "title": "Posts"} if group else {"id": user, "type": "private"}
        sender = {"id": user, "is_bot": False, "first_name": f"Person{user}"}
        return {"message_id": next(self._ids), "date": 0, "from": sender, "chat": chat}


TalkTo = Callable[..., AbstractAsyncContextManager[Talk]]


@pytest.fixture
def talk_to(tmp_path: Path) -> TalkTo:
    """Open a bot with these plugin tables: `async with talk_to('[plugins.postno]') as talk`."""

    @asynccontextmanager
    async def opened(
        plugins: str, environ: Mapping[str, str] | None = None, storage: str = "memory:"
    ) -> AsyncIterator[Talk]:
        path = tmp_path / "bot.toml"
        path.write_text(f'[bot]\nname = "testbot"\nowners = [{OWNER}]\n[storage]\nurl = "{storage}"\n{plugins}')
        bot = Bot(load(path, environ or {}))
        assert not [state for state in bot.plugins if state.status in ("quarantined", "missing")], bot.plugins
        talk = Talk(bot)
        async with bot.serving():
            await talk.store("admins").put(str(ADMIN), {"by": OWNER})
            yield talk

    return opened
