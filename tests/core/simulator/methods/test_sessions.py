import asyncio

from tests.core.simulator.stage import Stage


async def test_who_logs_out_is_not_let_in_for_ten_minutes_and_hears_nothing(stage: Stage) -> None:
    stage.ann.send(stage.chat, "hi")
    await stage.ok("setWebhook", url="http://127.0.0.1:1/")
    assert await stage.ok("logOut") is True
    assert await stage.refusal("getMe") == "Logged out"
    stage.clock.now += 600
    assert await stage.updates() == []


async def test_logging_out_ends_the_poll_that_hangs(stage: Stage) -> None:
    poll = asyncio.create_task(stage.refusal("getUpdates", timeout=50))
    await stage.telegram.until(lambda: stage.bot.updates.polled)
    await stage.ok("logOut")
    assert await poll == "Logged out"


async def test_a_session_is_closed_once_and_opened_by_the_next_call(stage: Stage) -> None:
    assert await stage.refusal("close") == "Bad Request: the bot has already been closed"
    poll = asyncio.create_task(stage.refusal("getUpdates", timeout=50))
    await stage.telegram.until(lambda: stage.bot.updates.polled)
    assert await stage.ok("close") is True
    assert await poll == "Internal Server Error: restart"
    assert await stage.refusal("close") == "Bad Request: the bot has already been closed"
    await stage.ok("getMe")
    assert await stage.ok("close") is True
