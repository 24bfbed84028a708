"""Sends calls and takes Telegram's answers as a person would want: waits when told to, tries again what may pass."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from pluggram.errors import FloodLimit, TelegramError, Unreachable
from pluggram.telegram.mending import mended
from pluggram.telegram.render import Call

logger = logging.getLogger("pluggram.telegram")

Caller = Callable[[str, Mapping[str, Any]], Awaitable[Any]]

TRIES = 6
"""How often a call is tried when Telegram cannot be reached; waits double from half a second, with full jitter."""


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
