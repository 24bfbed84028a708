"""Back from a webhook to polling: Telegram lets nobody poll while a webhook is set."""

import asyncio
import logging
from typing import Final

from pluggram.intake.outage import Outage, Progress, told
from pluggram.intake.polling import Polling
from pluggram.intake.webhook.registration import Caller

logger = logging.getLogger("pluggram.webhook")


class TakingBack:
    """Polling that first deletes the webhook at `url`, which this bot.toml had set, and no other.

    What waits at Telegram stays there, and is fetched.
    """

    kind: Final = "polling"
    replies: Final = None

    def __init__(self, polling: Polling, call: Caller, url: str, progress: Progress) -> None:
        self._polling = polling
        self._call = call
        self._url = url
        self._progress = progress

    async def run(self) -> None:
        """Delete and poll until cancelled; raises TokenRefused when Telegram has refused the token for long."""
        outage = Outage("polling")
        while True:
            try:
                await self._take_back()
                break
            except Exception as error:  # whatever it is, polling is worth another try
                self._progress.miss(told(error))
                await asyncio.sleep(outage.endure(error))
        outage.end()
        await self._polling.run()

    async def confirm(self) -> None:
        """Tell Telegram what has been fetched."""
        await self._polling.confirm()

    async def _take_back(self) -> None:
        info = await self._call("getWebhookInfo", {})
        if info["url"] == self._url:
            await self._call("deleteWebhook", {})
            logger.warning("the webhook of this bot.toml is deleted at Telegram, for updates are polled now")
