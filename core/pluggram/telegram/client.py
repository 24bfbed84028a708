"""Client: a connection to the Bot API by way of python-telegram-bot's public API."""

import asyncio
import logging
import warnings
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Self

import telegram
from telegram.error import TelegramError as PtbError
from telegram.request import BaseRequest
from telegram.warnings import PTBUserWarning

from pluggram.bot.moves import Moves
from pluggram.edge import Arrival, Me, RawUpdate, Sent
from pluggram.errors import TelegramError, Unreachable
from pluggram.masks import MASK, mask, remember
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.administrators import Administrators
from pluggram.telegram.answers import deliver
from pluggram.telegram.batches import BatchesInProcess, BatchesOverHttp
from pluggram.telegram.bulk import send_bulk
from pluggram.telegram.downloads import download, in_process, over_http
from pluggram.telegram.flood import Gate
from pluggram.telegram.gated import GatedRequest, hurrying
from pluggram.telegram.in_process import Door, InProcessRequest
from pluggram.telegram.punctual import PunctualRequest
from pluggram.telegram.render import edited, messages, place
from pluggram.telegram.sending import patiently, send_all
from pluggram.telegram.tls import trusted
from pluggram.telegram.translate import translate
from pluggram.telegram.turns import Together
from pluggram.telegram.uploads import uploads

READ_TIMEOUT = 15.0
"""Seconds that a call may take to answer; a long poll has POLL_GRACE instead."""

POLL_GRACE = 10.0
"""Seconds after which a long poll that should have ended is given up, whatever drips in meanwhile."""

UPLOAD_TIMEOUT = 45.0
"""Seconds on top that Telegram has to take in a file."""

CONNECTIONS = 8
"""Calls that run side by side; httpx searches its pool in line, so that many cost more than they bring."""

# It logs each answer that is no JSON with a traceback, whatever the caller makes of it; we say so in one line.
logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
# We call getUpdates for its raw result; python-telegram-bot would rather parse it.
warnings.filterwarnings("ignore", message="Please use 'Bot.", category=PTBUserWarning)


class _Bot(telegram.Bot):
    """python-telegram-bot's Bot, which would show the token wherever it is printed."""

    def __repr__(self) -> str:
        return f"Bot[token={MASK}]"


class Client:
    """Calls the Bot API at `base_url` with `token`; an `async with` connects it.

    door: a Bot API in this process to call instead of the network.
    Raises `pluggram.errors.TelegramError` and its kinds, never python-telegram-bot's own.
    """

    def __init__(self, token: str, base_url: str, *, door: Door | None = None) -> None:
        remember(token)
        self._base_url = base_url
        self._gated = GatedRequest(_transport(door, CONNECTIONS), Gate())
        self._bot = _Bot(
            token,
            f"{base_url}/bot",
            f"{base_url}/file/bot",
            request=self._gated,
            get_updates_request=_poll_transport(door),
        )
        self._files = in_process(door, token) if door else over_http(base_url, token)
        self._administrators = Administrators(partial(patiently, self.call))

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.close()

    async def connect(self) -> None:
        """Connect, and ask who we are; when it fails, it may be tried again.

        Raises TelegramError, mostly TokenRefused or Unreachable.
        """
        try:
            await self._initialize()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End all connections, if there are any."""
        await self._bot.shutdown()

    async def _initialize(self) -> None:
        try:
            with hurrying():
                async with asyncio.timeout(READ_TIMEOUT):
                    await self._bot.initialize()
        except TimeoutError:
            raise self._at_start(Unreachable(f"no whole answer has come within {READ_TIMEOUT:g} s")) from None
        except Exception as error:
            raise self._at_start(self._told(error)) from None

    def _told(self, error: Exception) -> TelegramError:
        """Say what python-telegram-bot raised; it trips over JSON that is not shaped like an answer of the Bot API.

        Servers in between like to repeat the address in their refusals, and it holds the token.
        """
        if not isinstance(error, PtbError):
            return Unreachable(f"what answers is no Bot API: {type(error).__name__} in reading its answer")
        error.message = mask(error.message)
        return translate(error)

    def _at_start(self, error: TelegramError) -> TelegramError:
        return (
            Unreachable(f"{self._base_url} (telegram.base_url): {error}") if isinstance(error, Unreachable) else error
        )

    @property
    def username(self) -> str:
        """The bot's user name, without @."""
        return self._bot.username or ""

    @property
    def me(self) -> Me:
        """The bot's own account, asked for when it was connected."""
        user = self._bot.bot
        return Me(
            user.id,
            self.username,
            user.can_join_groups,
            user.can_read_all_group_messages,
            user.supports_inline_queries,
        )

    @property
    def bot(self) -> telegram.Bot:
        """The python-telegram-bot Bot behind this client."""
        return self._bot

    def follow(self, moves: Moves) -> None:
        """Send what is for a group that has become a supergroup to where it went, and tell `moves` of more."""
        self._gated.moves = moves

    def build_update(self, raw: RawUpdate) -> telegram.Update:
        """Build the `telegram.Update` of a raw update."""
        return telegram.Update.de_json(dict(raw), self._bot)

    async def call(self, method: str, parameters: Mapping[str, Any], seconds: float = READ_TIMEOUT) -> Any:
        """Call a Bot API method and give its raw result; a File among the parameters is uploaded."""
        sent, files = uploads(parameters)
        if files:
            seconds += UPLOAD_TIMEOUT
        try:
            return await self._bot.do_api_request(method, api_kwargs=sent | files, read_timeout=seconds)
        except Exception as error:
            raise self._told(error) from None

    async def get_updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> Sequence[Arrival]:
        """Wait up to `seconds` for updates of the kinds `allowed`; those before `offset` are confirmed.

        From the Bot API, getUpdates. What is no update comes as Malformed. Raises TelegramError.
        """
        parameters = {"timeout": seconds, "limit": 100, "allowed_updates": list(allowed)}
        parameters |= {} if offset is None else {"offset": offset}
        limit = seconds + POLL_GRACE
        try:
            async with asyncio.timeout(limit):
                updates = await self.call("getUpdates", parameters, limit)
        except TimeoutError:
            raise Unreachable(f"no whole answer has come within {limit:g} s") from None
        if not isinstance(updates, list):
            raise Unreachable("what answers is no Bot API: it gives something else than updates")
        return updates

    async def send(self, request: Request, reply: Reply) -> Sequence[int]:
        """Send a reply to where the request came from and give the ids of the messages it became."""
        return await deliver(self.call, request, reply)

    async def send_to(self, chat_id: int | str, reply: Reply, thread_id: int | None = None) -> Sequence[int]:
        """Send a reply to a chat and give the ids of the messages it became."""
        with Together():
            return await send_all(self.call, messages(place(chat_id, thread_id), reply))

    async def send_bulk(self, chat_id: int | str, reply: Reply) -> Sent:
        """Send one of many messages; raises FloodLimit and Unreachable at once instead of waiting."""
        return await send_bulk(self.call, chat_id, reply)

    @property
    def spoken(self) -> int:
        """How many messages have gone out so far, besides those sent in bulk."""
        return self._gated.spoken

    @property
    def held(self) -> float:
        """For how many seconds from now at least Telegram wants the whole bot to wait."""
        return self._gated.held

    async def edit(self, chat_id: int | str, message_id: int, reply: Reply) -> None:
        """Change a message that the bot has sent; raises FloodLimit at once, for it may be out of date by then."""
        method, parameters = edited({"chat_id": chat_id, "message_id": message_id}, reply)
        try:
            with hurrying():
                await self.call(method, parameters)
        except TelegramError as error:
            if "message is not modified" not in str(error).lower():
                raise

    async def download(self, file_id: str, most: int) -> bytes:
        """Fetch a file of at most so many bytes; raises TelegramError when it is larger or cannot be had."""
        return await download(partial(patiently, self.call), self._files, file_id, most)

    async def administrators(self, chat_id: int) -> Collection[int]:
        """Name the user ids of those who administer a group; the answer may be a minute old."""
        return await self._administrators.of(chat_id)


def _transport(door: Door | None, connections: int) -> BaseRequest:
    if door:
        return InProcessRequest(door)
    return PunctualRequest(connection_pool_size=connections, pool_timeout=60.0, httpx_kwargs={"verify": trusted()})


def _poll_transport(door: Door | None) -> BaseRequest:
    if door:
        return BatchesInProcess(door)
    return BatchesOverHttp(connection_pool_size=1, pool_timeout=60.0, httpx_kwargs={"verify": trusted()})
