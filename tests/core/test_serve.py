"""A service over the simulator in the process: it ends when it cannot go on."""

import asyncio
from pathlib import Path

import pytest

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.errors import TokenRefused
from pluggram.intake import polling
from pluggram.serve import Service
from pluggram.simulator import Telegram
from pluggram.telegram import Client
from tests.core.telegram.doors import TOKEN, always, refusal


async def test_a_token_that_stays_refused_ends_the_service_with_that_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "REFUSAL_PATIENCE", -1.0)

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
