"""The source from its start to its end."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from pluggram.intake.webhook.address import Address
from pluggram.intake.webhook.errors import PortTaken
from pluggram.intake.webhook.registration import Registration
from pluggram.intake.webhook.source import Webhook
from pluggram.intake.webhook.wanted import Wanted
from pluggram.storage import Storage
from tests.core.intake.webhook.posts import HEADER, PATH, SECRET, Kept, request, status

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Registry:
    """A Telegram at which a webhook can be set, and that tells when it is."""

    def __init__(self) -> None:
        self.set = asyncio.Event()
        self.beats = 0

    async def call(self, method: str, parameters: Mapping[str, Any], /) -> Any:
        if method == "setWebhook":
            self.set.set()
        return {"url": parameters.get("url", "")}

    def beat(self, mended: bool = True) -> None:
        self.beats += 1

    def miss(self, reason: str) -> None:
        raise AssertionError(reason)


class Site:
    """A webhook that runs, and somebody who is connected to it."""

    def __init__(self) -> None:
        self.kept, self.registry = Kept(), Registry()
        wanted = Wanted(f"http://localhost{PATH}", SECRET)
        store = Storage().store("core.webhook")
        made = Registration(self.registry.call, wanted, lambda: ["message"], store, "1", self.registry)
        self.webhook = Webhook(made, self.kept, Address("127.0.0.1", 0))
        self.task = asyncio.create_task(self.webhook.run())

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait((self.task,))

    @asynccontextmanager
    async def posting(self) -> AsyncIterator[Connection]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.webhook.port)
        self.kept.ready.clear()
        writer.write(request())
        await self.kept.asked.wait()
        try:
            yield reader, writer
        finally:
            writer.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await asyncio.wait_for(site.registry.set.wait(), 10)
    yield site
    await site.stop()


async def test_it_listens_before_telegram_is_told_to_post(site: Site) -> None:
    async with site.posting() as (reader, _):
        site.kept.ready.set()
        before = site.registry.beats
        assert await status(reader) == 200
        assert site.registry.beats == before + 1


async def test_once_stopped_it_takes_no_new_post_and_answers_those_under_way(site: Site) -> None:
    async with site.posting() as (reader, _):
        port = site.webhook.port
        await site.stop()
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", port)
        confirming = asyncio.create_task(site.webhook.confirm())
        await asyncio.sleep(0)
        assert not confirming.done()
        site.kept.ready.set()
        await confirming
        assert await status(reader) == 200
        assert len(site.kept.arrivals) == 1


@pytest.mark.parametrize("secret", [SECRET, "a-strangers-guess"])
async def test_nobody_who_posts_slowly_holds_the_stop_up(site: Site, secret: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.webhook.port)
    writer.write(request(headers={HEADER: secret}).partition(b"{")[0])
    async with site.posting():
        await site.stop()
        site.kept.ready.set()
        async with asyncio.timeout(5):
            await site.webhook.confirm()
    assert await status(reader) == (503 if secret == SECRET else 401)
    writer.close()
    assert len(site.kept.arrivals) == 1


async def test_a_post_that_does_not_end_in_time_is_cut_off_and_not_answered(site: Site) -> None:
    async with site.posting() as (reader, _):
        await site.stop()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await site.webhook.confirm()
        assert await status(reader) == 0
        assert site.kept.arrivals == []


async def test_a_port_that_is_taken_ends_it(site: Site) -> None:
    other = Webhook(
        Registration(site.registry.call, Wanted("http://localhost", SECRET), list, Storage().store("x"), "1",
                     site.registry),
        site.kept,
        Address("127.0.0.1", site.webhook.port),
    )  # fmt: skip
    with pytest.raises(PortTaken):
        await other.run()
