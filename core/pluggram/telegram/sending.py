"""Sends calls and takes Telegram's answers as a person would want: waits when told to, tries again what may pass."""

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from pluggram.errors import FloodLimit, TelegramError, Unreachable
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.render import Call, acknowledge, render

logger = logging.getLogger("pluggram.telegram")

Caller = Callable[[str, Mapping[str, Any]], Awaitable[Any]]

_BUTTONS = re.compile(r"button|keyboard|reply markup")

TRIES = 6
"""How often a call is tried when Telegram cannot be reached; waits double from half a second, with full jitter."""
PRESS_PATIENCE = 3.0
"""Seconds after which a button press is answered although its handler still works."""


async def deliver(call: Caller, request: Request, reply: Reply) -> Sequence[int]:
    """Send a reply and give the ids of the messages it became; what Telegram refuses for its form is sent plainer.

    Raises TelegramError for what stays refused.
    """
    try:
        return await send_all(call, render(request, reply))
    except TelegramError as error:
        if not (reply.edit and _cannot_be_edited(error)):
            raise
        return await deliver(call, request, replace(reply, edit=False))


async def send_all(call: Caller, calls: Iterable[Call]) -> Sequence[int]:
    """Make calls one after the other and give the ids of the messages they made.

    Raises TelegramError for what stays refused.
    """
    ids = []
    for method, parameters in calls:
        try:
            result = await patiently(call, method, parameters)
        except TelegramError as error:
            result = await _mend(call, method, parameters, error)
        if isinstance(result, dict) and isinstance(result.get("message_id"), int):
            ids.append(result["message_id"])
    return ids


def _cannot_be_edited(error: TelegramError) -> bool:
    text = str(error).lower()
    return "message can't be edited" in text or "message to edit not found" in text


async def _mend(call: Caller, method: str, parameters: Mapping[str, Any], error: TelegramError) -> Any:
    text = str(error).lower()
    if any(known in text for known in ("message is not modified", "query is too old")):
        return None
    if error.new_chat_id is not None:
        return await patiently(call, method, {**parameters, "chat_id": error.new_chat_id})
    if "can't parse entities" in text and "parse_mode" in parameters:
        logger.warning("markup refused, sent as plain text: %s", error)
        return await patiently(call, method, {k: v for k, v in parameters.items() if k != "parse_mode"})
    if "reply_markup" in parameters and _BUTTONS.search(text):
        logger.warning("buttons refused, sent without them: %s", error)
        return await patiently(call, method, {k: v for k, v in parameters.items() if k != "reply_markup"})
    raise error


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

    A button press is answered when the handler returns or after PRESS_PATIENCE, whichever is first.
    """

    def __init__(self, call: Caller, request: Request) -> None:
        self._call = call
        self._request = request
        self._timer: asyncio.TimerHandle | None = None
        self._late: asyncio.Task[None] | None = None
        self.reply: Reply | None = None

    async def __aenter__(self) -> Self:
        if self._request.kind == "button":
            self._timer = asyncio.get_running_loop().call_later(PRESS_PATIENCE, self._lose_patience)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        reply = self.reply
        if self._timer is not None:
            self._timer.cancel()
            if kind is not None and issubclass(kind, asyncio.CancelledError):  # the bot stops: nothing may hold it
                if self._late is not None:
                    self._late.cancel()
                return
            if self._late is None:
                notice = reply.text if reply and reply.notice else ""
                await self._answer_press(notice)
                reply = None if notice else reply
            else:
                await self._late
        if kind is None and reply is not None:
            await deliver(self._call, self._request, replace(reply, notice=False) if reply.notice else reply)

    def _lose_patience(self) -> None:
        self._late = asyncio.ensure_future(self._answer_press(""))

    async def _answer_press(self, notice: str) -> None:
        try:
            await patiently(self._call, *acknowledge(self._request, notice))
        except TelegramError as error:
            if "query is too old" not in str(error).lower():
                logger.warning("a button press could not be answered: %s", error)
