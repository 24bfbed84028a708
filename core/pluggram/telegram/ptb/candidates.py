"""Who may want an update, in the order of python-telegram-bot as if all were in one Application."""

import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

import telegram
from telegram.ext import CommandHandler, ConversationHandler, PrefixHandler

from pluggram.bot.ptb import Turn
from pluggram.handlers import Handler
from pluggram.plugins.reason import reason
from pluggram.router import Result
from pluggram.telegram.ptb.application import PtbApplication, PtbContext
from pluggram.telegram.ptb.kinds import PtbHandler

logger = logging.getLogger("pluggram.telegram")

Candidate = tuple[PtbApplication, PtbHandler]


class Candidates:
    """One update, and the applications that could want it; `presses` gets the button press that one takes."""

    def __init__(self, update: telegram.Update, wanting: Sequence[PtbApplication], presses: set[str | None]) -> None:
        self._update = update
        self._kind = next((name for name in telegram.Update.ALL_TYPES if getattr(update, name) is not None), "")
        self._wanting = wanting
        self._presses = presses
        self._contexts: dict[str, PtbContext] = {}
        self._stopped = False

    def dialogue(self) -> Turn | None:
        """Give the conversation that is under way where the update comes from, and goes on with it."""
        for group in self._groups():
            for application, handler in self._in_group(group):
                if isinstance(handler, ConversationHandler) and (check := self._under_way(application, handler)):
                    take = partial(self._take, application, handler, check)
                    return Turn(application.plugin, described(handler), take)
        return None

    def others(self) -> Iterator[Turn]:
        """Give who wants it: one of each group, until one says that no other shall have it."""
        for group in self._groups():
            turn = next(filter(None, map(self._turn, self._in_group(group))), None)
            if turn is not None:
                yield turn
            if self._stopped:
                return

    def _groups(self) -> Sequence[int]:
        return sorted({group for application in self._wanting for group in application.handlers})

    def _in_group(self, group: int) -> Iterator[Candidate]:
        for application in self._wanting:
            for handler in tuple(application.handlers.get(group, ())):
                if self._kind in application.named.get(id(handler), (self._kind,)):
                    yield application, handler

    def _under_way(self, application: PtbApplication, handler: PtbHandler) -> object:
        """Give what a conversation says of the update when it is under way; one that raises at that is passed over.

        It has its turn to raise among the others, and so keeps the update from nobody.
        """
        try:
            check = handler.check_update(self._update)
        except BaseException as error:  # it is called and not awaited: even a CancelledError is its own
            logger.error("plugin %s: handler %r could not say whether it is under way: %.300s",
                         application.plugin, described(handler).pattern, reason(error))  # fmt: skip
            return None
        return check if isinstance(check, tuple) and check and check[0] is not None else None

    def _turn(self, candidate: Candidate) -> Turn | None:
        """Ask a handler whether it wants the update; one that raises at that has its turn to do so."""
        application, handler = candidate
        try:
            check = handler.check_update(self._update)
        except BaseException as error:
            take = partial(_fail, error)
        else:
            if check is None or check is False:
                return None
            take = partial(self._take, application, handler, check)
        return Turn(application.plugin, described(handler), take)

    async def _take(self, application: PtbApplication, handler: PtbHandler, check: object) -> Result:
        if self._update.callback_query is not None:
            self._presses.add(self._update.callback_query.id)
        context = self._contexts.get(application.plugin)
        if context is None:
            context = application.context_types.context.from_update(self._update, application)
            self._contexts[application.plugin] = context
            await context.refresh_data()
        result, self._stopped = await application.handle(handler, self._update, check, context)
        return result


@lru_cache(1024)
def described(handler: PtbHandler) -> Handler:
    """Make what stands for a handler in logs and events: a command is its pattern, else its class and its callback."""
    answer = getattr(handler, "callback", handler.handle_update)
    if isinstance(handler, CommandHandler | PrefixHandler):
        slash = "/" if isinstance(handler, CommandHandler) else ""
        name = slash + min(handler.commands)
    elif isinstance(handler, ConversationHandler):
        name = f"ConversationHandler {handler.name or ''}".strip()
    else:
        name = f"{type(handler).__name__} {getattr(answer, '__name__', '')}".strip()
    return Handler(name, answer)


async def _fail(error: BaseException) -> Result:
    raise error
