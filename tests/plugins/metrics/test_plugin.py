"""What admins see of the metrics, and how these survive."""

import asyncio
import builtins
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from pluggram import Reply, StorageError
from pluggram.bot import Bot
from pluggram.config import load
from pluggram.parts import File
from pluggram.storage import open_backend
from pluggram.storage.memory import MemoryBackend
from tests.plugins.conftest import ADMIN, OWNER, USER, Talk, TalkTo

TABLES = "[plugins.metrics]\n[plugins.postno]\n[plugins.links]\n"
STRANGER = '''
"""A plugin of somebody else, in one file."""
from pluggram import Context, Handler, Request, handler, hookimpl

class Stranger:
    """Roll dice."""

    def __init__(self, context: Context) -> None:
        self._count = context.count

    @hookimpl
    def handlers(self) -> list[Handler]:
        return [handler(r"/roll(?P<sides>[0-9]+)", self.roll, family="/roll<sides>", examples=["/roll6"])]

    @hookimpl
    def checks(self):
        return {"table": self.look}

    @hookimpl
    def metrics(self):
        return {"dice_left": lambda: 4}

    async def roll(self, request: Request, sides: int) -> str:
        self._count("rolls")
        self._count("sides", sides)
        if sides == 13:
            raise ValueError("no such die")
        return "6"

    async def look(self) -> str:
        return "there is no table"
'''


@pytest.fixture
async def talk(talk_to: TalkTo) -> AsyncIterator[Talk]:
    async with talk_to(TABLES) as talk:
        yield talk


async def reply_to(talk: Talk, text: str) -> Reply:
    reply = await talk.send(text, ADMIN)
    assert reply is not None
    return reply


async def pressed(talk: Talk, data: str) -> Reply:
    reply = await talk.press(data, ADMIN)
    assert reply is not None
    return reply


async def test_admins_get_a_picture_with_the_figures_below_and_buttons(talk: Talk) -> None:
    await talk.ask("/addlink 0042 https://example.org", OWNER)
    for user in (USER, ADMIN):
        await talk.ask("/postno0042", user)
    reply = await reply_to(talk, "/metrics")
    assert isinstance(reply.photo, File)
    assert reply.photo.name == "testbot-day.png"
    assert reply.photo.content.startswith(b"\x89PNG")
    lines = reply.text.splitlines()
    assert lines[0] == "Last 24 hours: 3 requests"
    assert lines[1].startswith("Answered in ")
    assert lines[2:4] == ["People: 3 today (UTC), 3 in 7 days", "Most asked in 7 days: /postno0042 (2)"]
    assert lines[4].startswith("Process: up ")
    assert len(reply.text) < 1024  # the longest caption (Bot API, sendPhoto)
    assert [button.data for button in reply.rows[0]] == ["metrics:day", "metrics:month", "metrics:text"]


async def test_the_buttons_change_the_picture_in_its_place(talk: Talk) -> None:
    month, day = await pressed(talk, "metrics:month"), await pressed(talk, "metrics:day")
    assert month.edit
    assert day.edit
    assert isinstance(month.photo, File)
    assert isinstance(day.photo, File)
    assert month.photo.name == "testbot-month.png"
    assert month.photo.content != day.photo.content
    assert month.text.startswith("Last 30 days: ")


@pytest.mark.parametrize("how", ["command", "button"])
async def test_the_same_in_words(how: str, talk: Talk) -> None:
    await talk.ask("/addlink 0042 https://example.org", OWNER)
    await talk.ask("/postno0042")
    reply = await reply_to(talk, "/metrics text") if how == "command" else await pressed(talk, "metrics:text")
    assert (reply.photo, reply.edit) == (None, False)
    for told in (
        "Last 24 hours: 2 requests",
        "50 % within",
        "Last 30 days: 2 requests",
        "• /postno<number>: 1 request, ",
        "/addlink (1)",
        "• links: links 1",
        "CPU ",
        "Garbage collections: ",
    ):
        assert told in reply.text


async def test_a_bot_that_wants_no_pictures_answers_in_words(talk_to: TalkTo) -> None:
    async with talk_to("[plugins.metrics]\npicture = false\n") as talk:
        reply = await reply_to(talk, "/metrics")
    assert reply.photo is None
    assert reply.text.startswith("Last 24 hours: 0 requests\nPeople: 0 today (UTC), 0 in 7 days\n\nLast 30 days")
    assert "Pillow" not in reply.text


async def test_without_pillow_it_answers_in_words_and_says_how_to_get_pictures(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    importing = builtins.__import__

    def without_pillow(name: str, *args: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "PIL":
            raise ImportError(name)
        return importing(name, *args, **named)

    for module in ("chart", "canvas"):
        monkeypatch.delitem(sys.modules, f"pluggram_plugins.metrics.{module}", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_pillow)
    reply = await reply_to(talk, "/metrics")
    assert reply.photo is None
    assert "Last 24 hours: 0 requests" in reply.text
    assert 'pip install "pluggram[charts]"' in reply.text


@pytest.mark.parametrize("text", ["/metrics", "/metrics text", "/stats", "/stats links"])
async def test_they_are_for_admins(text: str, talk: Talk) -> None:
    assert (await talk.ask(text)).startswith("Only an admin of this bot may use")
    reply = await talk.press("metrics:text", USER)
    assert reply is not None
    assert reply.text.startswith("Only an admin")


async def test_stats_tell_of_each_plugin_and_of_the_commands_of_one(talk: Talk) -> None:
    assert await talk.ask("/stats postno", ADMIN) == "postno has had no requests yet."
    await talk.ask("/postno0042")
    await talk.ask("/addlink 0042 https://example.org")
    await talk.ask("/addlink 0042 https://example.org", OWNER)
    by_plugin = (await talk.ask("/stats", ADMIN)).splitlines()
    assert by_plugin[0].startswith("Requests by plugin since ")
    assert by_plugin[1].startswith("• links: 2 requests, ")
    assert by_plugin[-1] == "One in detail: /stats links"
    links = await talk.ask("/stats links", ADMIN)
    assert "• /addlink <number> <url> [title]: denied 1, answered 1\n" in links
    assert "95 %" in links
    assert "• links: links 1" in links


async def test_before_the_first_request_stats_say_so(talk: Talk) -> None:
    assert await talk.ask("/stats", ADMIN) == "There were no requests yet."


async def test_a_plugin_that_is_not_there_is_answered_with_what_was_meant(talk: Talk) -> None:
    assert await talk.ask("/stats lnks", ADMIN) == "There is no plugin of this name. Did you mean /stats links?"
    assert await talk.ask("/stats 7", ADMIN) == ("There is no plugin of this name. There are: metrics, postno, links")


async def test_a_stranger_shows_its_check_its_metric_and_its_counter_in_health_and_metrics(
    talk_to: TalkTo, tmp_path: Path
) -> None:
    (tmp_path / "stranger.py").write_text(STRANGER)
    ours = '[plugins.health]\nshow = ["links", "dice_left", "rolls"]\n' + TABLES
    async with talk_to(ours + '[plugins.stranger]\nuse = "./stranger.py:Stranger"\n') as talk:
        await talk.ask("/roll6")
        await talk.ask("/roll13")
        health = await talk.ask("/health")
        metrics = await talk.ask("/metrics text", ADMIN)
        stats = await talk.ask("/stats stranger", ADMIN)
    assert health.startswith("❌ Not healthy: stranger (table)\n• stranger (table): there is no table\n")
    assert "Dice left: 4\nRolls: 2\n" in health
    assert "• stranger: dice_left 4, rolls 2, sides 19" in metrics
    assert "• /roll<sides>: 2 requests, 1 failed" in metrics
    assert "Most asked in 7 days: /roll6 (1)" in metrics
    assert "• /roll<sides>: answered 1, failed 1" in stats
    assert "• stranger: dice_left 4, rolls 2, sides 19" in stats


def bot_at(folder: Path) -> Bot:
    path = folder / "bot.toml"
    path.write_text(f'[bot]\nname = "x"\nowners = [{OWNER}]\n[storage]\nurl = "memory:"\n{TABLES}')
    return Bot(load(path, {}))


class Lasting(MemoryBackend):
    """Memory that outlives the bot that closes it, as a disk does."""

    async def close(self) -> None:
        """Keep everything."""


async def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    disk = Lasting()
    await disk.open()
    for run in (1, 2):
        bot = bot_at(tmp_path)
        async with bot.serving(disk):
            talk = Talk(bot)
            await talk.ask("/postno0042")
            text = await talk.ask("/metrics text", OWNER)
            assert f"• /postno<number>: {run} request" in text
            assert f"/postno0042 ({run})" in text


async def test_a_kill_loses_what_came_after_the_last_time_it_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pluggram_plugins.metrics.plugin.SAVED_EVERY", 0.001)
    kept = asyncio.Event()

    class Watched(Lasting):
        async def put_many(self, namespace: str, values: Any) -> None:
            await super().put_many(namespace, values)
            if namespace == "plugin.metrics" and '"/postno<number>"' in json.dumps(values):
                kept.set()

    disk = Watched()
    await disk.open()
    serving = bot_at(tmp_path)
    async with serving.serving(disk):
        await Talk(serving).ask("/postno0042")
        await asyncio.wait_for(kept.wait(), 10)
        left = await open_backend("memory:", tmp_path)  # what a process that is killed now leaves behind
        for namespace in await disk.namespaces():
            await left.put_many(namespace, dict(await disk.items(namespace)))
    again = bot_at(tmp_path)
    async with again.serving(left):
        assert "• /postno<number>: 1 request" in await Talk(again).ask("/metrics text", OWNER)


async def test_what_is_damaged_begins_anew_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    disk = Lasting()
    await disk.open()
    await disk.put("plugin.metrics", "live", "torn")
    bot = bot_at(tmp_path)
    async with bot.serving(disk):
        assert "begin anew" in caplog.text
        await Talk(bot).ask("/postno0042")
    again = bot_at(tmp_path)
    async with again.serving(disk):
        assert "• /postno<number>: 1 request" in await Talk(again).ask("/metrics text", OWNER)


async def test_a_storage_that_fails_for_a_while_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pluggram_plugins.metrics.plugin.SAVED_EVERY", 0.001)
    tried = asyncio.Event()

    class Shaky(Lasting):
        failing = True

        async def put_many(self, namespace: str, values: Any) -> None:
            if self.failing and namespace == "plugin.metrics":
                tried.set()
                raise StorageError("the disk is full")
            await super().put_many(namespace, values)

    disk = Shaky()
    await disk.open()
    bot = bot_at(tmp_path)
    async with bot.serving(disk):
        await Talk(bot).ask("/postno0042")
        await asyncio.wait_for(tried.wait(), 10)
        disk.failing = False
    assert "plugin metrics: the disk is full" in caplog.text
    again = bot_at(tmp_path)
    async with again.serving(disk):
        assert "• /postno<number>: 1 request" in await Talk(again).ask("/metrics text", OWNER)


async def test_how_late_the_event_loop_is_is_told(talk: Talk) -> None:
    async with asyncio.timeout(10):
        while talk.bot.lag.longest_at is None:  # noqa: ASYNC110 - it is a thread that looks
            await asyncio.sleep(0)
    assert "Event loop: late by " in (await reply_to(talk, "/metrics text")).text
