"""PtbHandlers: the handlers made for python-telegram-bot of all plugins."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Set
from itertools import chain

import telegram

from pluggram.bot.ptb import PtbPlugin
from pluggram.edge import RawUpdate
from pluggram.plugins import PluginError
from pluggram.plugins.reason import reason
from pluggram.request import Request
from pluggram.telegram.ptb.application import PtbApplication
from pluggram.telegram.ptb.candidates import Candidates
from pluggram.telegram.ptb_objects import read_update

logger = logging.getLogger("pluggram.telegram")


class PtbHandlers:
    """Serves the handlers of each plugin in an Application of its own, all on one `bot`.

    presses: gets the ids of button presses that one of them has taken, and answers itself.
    """

    def __init__(self, bot: telegram.Bot, presses: set[str | None]) -> None:
        self._presses = presses
        self._bot = bot
        self._serving: dict[str, PtbApplication] = {}
        self._dropped: list[PtbApplication] = []

    @property
    def updates(self) -> Set[str]:
        """The kinds of update that they want (Bot API, Update)."""
        return frozenset(chain.from_iterable(application.kinds for application in self._serving.values()))

    @property
    def movers(self) -> Mapping[str, Callable[[int, int], Awaitable[object]]]:
        """What moves the data that each plugin's handlers keep of a chat, from an old id to a new one."""
        return {name: application.move_chat for name, application in self._serving.items()}

    async def serve(self, plugin: PtbPlugin) -> None:
        """Serve the handlers of a plugin from now on; raises PluginError when they cannot be served."""
        try:
            application = PtbApplication.build(plugin, self._bot)
            await application.initialize()
            await application.start()
        except Exception as error:
            raise PluginError(reason(error, "while its handlers for python-telegram-bot were made ready")) from error
        self._serving[plugin.name] = application

    def drop(self, plugin: str) -> None:
        """Serve the handlers of a plugin no longer."""
        if application := self._serving.pop(plugin, None):
            self._dropped.append(application)

    def candidates(self, raw: RawUpdate) -> Candidates | None:
        """Give those that may want an update; None when it is of no kind that any of them could want."""
        wanting = [each for each in self._serving.values() if not each.kinds.isdisjoint(raw)]
        if not wanting:
            return None
        try:
            update = read_update(raw, self._bot)
            _check_ids(update)
        except Exception as error:
            logger.warning("update %s cannot be read by python-telegram-bot: %.300s",
                           Request.of_any(raw).id, reason(error))  # fmt: skip
            return None
        return Candidates(update, wanting, self._presses)

    async def end(self, deadline: float) -> None:
        """End them all; what they began may finish until `deadline`, in the event loop's time."""
        for application in (*self._serving.values(), *self._dropped):
            await application.end(deadline)
        self._serving.clear()


def _check_ids(update: telegram.Update) -> None:
    """Raise TypeError where an id is none: python-telegram-bot would keep data by it, and never read it again."""
    for who in (update.effective_chat, update.effective_user):
        if who is not None and type(who.id) is not int:
            raise TypeError(f"the id of a {type(who).__name__} is a {type(who.id).__name__}")
    press = update.callback_query
    if press is not None and not isinstance(press.id, str):
        raise TypeError(f"the id of a button press is a {type(press.id).__name__}")
