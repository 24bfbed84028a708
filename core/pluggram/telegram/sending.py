"""Sends calls and takes Telegram's answers as a person would want: waits when told to, tries again what may pass."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from pluggram.errors import FloodLimit, TelegramError, Unreachable
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.mending import mended
from pluggram.telegram.plain import plain
from pluggram.telegram.render import Call, acknowledge, place, render

logger = logging.getLogger("pluggram.telegram")

Caller = Callable[[str, Mapping[str, Any]], Awaitable[Any]]

TRIES = 6
"""How often a call is tried when Telegram cannot be reached; waits double from half a second, with full jitter."""
PRESS_PATIENCE = 3.0
"""Seconds after which a button press is answered although its handler still works."""
ACTION_PATIENCE = 1.0
"""Seconds after which a chat shows "typing": quick answers make no call for it."""
ACTION_LASTS = 4.5
"""Seconds after which it is said again; a chat shows it for 5 (Bot API, sendChatAction)."""


async def deliver(call: Caller, request: Request, reply: Reply) -> Sequence[int]:
    """Send a reply and give the ids of the messages it became; what Telegram refuses for its form is sent plainer.

    A message that cannot be changed is sent anew. Raises TelegramError for what stays refused.
    """
    calls = list(render(request, reply))
    if not calls:
        logger.warning("update %s: there is no chat that its answer could go to", request.id)
    try:
        return await send_all(call, calls)
    except TelegramError as error:
        if not reply.edit or request.chat is None or type(error) is not TelegramError:
            raise
        logger.info("update %s: sent anew, because it cannot be edited: %s", request.id, error)
    return await send_all(call, render(request, replace(reply, edit=False)))


async def send_all(call: Caller, calls: Iterable[Call]) -> Sequence[int]:
    """Make calls one after the other, patiently, and give the ids of the messages they made.

    Raises TelegramError for what stays refused.
    """
    ids: list[int] = []
    for method, parameters in calls:
        try:
            result = await patiently(call, method, parameters)
        except TelegramError as error:
            plainer = mended(method, parameters, error)
            if plainer is None:
                raise
            ids += await send_all(call, plainer)
        else:
            if isinstance(result, dict) and isinstance(result.get("message_id"), int):
                ids.append(result["message_id"])
    return ids


async def patiently(call: Caller, method: str, parameters: Mapping[str, Any]) -> Any:
    """Call until it is answered: waits as long as a flood limit says, tries again when Telegram is out of reach."""
    tried = 0
    while True:
        try:
            return await call(method, parameters)
        except FloodLimit as error:
            logger.warning("%s: Telegram asks to wait %g s", method, error.retry_after)
            await asyncio.sleep(error.retry_after)
        except Unreachable:
            tried += 1
            if tried == TRIES:
                raise
            await asyncio.sleep(random.uniform(0, 0.5 * 2**tried))


class Delivery:
    """Brings the answer of one request back: `async with delivery: delivery.reply = ...` sends it on leaving.

    A button press is answered when the handler returns or after PRESS_PATIENCE, whichever is first; one whose id is
    in `taken` by then is left to who has put it there. Where a message is not answered within ACTION_PATIENCE, the
    chat shows that the bot is at it.
    """

    def __init__(self, call: Caller, request: Request, taken: set[str | None] | None = None) -> None:
        self._call = call
        self._request = request
        self._taken = taken if taken is not None else set()
        self._timer: asyncio.TimerHandle | None = None
        self._meanwhile: asyncio.Task[None] | None = None
        self.reply: Reply | None = None

    async def __aenter__(self) -> Self:
        if self._request.kind not in ("inline", "other"):
            patience = PRESS_PATIENCE if self._request.kind == "button" else ACTION_PATIENCE
            self._timer = asyncio.get_running_loop().call_later(patience, self._lose_patience)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        stopped = kind is not None and issubclass(kind, asyncio.CancelledError)
        pressed = self._request.kind == "button"
        if self._timer is not None:
            self._timer.cancel()
        if self._meanwhile is not None:
            if stopped or not pressed:
                self._meanwhile.cancel()
            if not stopped:  # when the bot stops, nothing may hold it
                await asyncio.gather(self._meanwhile, return_exceptions=True)
        if stopped:
            return
        reply = await self._after_press(self.reply) if pressed else self.reply
        if kind is None and reply is not None:
            await deliver(self._call, self._request, reply)

    async def _after_press(self, reply: Reply | None) -> Reply | None:
        """Answer the press, with the reply if it is for that place, and give what remains to be sent."""
        if self._request.query_id in self._taken:
            self._taken.discard(self._request.query_id)
        elif self._meanwhile is None:
            notice = self._notice(reply) if reply is not None else ""
            await self._answer_press(notice)
            if notice:
                return None
        return replace(reply, notice=False) if reply is not None and reply.notice else reply

    def _notice(self, reply: Reply) -> str:
        """Give what is shown over the chat; under an inline message, whose chat bots do not see, there is no other."""
        if reply.photo or reply.document or not (reply.notice or (self._request.chat is None and not reply.edit)):
            return ""
        return plain(reply.text, reply.parse_mode) if reply.parse_mode else reply.text

    def _lose_patience(self) -> None:
        if self._request.kind != "button":
            self._meanwhile = asyncio.ensure_future(self._act())
        elif self._request.query_id not in self._taken:
            self._meanwhile = asyncio.ensure_future(self._answer_press(""))

    async def _answer_press(self, notice: str) -> None:
        try:
            await send_all(self._call, [acknowledge(self._request, notice)])
        except TelegramError as error:
            logger.warning("a button press could not be answered: %s", error)

    async def _act(self) -> None:
        chat = self._request.chat
        if chat is None or chat.type == "channel":
            return
        action = {**place(chat.id, self._request.thread_id), "action": "typing"}
        with suppress(TelegramError):  # the answer itself will meet what is wrong
            while True:
                await self._call("sendChatAction", action)
                await asyncio.sleep(ACTION_LASTS)
