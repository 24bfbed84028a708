"""python-telegram-bot's transport over HTTP, with an end to every call."""

import asyncio
from typing import Any

from telegram.error import TimedOut
from telegram.request import HTTPXRequest, RequestData

CALL_LIMIT = 90.0
"""Seconds that a call may take in all, with up to 60 in which it waits for a free connection."""
UPLOAD_LIMIT = 600.0
"""The same for a call that takes files along: 50 MB in it are less than 1 Mbit/s."""


class PunctualRequest(HTTPXRequest):
    """Ends each call in time: httpx limits how long each piece of an answer may take, and not how many drip in."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        """Call; raises TimedOut when it has no end."""
        limit = UPLOAD_LIMIT if request_data is not None and request_data.contains_files else CALL_LIMIT
        try:
            async with asyncio.timeout(limit):
                return await super().do_request(url, method, request_data, *timeouts, **more)
        except TimeoutError:
            raise TimedOut from None
