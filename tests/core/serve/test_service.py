"""A service over the simulator in the process: it ends when it cannot go on."""

import asyncio
from pathlib import Path
from typing import Final, assert_type

import pytest
import telegram as ptb

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.errors import TokenRefused
from pluggram.intake import MemoryInbox, Source, Taker, outage
from pluggram.request import Request
from pluggram.serve import Service, configured_source
from pluggram.simulator import Telegram
from pluggram.telegram import Client
from tests.core.telegram.doors import TOKEN, always, refusal
from tests.core.telegram.ptb.room import served


async def test_a_token_that_stays_refused_ends_the_service_with_that_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "REFUSAL_PATIENCE", -1.0)

    (tmp_path / "bot.toml").write_text('[bot]\nname = "x"\n[storage]\nurl = "memory:"\n')
    bot = Bot(load(tmp_path / "bot.toml", {}))
    door = always(*refusal(401, "Unauthorized"))
    async with bot.serving(), Client(TOKEN, "http://simulator", door=door) as client:
        bot.connect(client, client.username)
        with pytest.raises(TokenRefused):
            await Service(bot, client).run(asyncio.Event())


async def test_a_poll_that_telegram_answers_shows_that_the_bot_is_alive(tmp_path: Path) -> None:
    telegram, stop = Telegram(), asyncio.Event()
    account, person = telegram.bot("testbot"), telegram.user("Ann")
    (tmp_path / "bot.toml").write_text('[bot]\nname = "x"\n[storage]\nurl = "memory:"\n')
    bot = Bot(load(tmp_path / "bot.toml", {}))
    async with bot.serving(), Client(account.token, "http://simulator", door=telegram) as client:
        bot.connect(client, client.username)
        serving = asyncio.create_task(Service(bot, client).run(stop))
        person.send(telegram.private(person, account), "hello")
        await telegram.until(lambda: account.idle)
        assert bot.poll_age is not None
        assert bot.poll_age < 10
        stop.set()
        await serving


WEBHOOK = """
[bot]
name = "x"
[storage]
url = "memory:"
[telegram]
base_url = "http://simulator"
updates = "webhook"
[telegram.webhook]
url = "http://127.0.0.1:1/hook"
"""


async def test_only_who_asks_for_it_gets_the_source_of_bot_toml_for_all_others_talk_with_no_telegram(
    tmp_path: Path,
) -> None:
    telegram, stop = Telegram(), asyncio.Event()
    account = telegram.bot("testbot")
    (tmp_path / "bot.toml").write_text(WEBHOOK)
    bot = Bot(load(tmp_path / "bot.toml", {"WEBHOOK_SECRET": "a-secret-of-some-length"}))
    async with bot.serving(), Client(account.token, "http://simulator", door=telegram) as client:
        bot.connect(client, client.username)
        made: list[Source] = []

        def source(taker: Taker) -> Source:
            made.append(configured_source(bot, client)(taker))
            return made[0]

        Service(bot, client, source=source)
        assert made[0].kind == "webhook"
        serving = asyncio.create_task(Service(bot, client).run(stop))
        await telegram.until(lambda: account.updates.polled)
        stop.set()
        await serving
    assert bot.pulse.source == "polling"


REACHING = """
@hookimpl
def handlers(self):
    return [handler("/who", self.who), handler("/press", self.press, on="button"), handler("/poll", self.poll)]

async def who(self, request):
    update, bot = request.update, request.bot
    member = await bot.get_chat_member(update.effective_chat.id, update.effective_user.id)
    again = InlineKeyboardMarkup([[InlineKeyboardButton("Again", callback_data="/press")]])
    await update.message.reply_text(f"{member.status} {bot.username}", reply_markup=again)

async def press(self, request):
    await request.update.callback_query.edit_message_text("pressed")

async def poll(self, request):
    try:
        await request.bot.send_poll(request.chat.id, "Tea?", ["yes", "no"])
    except error.TelegramError as refused:
        return str(refused)
"""


async def test_a_handler_reaches_all_of_python_telegram_bot(tmp_path: Path) -> None:
    async with served(tmp_path, one=REACHING) as room:
        assert await room.say("/who") == ["member testbot"]
        room.ann.press(room.answers()[0], "/press")
        await room.settled()
        assert room.answers()[0].text == "pressed"
        assert "sendPoll" in (await room.say("/poll"))[0]


async def test_editors_know_what_a_request_reaches() -> None:
    request = Request({"update_id": 7}, "message", "", {}, edge=Client("1:x", "http://localhost"))
    assert assert_type(request.update, ptb.Update).update_id == 7
    assert assert_type(request.bot, ptb.Bot).token == "1:x"


class Stubborn:
    """A source that can neither go on nor be confirmed."""

    kind: Final = "polling"
    replies: Final = None

    def __init__(self, taker: Taker) -> None:
        self._taker = taker

    async def run(self) -> None:
        await self._taker.take([{"update_id": 1, "message": {"chat": {"id": 7}}}])
        raise ValueError("no more")

    async def confirm(self) -> None:
        raise ValueError("not confirmed")


async def test_a_source_that_breaks_ends_the_service_when_all_that_runs_is_finished(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = Telegram()
    account = telegram.bot("testbot")
    (tmp_path / "bot.toml").write_text('[bot]\nname = "x"\n[storage]\nurl = "memory:"\n')
    bot = Bot(load(tmp_path / "bot.toml", {}))
    async with bot.serving(), Client(account.token, "http://simulator", door=telegram) as client:
        bot.connect(client, client.username)
        inbox = MemoryInbox(10)
        with pytest.raises(ValueError, match="no more"):
            await Service(bot, client, inbox, Stubborn).run(asyncio.Event())
    assert inbox.waiting == 0
    assert "could not be confirmed" in caplog.text
    assert "ValueError: not confirmed" in caplog.text
