"""Wires the rooms together and runs them: the only place where intake and telegram meet."""

import asyncio
import logging
from contextlib import suppress

from pluggram.bot import Bot
from pluggram.edge import RawUpdate
from pluggram.intake import Lanes, Polling
from pluggram.request import Request
from pluggram.storage import Store
from pluggram.telegram import Client
from pluggram.telegram.menus import MenuKeeper
from pluggram.telegram.sending import Delivery

logger = logging.getLogger("pluggram.serve")

KEPT_MENUS = "core.menus"
"""The namespace that remembers which command menus were set."""


class Service:
    """Serves a connected bot: polls, answers in order per chat, keeps its command menus, stops gracefully.

    kept_menus: remembers which menus were set; a namespace of the bot's storage unless it is given.
    """

    def __init__(self, bot: Bot, client: Client, kept_menus: Store | None = None) -> None:
        self._bot = bot
        self._client = client
        self._lanes = Lanes(self._answer, bot.config.telegram.in_flight)
        self._polling = Polling(client, self._lanes.put, lambda: bot.allowed_updates, bot.pulse.beat)
        self._menus = MenuKeeper(client.call, bot.menus, kept_menus or bot.store(KEPT_MENUS), client.me.id)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; then finish what runs within `bot.shutdown_timeout` seconds.

        Raises TokenRefused when Telegram keeps refusing the token.
        """
        self._bot.pulse.expect()
        polling = asyncio.create_task(self._polling.run())
        stopping = asyncio.create_task(stop.wait())
        menus = [asyncio.create_task(self._menus.run())] if self._bot.config.telegram.menus else []
        try:
            await asyncio.wait((polling, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (polling, stopping, *menus):
                task.cancel()
            await asyncio.wait((polling, stopping, *menus))
            await self._wind_down()
        if not polling.cancelled():
            polling.result()

    async def settled(self) -> None:
        """Wait until every update that was fetched is answered, and the menus have followed."""
        await self._lanes.join()
        if self._bot.config.telegram.menus:
            await self._bot.menus.settled()

    async def _wind_down(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._bot.config.bot.shutdown_timeout):
                await self._polling.confirm()
                await self._lanes.join()
        if left := await self._lanes.abandon():
            logger.error("stopped with %d updates unanswered: %s", len(left), [u.get("update_id") for u in left])

    async def _answer(self, update: RawUpdate) -> None:
        request = Request.from_update(update)
        if request is None:
            return
        if request.private and request.user is not None:
            self._bot.menus.meet(request.user.id)
        async with Delivery(self._client.call, request) as delivery:
            delivery.reply = await self._bot.feed(update)
