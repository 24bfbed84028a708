"""The way of all broadcasts to Telegram, when Telegram is slow."""

import asyncio
from typing import cast

from pluggram.bot.broadcasts.road import IN_FLIGHT, Road
from pluggram.bot.connection import Connection
from pluggram.edge import Sent
from pluggram.reply import Reply
from pluggram.telegram import Client
from tests.core.telegram.clock import pass_time


class Slow:
    """An edge that takes two seconds for a message, and counts those that are on their way."""

    spoken, held = 0, 0.0

    def __init__(self) -> None:
        self.now = self.most = 0

    async def send_bulk(self, chat_id: int, reply: Reply) -> Sent:
        self.now += 1
        self.most = max(self.most, self.now)
        await pass_time(2)
        self.now -= 1
        return Sent([1], reply)


async def test_however_slow_telegram_is_half_of_the_connections_are_left_to_replies() -> None:
    slow, connection = Slow(), Connection()
    connection.attach(cast(Client, slow), "testbot")
    road = Road(connection)

    async def bring(chat: int) -> None:
        await road.enter(chat)
        await road.send(chat, Reply("Snow!"))
        road.leave()

    await asyncio.gather(*map(bring, range(1, 30)))
    assert slow.most == IN_FLIGHT


async def test_who_gives_up_before_his_turn_takes_no_place_with_him() -> None:
    connection = Connection()
    connection.attach(cast(Client, Slow()), "testbot")
    road = Road(connection)
    for _ in range(2 * IN_FLIGHT):
        await road.enter(1)
        road.leave()
        impatient = asyncio.create_task(road.enter(1))
        await asyncio.sleep(0)
        impatient.cancel()
    async with asyncio.timeout(10):
        for chat in range(IN_FLIGHT):
            await road.enter(2 + chat)
