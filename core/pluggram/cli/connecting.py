"""Connecting to Telegram, however long it takes."""

import asyncio
import gc

from pluggram.errors import TelegramError
from pluggram.intake.outage import Outage
from pluggram.telegram import Client


async def connect(client: Client, stop: asyncio.Event) -> bool:
    """Connect, and try again until it works: True. False when `stop` was set before.

    Raises TokenRefused when Telegram has refused the token for `pluggram.intake.outage.REFUSAL_PATIENCE` seconds.
    """
    connecting = asyncio.create_task(_try_until_connected(client))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (connecting, stopping):
            task.cancel()
        await asyncio.wait((connecting, stopping))
    if connecting.cancelled():
        return False
    connecting.result()
    return True


async def _try_until_connected(client: Client) -> None:
    outage = Outage("the bot", "is not connected yet", "is connected")
    while True:
        try:
            await client.connect()
        except TelegramError as error:
            gc.enable()  # `pluggram run` has disabled it for a start that is quick
            await asyncio.sleep(outage.endure(error))
        else:
            return outage.end()
