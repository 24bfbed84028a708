"""Broadcasts as a plugin of a served bot begins and follows them."""

from pathlib import Path

from pluggram.bot import Bot
from pluggram.config import load
from tests.core.telegram.ptb.room import served

NEWS = """
@hookimpl
def handlers(self):
    return [handler(r"/news (?P<text>.+)", self.news), handler("/sent", self.sent), handler("/left", self.left)]

async def news(self, request, text):
    broadcast = await self.context.telegram.broadcast("news", [request.chat.id, 404], f"News: {text}")
    return str(broadcast.progress.total)

async def sent(self, request):
    progress = await self.context.telegram.broadcasts["news"].done()
    return f"{progress.sent} of {progress.total}, {list(self.context.telegram.broadcasts)}"

async def left(self, request):
    await self.context.telegram.broadcast("more", range(100_000, 200_000), "More")
    return str([metric.value for metric in await self.context.bot.metrics() if metric.name == "broadcast_left"])
"""


async def test_a_plugin_writes_to_many_chats_and_finds_it_again_after_a_restart(tmp_path: Path) -> None:
    async with served(tmp_path, one=NEWS) as room:
        assert (await room.say("/news snow"))[0] == "2"
        assert "1 of 2, ['news']" in await room.say("/sent")
        assert float((await room.say("/left"))[0].strip("[]")) > 90_000
    async with served(tmp_path, telegram=room.telegram, one=NEWS) as again:
        assert await again.say("/sent") == ["1 of 2, ['more', 'news']"]
        assert await again.say("/news snow") == ["2"]
    assert [message.text for message in room.answers()].count("News: snow") == 1


async def test_a_simulated_telegram_gets_none_of_the_real_bots_broadcasts(tmp_path: Path) -> None:
    async with served(tmp_path, one=NEWS) as room:
        await room.say("/left")
    config = load(tmp_path / "bot.toml", {})
    simulated, real = Bot(config, simulated=True), Bot(config)
    async with simulated.serving():
        await simulated._broadcasts.begin("one", "try", [42], "hello")
        assert [*simulated._broadcasts.of("one")] == ["try"]
    async with real.serving():
        assert [*real._broadcasts.of("one")] == ["more"]
