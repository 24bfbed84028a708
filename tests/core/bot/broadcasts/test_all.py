"""The broadcasts of a bot: how one begins, is found again by its name, and is forgotten in the end."""

import asyncio
import json
import time
import tracemalloc
from collections.abc import AsyncIterator, Collection, Mapping
from typing import cast

import pytest

from pluggram.bot.broadcasts import all as broadcasts_of_a_bot
from pluggram.bot.broadcasts.all import DAYS_KEPT
from pluggram.bot.broadcasts.kept import ROW
from pluggram.bot.broadcasts.ledger import MOST_TWICE, SAVED_TOGETHER
from pluggram.bot.broadcasts.mailing import MOST_OPEN
from pluggram.edge import Sent
from pluggram.errors import FloodLimit
from pluggram.parts import Article
from pluggram.reply import Reply
from pluggram.storage import Json, StorageError
from pluggram.storage.memory import MemoryBackend
from pluggram.telegram import Client
from tests.core.bot.broadcasts.stage import Stage, broadcasts_on, killed, staged
from tests.core.telegram.clock import pass_time


class Counting(MemoryBackend):
    """Counts what is written; fails, or takes its time, when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = self.written = 0
        self.failing = self.unreadable = False
        self.takes = 0.0

    def written_down(self, key: str) -> int:
        """How many chats of a broadcast are done, as it is kept."""
        kept = json.loads(self._texts("core.broadcasts")[key])
        return int(kept["sent"] + kept["blocked"] + kept["failed"])

    async def items(
        self, namespace: str, prefix: str = "", after: str | None = None, limit: int | None = None
    ) -> list[tuple[str, Json]]:
        if self.unreadable:
            raise StorageError("the disk is gone")
        return await super().items(namespace, prefix, after, limit)

    async def put_many(self, namespace: str, values: Mapping[str, Json]) -> None:
        if self.failing:
            raise StorageError("the disk is full")
        await pass_time(self.takes)
        self.writes += 1
        self.written += len(str(values))
        await super().put_many(namespace, values)


@pytest.fixture
async def backend() -> Counting:
    backend = Counting()
    await backend.open()
    return backend


@pytest.fixture
async def stage(backend: Counting) -> AsyncIterator[Stage]:
    async with staged(20, backend) as opened:
        yield opened


async def test_the_same_name_is_the_same_broadcast_whenever_it_is_asked_for(stage: Stage) -> None:
    async with stage.process() as broadcasts:
        begun = await asyncio.gather(*(broadcasts.begin("news", "one", stage.ids, "Snow!") for _ in range(5)))
        assert all(each is begun[0] for each in begun)
        await begun[0].done()
        assert await broadcasts.begin("news", "one", stage.ids, "Sun!") is begun[0]
    async with stage.process() as again:
        assert (await again.begin("news", "one", stage.ids, "Sun!")).progress == begun[0].progress
    assert all(stage.got(chat) == ["Snow!"] for chat in stage.chats)


async def test_each_plugin_has_names_of_its_own(stage: Stage) -> None:
    stage.working.add("other")
    async with stage.process() as broadcasts:
        one = await broadcasts.begin("news", "one", stage.ids[:1], "Snow!")
        other = await broadcasts.begin("other", "one", stage.ids[:1], "Sun!")
        await asyncio.gather(one.done(), other.done())
        assert broadcasts.of("news") == {"one": one}
    assert sorted(stage.got(stage.chats[0])) == ["Snow!", "Sun!"]


async def test_chats_come_one_by_one_or_in_a_list_as_numbers_or_texts_and_each_counts_once(stage: Stage) -> None:
    async def chats() -> AsyncIterator[int | str]:
        for chat_id in stage.ids:
            yield chat_id
            yield str(chat_id)

    async with stage.process() as broadcasts:
        one = await broadcasts.begin("news", "one", chats(), "Snow!")
        two = await broadcasts.begin("news", "two", {str(stage.ids[0]): "Ann"}, "Sun!")
        nobody = await broadcasts.begin("news", "nobody", [], "Rain!")
        progress = [await each.done() for each in (one, two, nobody)]
        assert [(each.total, each.sent) for each in progress] == [(20, 20), (1, 1), (0, 0)]


@pytest.mark.parametrize("chats", ["42", 42, None, [None], [True], [1.5], ["ann"], ["@an\ud800"], [(1, "Ann")]])
async def test_what_names_no_chat_is_refused_and_leaves_nothing_behind(stage: Stage, chats: object) -> None:
    async with stage.process() as broadcasts:
        with pytest.raises(TypeError, match="chat"):
            await broadcasts.begin("news", "one", chats, "Snow!")  # type: ignore[arg-type]
        assert not broadcasts.of("news")
    assert await stage.kept() == 0


@pytest.mark.parametrize("name", ["", " ", "a/b", "ä", "x" * 101, None])
async def test_what_is_no_name_is_refused(stage: Stage, name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a broadcast"):
        await stage.broadcasts().begin("news", name, stage.ids, "Snow!")


@pytest.mark.parametrize("answer", [None, 42, "", Reply(articles=[Article("a", "b")])])
async def test_what_is_no_message_is_refused(stage: Stage, answer: str) -> None:
    with pytest.raises((TypeError, ValueError)):
        await stage.broadcasts().begin("news", "one", stage.ids, answer)


async def test_a_list_that_breaks_off_is_raised_and_was_never_begun(stage: Stage) -> None:
    async def chats() -> AsyncIterator[int]:
        for chat_id in range(1, 2 * ROW):
            yield chat_id
        raise OSError("the file ends")

    async with stage.process() as broadcasts:
        with pytest.raises(OSError, match="the file ends"):
            await broadcasts.begin("news", "one", chats(), "Snow!")
        assert await stage.kept() == 0
        assert (await (await broadcasts.begin("news", "one", stage.ids, "Snow!")).done()).sent == 20


async def test_a_kill_while_the_chats_are_listed_leaves_nothing_behind(stage: Stage, backend: Counting) -> None:
    async def chats() -> AsyncIterator[int]:
        for chat_id in range(1, 30 * ROW):
            yield chat_id
        backend.failing = True  # as if nothing could be done any more
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await stage.broadcasts().begin("news", "one", chats(), "Snow!")
    backend.failing = False
    assert await stage.kept() > 20
    async with stage.process() as broadcasts:
        assert not broadcasts.of("news")
    assert await stage.kept() == 0


async def test_one_that_is_begun_before_the_bot_serves_begins_when_it_does(stage: Stage) -> None:
    broadcasts = stage.broadcasts()
    await broadcasts.load()
    news = await broadcasts.begin("news", "one", stage.ids, "Snow!")
    await asyncio.sleep(0)
    assert not stage.telegram.sent
    async with broadcasts.running():
        assert (await news.done()).sent == 20


async def test_while_nothing_can_be_kept_it_waits_says_so_once_and_loses_nothing(
    stage: Stage, backend: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    many = [1_000_000 + number for number in range(100)]
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "one", [*stage.ids, *many], "Snow!")
        backend.failing = True
        await pass_time(60)
        assert len(stage.telegram.sent) == MOST_TWICE
        backend.failing = False
        progress = await news.done()
    assert (progress.sent, progress.failed) == (20, 100)
    assert len(stage.telegram.sent) == 120
    assert caplog.text.count("the disk is full") == 1


async def test_what_happens_while_it_is_written_down_is_written_down_the_next_time(
    stage: Stage, backend: Counting
) -> None:
    strangers = [1_000_000 + number for number in range(100)]
    broadcasts = stage.broadcasts()
    news = await broadcasts.begin("news", "one", [*strangers, *stage.ids], "Snow!")
    backend.takes = 2.0
    running = broadcasts.running()
    await running.__aenter__()
    for number in range(1, 110):
        await stage.sent(number)
        assert len(stage.telegram.sent) - backend.written_down("news/one") <= MOST_TWICE
    await killed(broadcasts)
    backend.takes = 0.0
    async with stage.process() as again:
        news = again.of("news")["one"]
        assert (await news.done()).failed == 100
        assert [chat async for chat, _ in news.failures()] == strangers


async def test_while_nothing_can_be_read_none_begins_twice_and_all_go_on_later(
    stage: Stage, backend: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.broadcasts().begin("news", "one", stage.ids, "Snow!")
    backend.unreadable = True
    broadcasts = stage.broadcasts()
    async with broadcasts.running():
        await pass_time(60)
        with pytest.raises(StorageError, match="the disk is gone"):
            await broadcasts.begin("news", "one", stage.ids, "Snow!")
        backend.unreadable = False
        await (await broadcasts.begin("news", "one", stage.ids, "Snow!")).done()
    assert all(stage.got(chat) == ["Snow!"] for chat in stage.chats)
    assert caplog.text.count("the disk is gone") == 1


async def test_what_has_been_over_for_long_is_forgotten(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.process() as broadcasts:
        old = await broadcasts.begin("news", "old", [*stage.ids, 404], "Snow!")
        await old.done()
        await broadcasts.begin("news", "new", stage.ids, "Snow!")
        assert [*broadcasts.of("news")] == ["old", "new"]
        old.kept.ended = time.time() - DAYS_KEPT * 24 * 3600 - 1
        await broadcasts.begin("news", "newer", stage.ids, "Snow!")
        assert [*broadcasts.of("news")] == ["new", "newer"]
        await asyncio.gather(*(each.done() for each in broadcasts.of("news").values()))
        monkeypatch.setattr(broadcasts_of_a_bot, "MOST_KEPT", 1)
        await (await broadcasts.begin("news", "newest", stage.ids, "Snow!")).done()
        assert len(broadcasts.of("news")) == 2
    assert await stage.kept() == 2


async def test_what_is_left_is_counted_while_it_runs(stage: Stage) -> None:
    async with stage.process() as broadcasts:
        news = await broadcasts.begin("news", "one", stage.ids, "Snow!")
        two = await broadcasts.begin("news", "two", stage.ids, "Snow!")
        assert broadcasts.left() == 40
        await news.done()
        await two.cancel()
        assert broadcasts.left() == 0


async def test_rows_that_somebody_has_spoilt_are_told_and_left_alone(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    spoilt: dict[str, Json] = {"news/one": {"total": 5}, "news/two": "x", "news/three": {"plugin": "n", "name": "m"}}
    await stage.backend.put_many("core.broadcasts", spoilt)
    async with stage.process() as broadcasts:
        assert not broadcasts.of("news")
    assert await stage.kept() == 3
    assert caplog.text.count("is no broadcast") == 3


async def test_one_whose_list_somebody_has_spoilt_is_told_and_waits(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    broadcasts = stage.broadcasts()
    news = await broadcasts.begin("news", "one", stage.ids, "Snow!")
    await stage.backend.delete("core.broadcasts.chats", "news/one/chats/00000000")
    async with broadcasts.running():
        await pass_time(60)
    assert news.progress.state == "running"
    assert "news/one/chats/00000000" in caplog.text


class Post:
    """An edge that takes all that is sent, but to chats that have to wait, and tells when it has taken so many."""

    def __init__(self, enough: int, flooded: Collection[int] = ()) -> None:
        self.flooded = flooded
        self.bot, self.spoken, self.held, self.taken, self.enough = self, 0, 0.0, 0, enough
        self.id = 7
        self.reached = asyncio.Event()

    async def send_bulk(self, chat_id: int, reply: Reply) -> Sent:
        if chat_id in self.flooded:
            raise FloodLimit("Too Many Requests", 3600)
        self.taken += 1
        if self.taken == self.enough:
            self.reached.set()
        return Sent([1], reply)


async def test_one_whose_row_somebody_has_spoilt_in_a_way_that_is_seen_late_is_told_and_waits(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    broadcasts = stage.broadcasts()
    news = await broadcasts.begin("news", "one", stage.ids, "Snow!")
    news.kept.open.append([])  # type: ignore[arg-type]
    async with broadcasts.running():
        await pass_time(60)
    assert not stage.telegram.sent
    assert "the broadcast one of plugin news cannot go on" in caplog.text


async def test_a_hundred_thousand_chats_take_little_memory_and_few_writes(backend: Counting) -> None:
    async def chats() -> AsyncIterator[int]:
        for chat_id in range(10**9, 10**9 + 100_000):
            yield chat_id

    post = Post(5000)
    broadcasts = broadcasts_on(backend, cast(Client, post), {"news"})
    news = await broadcasts.begin("news", "one", chats(), "Snow!")
    assert backend.writes <= 15
    listed, backend.writes, backend.written = backend.written, 0, 0
    tracemalloc.start()
    async with broadcasts.running():
        await post.reached.wait()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert news.progress.total == 100_000
    assert most < 200_000
    assert backend.writes < 5000 / SAVED_TOGETHER + 5
    assert backend.written < listed / 4


async def test_however_many_chats_have_to_wait_few_are_open_at_once(backend: Counting) -> None:
    post = Post(10**6, range(0, 10**6, 2))
    broadcasts = broadcasts_on(backend, cast(Client, post), {"news"})
    news = await broadcasts.begin("news", "one", range(1, 1001), "Snow!")
    async with broadcasts.running():
        await pass_time(600)
        assert len(news.kept.open) == MOST_OPEN
        assert news.progress.sent == MOST_OPEN
