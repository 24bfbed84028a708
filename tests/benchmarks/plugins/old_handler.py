"""A handler made for python-telegram-bot, in a plugin of ours."""

from typing import Any

from telegram import Update
from telegram.ext import ContextTypes, MessageHandler, filters

from pluggram import Context, hookimpl
from tests.benchmarks.work import COMMAND, read_links, reply_to


class OldHandler:
    """The handler that tests.benchmarks.bots.ptb has, unchanged."""

    def __init__(self, context: Context) -> None:
        self._known = read_links()

    @hookimpl
    def telegram_handlers(self) -> list[MessageHandler[Any, Any]]:
        return [MessageHandler(filters.Regex(COMMAND), self.find)]

    async def find(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        assert message
        await message.reply_text(reply_to(message.text or "", self._known) or "")
