"""Makes calls, and makes them again where that may help: plainer, or once Telegram can be reached."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from pluggram.backoff import Backoff
from pluggram.errors import TelegramError, Unreachable
from pluggram.telegram.mending import mended
from pluggram.telegram.render import Call

Caller = Callable[[str, Mapping[str, Any]], Awaitable[Any]]

TRIES = 6
"""How often a call is tried when Telegram cannot be reached."""
LONGEST_WAIT = 16.0
"""Seconds between two tries at the most."""


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
    """Call until it is answered: tries again when Telegram is out of reach, TRIES times in all.

    Telegram may have done what it could not answer any more: then it is done twice.
    """
    try:
        return await call(method, parameters)
    except Unreachable as error:
        return await _again(call, method, parameters, error)


async def _again(call: Caller, method: str, parameters: Mapping[str, Any], error: Unreachable) -> Any:
    backoff = Backoff(LONGEST_WAIT)
    for _ in range(1, TRIES):
        await asyncio.sleep(backoff.pause())
        try:
            return await call(method, parameters)
        except Unreachable as another:
            error = another
    raise error
