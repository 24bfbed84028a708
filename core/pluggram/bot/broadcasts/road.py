"""The way of all broadcasts of a bot to Telegram: in turns, few at a time, and not while it is out of reach."""

import asyncio
import logging
import random

from pluggram.bot.broadcasts.pace import Pace
from pluggram.bot.connection import Connection
from pluggram.broadcasts import ChatId
from pluggram.edge import Edge, Sent, is_open
from pluggram.errors import FloodLimit, TelegramError, TokenRefused, Unreachable
from pluggram.reply import Reply

logger = logging.getLogger("pluggram.broadcasts")

IN_FLIGHT = 4
"""Messages of broadcasts that are on their way at once: the other connections are left to replies."""
LONGEST_WAIT = 30.0
"""Seconds between two tries at the most while Telegram is out of reach."""


class Road:
    """Whoever has entered may send, and must leave; all wait while Telegram is out of reach, which is logged once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pace = Pace()
        self._places = asyncio.Semaphore(IN_FLIGHT)
        self._outages = 0
        self._since = 0.0

    async def edge(self) -> Edge:
        """Wait until the bot is connected."""
        return await self._connection.connected()

    async def enter(self, chat: ChatId) -> None:
        """Wait for a place, and then for the turn of a chat."""
        edge = await self.edge()
        await self._places.acquire()
        try:
            await self._pace.turn(chat, edge)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Give the place back."""
        self._places.release()

    async def send(self, chat: ChatId, reply: Reply) -> Sent:
        """Send to a chat; raises TelegramError. What shows that Telegram is out of reach holds all back for a while."""
        edge = await self.edge()
        try:
            sent = await edge.send_bulk(chat, reply)
        except (Unreachable, TokenRefused) as error:
            self._hold(error)
            raise
        except TelegramError as error:
            if not isinstance(error, FloodLimit):
                self._go_on()
            raise
        self._go_on()
        self._pace.more(len(sent.ids) - 1)
        return sent

    async def is_open(self) -> bool:
        """Ask whether Telegram can be reached at all."""
        return await is_open((await self.edge()).call)

    def _hold(self, error: TelegramError) -> None:
        if not self._outages:
            self._since = asyncio.get_running_loop().time()
            logger.warning("broadcasts are interrupted: %s", error)
        self._outages += 1
        self._pace.hold(random.uniform(0.5, 1) * min(LONGEST_WAIT, 2.0 ** min(self._outages, 5)))

    def _go_on(self) -> None:
        if self._outages:
            logger.warning("broadcasts go on after %.0f s", asyncio.get_running_loop().time() - self._since)
            self._outages = 0
