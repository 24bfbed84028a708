"""Answers: has a row of the inbox answered by the bot, and its answer delivered by Telegram's room."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from pluggram.bot import Bot
from pluggram.edge import is_open
from pluggram.intake import Row
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram import Client
from pluggram.telegram.answers import deliver_answer
from pluggram.telegram.attendance import Attendance
from pluggram.telegram.unheard import ACKNOWLEDGES, unheard

if TYPE_CHECKING:
    from pluggram.intake.webhook.replies import Replies


class Answers:
    """The Worker of a bot's intake. presses: ids of button presses that somebody else answers.

    replies: holds posts whose response may carry a call, where there are such.
    """

    def __init__(self, bot: Bot, client: Client, presses: set[str | None]) -> None:
        self._bot = bot
        self._client = client
        self._presses = presses
        self.replies: Replies | None = None

    async def answer(self, row: Row) -> Reply | None:
        """Have an update answered, and say in its row whether it is acknowledged."""
        request = row.request = self._bot.read(row.update, redelivered=row.redelivered)
        self._bot.menus.meet(request)
        attendance = Attendance(self._client.call, request, self._presses)
        reply = await attendance.during(self._bot.answer(request, attendance.begin))
        row.acknowledged = attendance.acknowledged
        if self.replies is not None and reply is None and (request.kind != "button" or row.acknowledged):
            self.replies.let_go(row.update_id)
        return reply

    def deliver(self, row: Row, sent: Callable[[int], None]) -> Awaitable[None]:
        """Send what remains of an answer; raises Unreachable, TokenRefused."""
        request = row.request or self._bot.read(row.update)  # one that was answered before a restart was not read yet
        if self.replies is not None and self._travels(row, request, self.replies):
            return _nothing()
        return deliver_answer(
            self._client.tell, request, row.reply, acknowledged=row.acknowledged, skip=row.sent, sent=sent
        )

    def _travels(self, row: Row, request: Request, replies: "Replies") -> bool:
        """Let a call travel in the response to the update's post, if one may; whether nothing remains to be sent."""
        if not replies.holds(row.update_id):
            return False
        call = unheard(request, row.reply, acknowledged=row.acknowledged)
        if call is None or not self._client.pass_by(*call):
            replies.let_go(row.update_id)
            return False
        if not replies.reply(row.update_id, *call):
            return False
        method, parameters = call
        if method == ACKNOWLEDGES:
            row.acknowledged = True
            return row.reply is None or "text" in parameters
        return True

    async def is_open(self) -> bool:
        """Ask whether Telegram can be reached at all."""
        return await is_open(self._client.call)


async def _nothing() -> None:
    """Do nothing: there is nothing to send."""
