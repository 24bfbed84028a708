"""Client: a connection to the Bot API."""

import logging
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pluggram.bot.moves import Moves
from pluggram.edge import Arrival, Me, RawUpdate, Sent
from pluggram.errors import TelegramError, Unreachable
from pluggram.masks import remember
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.telegram.administrators import Administrators
from pluggram.telegram.answers import deliver
from pluggram.telegram.batches import updates_in
from pluggram.telegram.bulk import send_bulk
from pluggram.telegram.downloads import download
from pluggram.telegram.flood import Gate
from pluggram.telegram.gated import Gated, hurrying
from pluggram.telegram.in_process import Door, InProcess
from pluggram.telegram.over_http import OverHttp
from pluggram.telegram.render import edited, messages, place
from pluggram.telegram.results import is_done, no_bot_api, result_of
from pluggram.telegram.sending import patiently, send_all
from pluggram.telegram.turns import Together

if TYPE_CHECKING:
    import telegram

logger = logging.getLogger("pluggram.telegram")

READ_TIMEOUT = 15.0
"""Seconds that a call may take to be answered as a whole; a long poll has POLL_GRACE instead."""

POLL_GRACE = 10.0
"""Seconds after which a long poll that should have ended is given up, whatever drips in meanwhile."""


class Client:
    """Calls the Bot API at `base_url` with `token`; an `async with` connects it.

    door: a Bot API in this process to call instead of the network.
    Raises `pluggram.errors.TelegramError` and its kinds.
    """

    def __init__(self, token: str, base_url: str, *, door: Door | None = None) -> None:
        remember(token)
        self._token = token
        self._base_url = base_url
        self._transport = InProcess(door, token) if door else OverHttp(base_url, token)
        self._gated = Gated(self._transport, Gate())
        self._me: Mapping[str, Any] = {}
        self._bot: telegram.Bot | None = None
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
            self._me = await self._ask_who_we_are()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End all connections, if there are any."""
        await self._transport.close()

    async def _ask_who_we_are(self) -> Mapping[str, Any]:
        try:
            with hurrying():
                me = await self.call("getMe", {})
            if not isinstance(me, dict) or type(me.get("id")) is not int:
                raise no_bot_api("it tells no bot")
        except Unreachable as error:
            raise Unreachable(f"{self._base_url} (telegram.base_url): {error}") from None
        return me

    @property
    def username(self) -> str:
        """The bot's user name, without @."""
        name = self._me.get("username")
        return name if isinstance(name, str) else ""

    @property
    def me(self) -> Me:
        """The bot's own account, asked for when it was connected."""
        told = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
        return Me(self._me["id"], self.username, *map(self._me.get, told))

    @property
    def bot(self) -> "telegram.Bot":
        """The python-telegram-bot Bot on this connection; its library is imported and it is made when asked for."""
        if self._bot is None:
            if "telegram" not in sys.modules:
                logger.info("python-telegram-bot is imported now, for a handler asks for its objects; a plugin that "
                            "imports it itself has it imported at the start")  # fmt: skip
            # measured: 200 ms and 20 MB that most bots do without
            from pluggram.telegram.ptb_bot import PtbBot

            self._bot = PtbBot(self._token, self._base_url, self._me, self._gated, self._transport, READ_TIMEOUT)
        return self._bot

    def follow(self, moves: Moves) -> None:
        """Send what is for a group that has become a supergroup to where it went, and tell `moves` of more."""
        self._gated.moves = moves

    def build_update(self, raw: RawUpdate) -> "telegram.Update":
        """Build the `telegram.Update` of a raw update."""
        bot = self.bot
        from pluggram.telegram.ptb_objects import read_update  # measured: as above

        return read_update(raw, bot)

    async def call(self, method: str, parameters: Mapping[str, Any]) -> Any:
        """Call a Bot API method and give its raw result; a File among the parameters is uploaded."""
        return result_of(await self._gated.post(method, parameters, READ_TIMEOUT))

    async def tell(self, method: str, parameters: Mapping[str, Any]) -> object:
        """Call a method for what it does: True where it is done, whatever it gives."""
        answer = await self._gated.post(method, parameters, READ_TIMEOUT)
        return is_done(answer) or result_of(answer)

    def pass_by(self, method: str, parameters: Mapping[str, Any]) -> bool:
        """Let a call go another way than by this connection; whether it may, for nothing in its chat goes before it."""
        return self._gated.pass_by(method, parameters)

    async def get_updates(self, offset: int | None, seconds: int, allowed: Sequence[str]) -> Sequence[Arrival]:
        """Wait up to `seconds` for updates of the kinds `allowed`; those before `offset` are confirmed.

        From the Bot API, getUpdates. What is no update comes as Malformed. Raises TelegramError.
        """
        parameters = {"timeout": seconds, "limit": 100, "allowed_updates": list(allowed)}
        parameters |= {} if offset is None else {"offset": offset}
        return updates_in(await self._transport.poll(parameters, seconds + POLL_GRACE))

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
        return await download(partial(patiently, self.call), self._transport.fetch, file_id, most)

    async def administrators(self, chat_id: int) -> Collection[int]:
        """Name the user ids of those who administer a group; the answer may be a minute old."""
        return await self._administrators.of(chat_id)
