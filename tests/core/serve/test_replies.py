"""Answers that travel in the responses to posts: the simulator posts over loopback, and obeys what comes back."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.intake.webhook import replies
from pluggram.serve import Service, configured_source
from pluggram.simulator import Bot as Account
from pluggram.simulator import Chat, Message, Telegram, User
from pluggram.simulator.errors import Answer
from pluggram.simulator.faults import Refused
from pluggram.simulator.webhooks import delivering
from pluggram.telegram import Client
from tests.core.cli.test_run_webhook import free_port
from tests.core.telegram.ptb.room import config_of, connected

SECRET = "a-secret-of-some-length"

PLUGIN = """
@hookimpl
def handlers(self):
    return [handler("/plain", self.plain), handler("/marked", self.marked), handler("/long", self.long),
            handler("/slow", self.slow), handler("/silent", self.silent), handler("/own", self.own),
            handler("/late", self.late),
            handler("/raise", self.fail), handler("/buttons", self.buttons), handler("/mute", self.silent, on="button"),
            handler("/notice", self.notice, on="button"), handler("/edit", self.edit, on="button"),
            handler(".*", self.inline, on="inline")]

async def plain(self, request):
    return "plain"

async def marked(self, request):
    return Reply("<b>marked</b>", parse_mode="HTML")

async def long(self, request):
    return "x" * 5000

async def slow(self, request):
    await asyncio.sleep(0.2)
    return "slow"

async def silent(self, request):
    return None

async def own(self, request):
    await request.reply("first")
    return "then"

async def late(self, request):
    await request.reply("begun")
    return await self.slow(request) and "late"

async def fail(self, request):
    raise RuntimeError

async def buttons(self, request):
    return Reply("press", buttons=[Button(word, data=f"/{word}") for word in ("mute", "notice", "edit")])

async def notice(self, request):
    return Reply("noted", notice=True)

async def edit(self, request):
    return Reply("edited", edit=True)

async def inline(self, request):
    return Reply(articles=[Article("one", "text")])
"""


@dataclass
class Watched:
    """The simulator, seen by the bot's own calls."""

    telegram: Telegram
    called: list[str] = field(default_factory=list)

    async def call(self, token: str, method: str, params: Mapping[str, object]) -> Answer:
        self.called.append(method)
        return await self.telegram.call(token, method, params)

    def download(self, token: str, file_path: str) -> bytes:
        return self.telegram.download(token, file_path)


@dataclass
class Place:
    """A bot that is served, Ann who writes to it, and the calls that the bot itself makes meanwhile."""

    telegram: Telegram
    account: Account
    service: Service
    ann: User
    chat: Chat
    called: list[str]

    async def say(self, *texts: str, chat: Chat | None = None) -> tuple[list[str], list[str]]:
        """Write messages; give what the bot then writes, and which calls it makes for that."""
        before = set((chat or self.chat).messages)
        for text in texts:
            self.ann.send(chat or self.chat, text)
        return await self.told(before, chat)

    async def told(self, before: set[int], chat: Chat | None = None) -> tuple[list[str], list[str]]:
        await self.settled()
        called, self.called[:] = self.called[:], []
        new = [each for each in (chat or self.chat).messages.values() if each.id not in before]
        return [each.text for each in new if each.author is self.account], called

    async def press(self, message: Message, button: str) -> tuple[str, list[str]]:
        pressed = self.ann.press(message, button)
        _, called = await self.told(set(self.chat.messages))
        assert pressed.answer is not None
        return pressed.answer.text, called

    async def settled(self) -> None:
        await self.telegram.until(lambda: not self.account.updates)
        await self.service.settled()


@asynccontextmanager
async def placed(folder: Path) -> AsyncIterator[Place]:
    telegram, stop, port = Telegram(), asyncio.Event(), free_port()
    account, ann = telegram.bot("testbot"), telegram.user("Ann")
    door = Watched(telegram)
    more = "".join((
        '[telegram]\nbase_url = "http://simulator"\nupdates = "webhook"\ndelivery = "memory"\nmenus = false\n',
        f'[telegram.webhook]\nurl = "http://127.0.0.1:{port}/hook"\nport = {port}\nreply_in_webhook = true\n',
    ))  # fmt: skip
    bot = Bot(load(config_of(folder, {"one": PLUGIN}, more), {"WEBHOOK_SECRET": SECRET}))
    async with (
        delivering(telegram),
        Client(account.token, "http://simulator", door=door) as client,
        connected(bot, client, None),
    ):
        service = Service(bot, client, source=configured_source(bot, client))
        serving = asyncio.create_task(service.run(stop))
        serving.add_done_callback(lambda _: telegram.wake())
        try:
            await telegram.until(lambda: account.webhook is not None or serving.done())
            await telegram.until(lambda: door.called[-1:] == ["getWebhookInfo"])
            door.called.clear()
            yield Place(telegram, account, service, ann, telegram.private(ann, account), door.called)
        finally:
            stop.set()
            await serving


async def test_a_single_plain_answer_makes_no_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "PATIENCE", 60.0)
    async with placed(tmp_path) as place:
        assert await place.say("/plain") == (["plain"], [])
        assert await place.say("/plain", "/plain", "/plain") == (["plain"] * 3, [])
        assert await place.say("/silent") == ([], [])
        assert await place.say("/buttons") == (["press"], [])


async def test_what_telegram_might_refuse_and_what_is_more_than_one_call_goes_out_as_ever(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        assert await place.say("/marked") == (["marked"], ["sendMessage"])
        assert (await place.say("/long"))[1] == ["sendMessage", "sendMessage"]
        assert await place.say("/own") == (["first", "then"], ["sendMessage"])


async def test_an_answer_that_takes_long_goes_out_by_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "PATIENCE", 0.05)
    async with placed(tmp_path) as place:
        assert await place.say("/slow") == (["slow"], ["sendMessage"])
        assert (await place.say("/slow", "/plain"))[0] == ["slow", "plain"]


async def test_a_handler_that_fails_is_answered_for_in_the_response_too(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        answers, called = await place.say("/raise")
        assert len(answers) == 1
        assert called == []


async def test_a_press_is_answered_in_the_response_and_what_is_changed_by_it_by_a_call(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        await place.say("/buttons")
        [message] = [each for each in place.chat.messages.values() if each.text == "press"]
        assert await place.press(message, "/notice") == ("noted", [])
        assert await place.press(message, "/mute") == ("", [])
        assert await place.press(message, "/edit") == ("", ["editMessageText"])
        assert message.text == "edited"


async def test_an_inline_query_is_answered_in_the_response(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        query = place.ann.inline(place.account, "x")
        await place.settled()
        assert query.answer is not None
        assert place.called == []


async def test_a_chat_that_has_to_wait_is_not_answered_in_the_response_and_keeps_its_order(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        place.telegram.faults.next("sendMessage", Refused(429, 1), times=1)
        answers, called = await place.say("/marked", "/plain", "/plain")
        assert answers == ["marked", "plain", "plain"]
        assert called[:2] == ["sendMessage", "sendMessage"]


async def test_a_group_that_has_moved_is_answered_where_it_is_now(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        group = place.telegram.group("Group", place.ann, place.account)
        await place.settled()
        place.called.clear()
        assert await place.say("/plain", chat=group) == (["plain"], [])
        moved = place.telegram.migrate(group)
        await place.settled()
        assert (await place.say("/plain", chat=moved))[0] == ["plain"]


async def test_what_telegram_does_not_take_is_lost_and_nobody_hears_of_it(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        place.telegram.faults.next("sendMessage", Refused(429, 1), times=1)
        assert await place.say("/plain") == ([], [])
        assert await place.say("/plain") == (["plain"], [])


async def test_what_is_under_way_when_the_bot_stops_is_answered(tmp_path: Path) -> None:
    async with placed(tmp_path) as place:
        place.ann.send(place.chat, "/late")
        await place.telegram.until(lambda: len(place.chat.messages) == 2)
        assert place.account.updates
    assert [each.text for each in place.chat.messages.values()] == ["/late", "begun", "late"]
    assert not place.account.updates
