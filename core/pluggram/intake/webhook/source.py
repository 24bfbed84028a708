"""Webhook: the source of updates that are posted."""

import logging
from typing import Final

from pluggram.intake.taking import Taker
from pluggram.intake.webhook.address import Address
from pluggram.intake.webhook.door import Door
from pluggram.intake.webhook.head import path_of
from pluggram.intake.webhook.limits import Limits
from pluggram.intake.webhook.listener import Listener
from pluggram.intake.webhook.registration import Registration
from pluggram.intake.webhook.replies import Replies

logger = logging.getLogger("pluggram.webhook")


class Webhook:
    """Listens at `address`, hands each update to `taker`, and keeps the webhook set by `registration`.

    replies: holds posts whose response may carry the answer, if any may.
    """

    kind: Final = "webhook"

    def __init__(
        self,
        registration: Registration,
        taker: Taker,
        address: Address,
        limits: Limits | None = None,
        replies: Replies | None = None,
    ) -> None:
        wanted = registration.wanted
        self._address = address
        self._registration = registration
        self.replies = replies
        door = Door(path_of(wanted.url), wanted.secret, taker, registration.posted, limits, replies)
        self._listener = Listener(door, address)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._listener.port

    async def run(self) -> None:
        """Listen until cancelled, then take no more.

        Raises PortTaken, CannotListen, and TokenRefused when Telegram has refused the token for long.
        """
        await self._listener.open()
        logger.info("waiting for updates at %s", self._address)
        try:
            await self._registration.run()
        finally:
            self._listener.close()

    async def confirm(self) -> None:
        """Wait until the posts that are under way are answered; those that are cut off, Telegram sends again."""
        try:
            await self._listener.finish()
        finally:
            self._listener.abort()
