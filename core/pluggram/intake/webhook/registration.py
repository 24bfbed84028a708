"""Keeps the webhook set at Telegram, and asks it how the posts go."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from pluggram.errors import PluggramError, Unreachable
from pluggram.intake.outage import Outage, Progress, told
from pluggram.intake.webhook.wanted import Remembered, Wanted, host_of
from pluggram.storage import Store

logger = logging.getLogger("pluggram.webhook")

LOOK_AGAIN = 60.0
"""Seconds between two looks at what Telegram says of the webhook."""


class Caller(Protocol):
    """Calls a method of the Bot API and gives its raw result."""

    def __call__(self, method: str, parameters: Mapping[str, Any], /) -> Awaitable[Any]:
        """Call it; raises TelegramError."""


class Registration:
    """Sets the webhook when it differs from what is `wanted`, and not while another process has set one of its own.

    allowed: the kinds of update that are wanted; asked at each look, for a plugin may fail meanwhile.
    kept: remembers what was set; key: under which key. progress: told of each look.
    """

    def __init__(
        self,
        call: Caller,
        wanted: Wanted,
        allowed: Callable[[], Sequence[str]],
        kept: Store,
        key: str,
        progress: Progress,
    ) -> None:
        self._call = call
        self.wanted = wanted
        self._allowed = allowed
        self._kept = kept
        self._key = key
        self._progress = progress
        self._remembered: Remembered | None = None
        self._is_ours = False
        self._posted = False
        self._last_error: int | None = None
        self._failing = False
        self._outage = Outage("the webhook")

    def posted(self) -> None:
        """Take note of an update that has come."""
        self._posted = True
        self._progress.beat(mended=self._failing)  # any other trouble is over when a look says so

    async def run(self) -> None:
        """Look until cancelled; raises TokenRefused when Telegram has refused the token for long."""
        self._remembered = await self._read()
        while True:
            try:
                trouble = await self._look()
            except Exception as error:  # whatever it is, a webhook that nobody looks after helps nobody
                self._progress.miss(told(error))
                await asyncio.sleep(self._outage.endure(error))
                continue
            if trouble:
                self._progress.miss(trouble)
                self._outage.begin(trouble)
            else:
                self._progress.beat()
                self._outage.end()
            await asyncio.sleep(LOOK_AGAIN)

    async def _look(self) -> str:
        """Ask Telegram, and set what differs; give what keeps updates from coming, if anything does."""
        info = await self._info()
        parameters = self.wanted.parameters(self._allowed())
        url = str(info.get("url") or "")
        is_wanted = self._remembered is not None and self._remembered.is_of(parameters)
        is_known = is_wanted and self._remembered is not None and self._remembered.stands(info)
        if is_known and (self._is_ours or not _may_have_another_secret(info)):
            self._is_ours = True
            return self._trouble(info)
        if self._is_ours and url and (is_wanted or url != self.wanted.url):
            return f"another program has set the webhook of this bot, to {host_of(url)}; a restart sets ours again"
        await self._set(parameters, url)
        return ""

    async def _set(self, parameters: Mapping[str, Any], before: str) -> None:
        await self._call("setWebhook", parameters)
        info = await self._info()
        self._remembered = Remembered.of(parameters, info)
        self._last_error, self._failing = int(info.get("last_error_date") or 0), False
        if before and before != self.wanted.url:
            logger.warning("the webhook of this bot was at %s; it is ours now", host_of(before))
        elif self._is_ours and not before:
            logger.warning("the webhook was removed by another program, and is set again")
        logger.info("Telegram posts to %s now", self.wanted.url)
        self._is_ours = True
        await self._keep(self._remembered)

    def _trouble(self, info: Mapping[str, Any]) -> str:
        """Say what Telegram met when it posted, while updates wait there and none has come since the last look."""
        date, posted = int(info.get("last_error_date") or 0), self._posted
        new = self._last_error is not None and date > self._last_error  # what was before the start is past
        self._last_error, self._posted = date, False
        self._failing = bool(info.get("pending_update_count")) and not posted and (self._failing or new)
        return f"Telegram cannot deliver updates: {info.get('last_error_message')}" if self._failing else ""

    async def _info(self) -> Mapping[str, Any]:
        info = await self._call("getWebhookInfo", {})
        if not isinstance(info, Mapping):
            raise Unreachable("what answers is no Bot API: it says nothing of a webhook")
        return info

    async def _read(self) -> Remembered | None:
        try:
            return Remembered.read(await self._kept.get(self._key))
        except PluggramError as error:
            logger.warning("which webhook was set is not known, so it is set again: %s", error)
            return None

    async def _keep(self, remembered: Remembered) -> None:
        try:
            await self._kept.put(self._key, remembered.as_json())
        except PluggramError as error:
            logger.warning("the webhook is set, and will be set again at the next start: %s", error)


def _may_have_another_secret(info: Mapping[str, Any]) -> bool:
    """Tell whether Telegram met trouble last: somebody may have set the same URL with another secret meanwhile.

    Our 401 would say so; but when the port was closed since, Telegram tells of that instead.
    """
    return bool(info.get("last_error_message"))
