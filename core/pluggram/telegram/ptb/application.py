"""The `telegram.ext.Application` that a plugin's handlers find as `context.application`."""

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Sequence, Set
from typing import Any, cast

import telegram
from telegram.ext import (
    Application,
    ApplicationBuilder,
    ApplicationHandlerStop,
    CallbackContext,
    ContextTypes,
)

from pluggram.bot.ptb import PtbPlugin
from pluggram.handlers import TelegramErrorHandler, TelegramHandler
from pluggram.places import name_of_task
from pluggram.plugins.reason import PluginError, reason
from pluggram.router import Result
from pluggram.telegram.ptb.conversations import any_persistent, any_timed, move_dialogues
from pluggram.telegram.ptb.keeping import Data, Keeping
from pluggram.telegram.ptb.kinds import PtbHandler, checked, kinds

logger = logging.getLogger("pluggram.telegram")

PtbContext = CallbackContext[Any, Any, Any, Any]


class PtbApplication(Application[Any, Any, Any, Any, Any, Any]):
    """One plugin's Application: without an updater, on the bot that all share, with data of its own.

    `build` makes it, `initialize` and `start` make it ready, `end` ends it; `shutdown` would close the bot for all.
    """

    def __init__(self, *, plugin: str, **parts: Any) -> None:
        super().__init__(**parts)
        self.plugin = plugin
        self._task_name = name_of_task(plugin, "what it began beside its handlers")
        self.kinds: Set[str] = frozenset()
        """The kinds of update that its handlers could want."""
        self.named: dict[int, Set[str]] = {}
        """The kinds of update that the plugin has named for a handler, by the handler's `id()`."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._begun: dict[int, list[asyncio.Task[Any]]] = {}

    @classmethod
    def build(cls, plugin: PtbPlugin, bot: telegram.Bot) -> "PtbApplication":
        """Make the Application of a plugin, with its handlers.

        Raises PluginError for handlers that could not keep what they promise.
        """
        offered = [each for each in plugin.handlers if not isinstance(each, TelegramErrorHandler)]
        handlers = [each if isinstance(each, TelegramHandler) else TelegramHandler(each) for each in offered]
        builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any]
        builder = ApplicationBuilder().bot(bot).updater(None).application_class(cls, {"plugin": plugin.name})
        if any_persistent([each.handler for each in handlers]):
            data = ContextTypes(user_data=Data, chat_data=Data, bot_data=Data)
            builder = builder.context_types(data).persistence(Keeping(plugin.store))
        application = cast(PtbApplication, builder.build())
        for each in handlers:
            application._add(each)
        for other in plugin.handlers:
            if isinstance(other, TelegramErrorHandler):
                application.add_error_handler(other.callback)
        application._warn_of_timeouts([each.handler for each in handlers])
        return application

    def _add(self, declared: TelegramHandler) -> None:
        if declared.updates is not None:
            self.named[id(declared.handler)] = checked(declared.updates)
        self.kinds |= self.named.get(id(declared.handler)) or kinds(declared.handler)
        self.add_handler(declared.handler, declared.group)

    def _warn_of_timeouts(self, handlers: Sequence[PtbHandler]) -> None:
        with warnings.catch_warnings(action="ignore"):
            has_queue = self.job_queue is not None
        if any_timed(handlers) and not has_queue:
            logger.warning("plugin %s: conversation_timeout needs pip install 'python-telegram-bot[job-queue]'; "
                           "until then its conversations do not end by themselves", self.plugin)  # fmt: skip

    async def handle(
        self, handler: PtbHandler, update: telegram.Update, check: object, context: PtbContext
    ) -> tuple[Result, bool]:
        """Let a handler have an update that it wants; wait for all that it began, and keep what has changed.

        Give how it went, and whether no other shall have the update. Raises what it raises, unless error handlers of
        the plugin have been told.
        """
        begun = self._begun[id(update)] = []
        try:
            await handler.handle_update(update, self, check, context)
            await _finish(begun)
        except ApplicationHandlerStop:
            return ("silent", None, None), True
        except Exception as error:
            if not self.error_handlers:
                raise
            return ("failed", None, error), await self.process_error(update, error)
        finally:
            del self._begun[id(update)]
            for task in begun:
                task.cancel()
            await self._keep(update)
        return ("silent", None, None), False

    def create_task(
        self, coroutine: Any, update: object | None = None, *, name: str | None = None
    ) -> "asyncio.Task[Any]":
        """Begin something beside the handlers; what belongs to an update in work is waited for, and ends with it."""
        begun = self._begun.get(id(update), [])
        work = _ending(coroutine) if id(update) in self._begun else coroutine
        task: asyncio.Task[Any] = super().create_task(_contained(work), update, name=name or self._task_name)
        begun.append(task)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def process_error(
        self, update: object | None, error: Exception, job: Any = None, coroutine: Any = None
    ) -> bool:
        """Tell the log, and the plugin's error handlers; what belongs to an update in work is raised by `handle`."""
        if coroutine is not None and id(update) in self._begun:
            return False
        logger.error("plugin %s: %s", self.plugin, reason(error), exc_info=error)
        return await super().process_error(update, error, job, coroutine) if self.error_handlers else False

    async def update_persistence(self) -> None:
        """Keep what has changed outside of `handle`; what goes wrong is told like any error."""
        try:
            await self._write()
        except Exception as error:
            await self.process_error(None, error)

    async def move_chat(self, old: int, new: int) -> None:
        """Move what is kept of a chat to its new id: its data, and the dialogues in it.

        Raises StorageError, PluginError for what cannot be kept.
        """
        if old in self.chat_data:
            there = dict(self.chat_data.get(new, {}))
            self.migrate_chat_data(old_chat_id=old, new_chat_id=new)
            self.chat_data[new].update(there)
        move_dialogues([each for group in self.handlers.values() for each in group], old, new)
        await self._write()

    async def end(self, deadline: float) -> None:
        """Stop; what was begun beside the handlers is waited for until `deadline`, in the event loop's time."""
        begun = set(self._tasks)
        try:
            async with asyncio.timeout_at(deadline):
                await self.stop()
        except TimeoutError:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if cut_off := sum(task.cancelled() for task in begun):
            logger.error("plugin %s: what it began beside its handlers is cut off, %d tasks", self.plugin, cut_off)
        await self.update_persistence()

    async def _keep(self, update: telegram.Update) -> None:
        if self.persistence is not None:
            chat, user = update.effective_chat, update.effective_user
            self.mark_data_for_update_persistence(chat.id if chat else None, user.id if user else None)
            await self._write()

    async def _write(self) -> None:
        if self.persistence is not None:
            await super().update_persistence()
            await self.persistence.flush()


async def _finish(tasks: Sequence["asyncio.Task[Any]"]) -> None:
    """Wait for tasks, also for those they begin; raises the first error among theirs."""
    while pending := [task for task in tasks if not task.done()]:
        await asyncio.wait(pending)
    for task in tasks:
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ApplicationHandlerStop):
            raise error


async def _ending(work: Awaitable[Any]) -> Any:
    """End with an error where it is cut off: of a task that is cancelled, its conversation would never learn more."""
    try:
        return await work
    except asyncio.CancelledError:
        raise TimeoutError("it was cut off") from None


async def _contained(work: Awaitable[Any]) -> Any:
    """Let what would end the process end no more than this: asyncio passes it on from a task to the whole loop."""
    try:
        return await work
    except (SystemExit, KeyboardInterrupt) as error:
        raise PluginError(reason(error, "in what it began beside its handlers")) from error
