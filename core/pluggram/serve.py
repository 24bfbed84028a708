"""Wires the rooms together and runs them: the only place where intake and telegram meet."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from pluggram.bot import Bot, PluginsRefused
from pluggram.edge import Arrival, Malformed, RawUpdate
from pluggram.intake import Lanes, Polling
from pluggram.plugins import PluginError
from pluggram.request import Request
from pluggram.storage import Store
from pluggram.telegram import Client
from pluggram.telegram.answers import deliver_answer
from pluggram.telegram.attendance import Attendance
from pluggram.telegram.menus import MenuKeeper

if TYPE_CHECKING:
    from pluggram.telegram.ptb import PtbHandlers

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
        self._ptb: PtbHandlers | None = None
        self._polling = Polling(client, _Laning(self._lanes), lambda: bot.allowed_updates, bot.pulse)
        self._menus = MenuKeeper(client.call, bot.menus, kept_menus or bot.store(KEPT_MENUS), client.me.id)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; then finish what runs within `bot.shutdown_timeout` seconds.

        Raises TokenRefused when Telegram keeps refusing the token, PluginsRefused when the bot is strict and cannot
        serve a plugin's handlers made for python-telegram-bot.
        """
        self._bot.pulse.expect()
        await self._serve_ptb_handlers()
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

    async def _serve_ptb_handlers(self) -> None:
        if not self._bot.ptb_plugins:
            return
        # measured: 15 ms and 2.5 MB more, for bots that have handlers made for python-telegram-bot
        from pluggram.telegram.ptb import PtbHandlers

        self._ptb = PtbHandlers(self._client.bot)
        for plugin in self._bot.ptb_plugins:
            try:
                await self._ptb.serve(plugin)
            except PluginError as error:
                self._bot.lose(plugin.name, error)
        try:
            self._bot.add_ptb_handlers(self._ptb)
        except PluginsRefused:
            await self._ptb.end(self._deadline())
            raise

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._bot.config.bot.shutdown_timeout

    async def _wind_down(self) -> None:
        deadline = self._deadline()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                await self._polling.confirm()
                await self._lanes.join()
        if left := await self._lanes.abandon():
            logger.error("stopped with %d updates unanswered: %s", len(left), [u.get("update_id") for u in left])
        if self._ptb is not None:
            await self._ptb.end(deadline)

    async def _answer(self, update: RawUpdate) -> None:
        request = Request.of_any(update)
        self._bot.menus.meet(request)
        taken = self._ptb.presses if self._ptb is not None else None
        async with Attendance(self._client.call, request, taken) as attendance:
            reply = await self._bot.feed(update)
        await deliver_answer(self._client.call, request, reply, acknowledged=attendance.acknowledged)


class _Laning:
    """Takes updates into lanes, in memory."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes

    async def take(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            if isinstance(arrival, Malformed):
                logger.error("an update is passed over, %s: %.1000s", arrival.reason, arrival.text)
            else:
                await self._lanes.put(arrival)

    async def room(self) -> None:
        """Lanes hold up `take` instead."""
