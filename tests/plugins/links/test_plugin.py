"""What the plugin tells of itself."""

import pytest

from pluggram import Metric, StorageError
from pluggram.storage.memory import MemoryBackend
from tests.plugins.conftest import OWNER, TalkTo


async def test_it_says_how_many_links_there_are(talk_to: TalkTo) -> None:
    async with talk_to("[plugins.links]") as talk:
        assert Metric("links", "links", 0) in await talk.bot.metrics()
        await talk.ask("/addlink 0042 https://example.org", OWNER)
        assert Metric("links", "links", 1) in await talk.bot.metrics()


async def test_links_that_cannot_be_read_are_noticed(talk_to: TalkTo, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise StorageError("the disk does not read")

    async with talk_to("[plugins.links]\nnamespace = 'posts'") as talk:
        assert not any(result.problem for result in await talk.bot.check())
        monkeypatch.setattr(MemoryBackend, "items", broken)
        found = (await talk.bot.check())[-1]
    assert (found.plugin, found.name, found.problem) == ("links", "readable", "the check failed")
    assert found.detail == "the disk does not read"
