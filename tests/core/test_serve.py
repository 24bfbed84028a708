"""A service over the simulator in the process: it ends when it cannot go on."""

import asyncio
from pathlib import Path

import pytest

from pluggram.bot import Bot
from pluggram.config import load
from pluggram.errors import TokenRefused
from pluggram.intake import polling
from pluggram.serve import Service
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
    polled, again = [0], asyncio.Event()

    async def door(token: str, method: str, parameters: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        if method == "getMe":
            return 200, ME
        polled[0] += 1
        if polled[0] > 1:
            again.set()
            await asyncio.Event().wait()
        return 200, {"ok": True, "result": []}

    (tmp_path / "bot.toml").write_text('[bot]\nname = "x"\n[storage]\nurl = "memory:"\n')
    bot, stop = Bot(load(tmp_path / "bot.toml", {})), asyncio.Event()
    async with bot.serving(), Client("123456:" + "x" * 35, "http://simulator", door=door) as client:
        bot.connect(client, client.username)
        serving = asyncio.create_task(Service(bot, client).run(stop))
        await asyncio.wait_for(again.wait(), 10)
        assert bot.poll_age is not None
        assert bot.poll_age < 10
        stop.set()
        await serving
