"""Service: a connected bot at work, from the first update that is fetched to the last answer that is sent."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from pluggram.bot import Bot, PluginsRefused
from pluggram.intake import Inbox, Intake, Polling, Source, Taker
from pluggram.plugins import PluginError
from pluggram.serve.answers import Answers
from pluggram.serve.inboxes import memory_inbox
from pluggram.storage import Store
from pluggram.telegram import Client
from pluggram.telegram.menus import MenuKeeper

if TYPE_CHECKING:
    from pluggram.telegram.ptb import PtbHandlers

logger = logging.getLogger("pluggram.serve")

KEPT_MENUS = "core.menus"
"""The namespace that remembers which command menus were set."""


class Service:
    """Serves a connected bot: takes updates in, answers in order per chat, keeps its command menus, stops gracefully.

    inbox: where updates wait; in memory unless it is given.
    source: makes what brings the updates; they are polled unless it is given.
    kept_menus: remembers which menus were set; a namespace of the bot's storage unless it is given.
    """

    def __init__(
        self,
        bot: Bot,
        client: Client,
        inbox: Inbox | None = None,
        source: Callable[[Taker], Source] | None = None,
        kept_menus: Store | None = None,
    ) -> None:
        self._bot = bot
        self._client = client
        client.follow(bot.moves)
        self._presses: set[str | None] = set()
        self._ptb: PtbHandlers | None = None
        answers = Answers(bot, client, self._presses)
        self._intake = Intake(inbox or memory_inbox(bot), answers, bot.config.telegram.in_flight)
        bot.watch_backlog(self._intake)
        self._source = source(self._intake) if source is not None else self._polling()
        answers.replies = self._source.replies
        self._menus = MenuKeeper(client.call, bot.menus, kept_menus or bot.store(KEPT_MENUS), client.me.id)

    def _polling(self) -> Source:
        return Polling(self._client, self._intake, lambda: self._bot.allowed_updates, self._bot.pulse)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; then finish what runs within `bot.shutdown_timeout` seconds.

        Raises TokenRefused when Telegram keeps refusing the token, PortTaken or CannotListen when the webhook has no
        port, PluginsRefused when the bot is strict and cannot serve a plugin's handlers made for python-telegram-bot.
        """
        self._bot.pulse.expect(self._source.kind)
        await self._serve_ptb_handlers()
        work = [self._source.run(), self._intake.run()]
        if self._bot.config.telegram.menus:
            work.append(self._menus.run())
        source, *tasks = map(asyncio.create_task, work)
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((source, tasks[0], stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (stopping, source, *tasks):
                task.cancel()
            await asyncio.wait((stopping, source, *tasks))
            await self._wind_down()
        for task in (source, *tasks):
            if not task.cancelled():
                task.result()

    async def settled(self) -> None:
        """Wait until every update that was fetched is answered, and the menus have followed."""
        await self._intake.settled()
        if self._bot.config.telegram.menus:
            await self._bot.menus.settled()

    async def _serve_ptb_handlers(self) -> None:
        if not self._bot.ptb_plugins:
            return
        # measured: 15 ms and 2.5 MB more, for bots that have handlers made for python-telegram-bot
        from pluggram.telegram.ptb import PtbHandlers

        self._ptb = PtbHandlers(self._client.bot, self._presses)
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
        await asyncio.gather(self._confirm(deadline), self._intake.stop(deadline))
        if self._ptb is not None:
            await self._ptb.end(deadline)

    async def _confirm(self, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await self._source.confirm()
        except TimeoutError:
            pass
        except Exception:  # whatever it is, what runs is finished
            logger.exception("what was fetched last could not be confirmed, and may come again")
