"""Answers: has a row of the inbox answered by the bot, and its answer delivered by Telegram's room."""

from collections.abc import Callable

from pluggram.bot import Bot
from pluggram.edge import is_open
from pluggram.intake import Row
from pluggram.reply import Reply
from pluggram.telegram import Client
from pluggram.telegram.answers import deliver_answer
from pluggram.telegram.attendance import Attendance


class Answers:
    """The Worker of a bot's intake. presses: ids of button presses that somebody else answers."""

    def __init__(self, bot: Bot, client: Client, presses: set[str | None]) -> None:
        self._bot = bot
        self._client = client
        self._presses = presses

    async def answer(self, row: Row) -> Reply | None:
        """Have an update answered, and say in its row whether it is acknowledged."""
        request = row.request = self._bot.read(row.update, redelivered=row.redelivered)
        self._bot.menus.meet(request)
        attendance = Attendance(self._client.call, request, self._presses)
        reply = await attendance.during(self._bot.answer(request, attendance.begin))
        row.acknowledged = attendance.acknowledged
        return reply

    async def deliver(self, row: Row, sent: Callable[[int], None]) -> None:
        """Send what remains of an answer; raises Unreachable, TokenRefused."""
        request = row.request or self._bot.read(row.update)  # one that was answered before a restart was not read yet
        await deliver_answer(
            self._client.tell, request, row.reply, acknowledged=row.acknowledged, skip=row.sent, sent=sent
        )

    async def is_open(self) -> bool:
        """Ask whether Telegram can be reached at all."""
        return await is_open(self._client.call)
