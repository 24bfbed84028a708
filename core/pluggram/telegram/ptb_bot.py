"""python-telegram-bot's Bot on our transport: its methods pass the same gate, and take the same connections."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import telegram
from telegram.error import BadRequest, NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from pluggram.errors import TelegramError, Unreachable
from pluggram.masks import MASK
from pluggram.telegram.gated import Gated
from pluggram.telegram.ptb_objects import leave_results_unread
from pluggram.telegram.results import Answer, read_answer
from pluggram.telegram.transport import TooSlow, Transport
from pluggram.telegram.uploads import as_upload

leave_results_unread()

MOST_BYTES = 2_000_000_000
"""Bytes of a file that is fetched (Bot API, Using a Local Bot API Server)."""


class PtbBot(telegram.Bot):
    """A Bot that is connected already; it never shows the token, which python-telegram-bot's would where it is printed.

    me: what getMe has told. seconds: in which a call is answered, where its caller says nothing else.
    """

    def __init__(
        self, token: str, base_url: str, me: Mapping[str, Any], gated: Gated, transport: Transport, seconds: float
    ) -> None:
        files = f"{base_url}/file/bot"
        request = GatedRequest(gated, transport, f"{files}{token}/", seconds)
        super().__init__(token, f"{base_url}/bot", files, request=request, get_updates_request=request)
        self._bot_user = telegram.User.de_json(dict(me), self) if me else None
        self._bot_initialized = True

    def __repr__(self) -> str:
        return f"Bot[token={MASK}]"

    async def initialize(self) -> None:
        """Nothing to open: the client has connected, and asked who we are."""

    async def shutdown(self) -> None:
        """Nothing to close: the connections are the client's."""


class GatedRequest(BaseRequest):
    """Makes the calls of python-telegram-bot by way of `gated`, and fetches files, whose URLs begin with `files`."""

    def __init__(self, gated: Gated, transport: Transport, files: str, seconds: float) -> None:
        self._gated = gated
        self._transport = transport
        self._files = files
        self._seconds = seconds

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take; waiting at the gate does not count."""
        return self._seconds

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_timeouts: Any,
        **_more: Any,
    ) -> Answer:
        """Call the method that the URL ends with, or fetch a file."""
        try:
            if method == "GET":
                return 200, await self._transport.fetch(unquote(url).removeprefix(self._files), MOST_BYTES)
            seconds = read_timeout if isinstance(read_timeout, int | float) else self._seconds
            return await self._gated.post(url.rpartition("/")[2], _parameters(request_data), seconds)
        except TelegramError as error:
            raise _as_theirs(error) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; raises python-telegram-bot's TelegramError for what is no JSON."""
        try:
            answer: dict[str, Any] = read_answer(payload)
        except Unreachable as error:
            raise telegram.error.TelegramError(str(error)) from None
        return answer


def _as_theirs(error: TelegramError) -> telegram.error.TelegramError:
    if isinstance(error, TooSlow):
        return TimedOut(str(error))
    return NetworkError(str(error)) if isinstance(error, Unreachable) else BadRequest(str(error))


def _parameters(data: RequestData | None) -> Mapping[str, Any]:
    if data is None:
        return {}
    files = data.multipart_data if data.contains_files else {}
    return {**data.parameters, **{name: as_upload(*file) for name, file in files.items()}}
