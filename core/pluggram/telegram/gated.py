"""python-telegram-bot's transport behind the gate: whoever calls, by our ways or by its own methods, passes it."""

import json
from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, Any

from telegram.request import BaseRequest, RequestData

from pluggram.bot.moves import Moves
from pluggram.telegram.directions import as_number, basic_group, directed, migrated_to
from pluggram.telegram.flood import TOO_MANY, Answer, Gate

BAD_REQUEST = 400
_MESSAGES = ("send", "edit", "forward", "copy")
_LEFT_OUT: Answer = 200, json.dumps({"ok": True, "result": True}).encode()


class GatedRequest(BaseRequest):
    """Makes each call by `transport` when `gate` lets it.

    moves: where groups went that became supergroups; what Telegram tells of them is added.
    """

    def __init__(self, transport: BaseRequest, gate: Gate) -> None:
        self._transport = transport
        self._gate = gate
        self.moves = Moves()
        self.spoken = 0
        """How many messages have gone out so far, besides those sent in bulk."""

    @property
    def held(self) -> float:
        """For how many seconds from now at least Telegram wants the whole bot to wait."""
        return self._gate.held

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take; waiting at the gate does not count."""
        return self._transport.read_timeout

    async def initialize(self) -> None:
        """Open the transport."""
        await self._transport.initialize()

    async def shutdown(self) -> None:
        """Close the transport."""
        await self._transport.shutdown()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> Answer:
        """Call the method that the URL ends with; a file is fetched without asking the gate."""
        handles = _handles(request_data) if request_data is not None and request_data.contains_files else ()

        async def send_to(data: RequestData | None) -> Answer:
            for handle, start in handles:
                handle.seek(start)
            return await self._transport.do_request(url, method, data, *timeouts, **more)

        async def send() -> Answer:
            if request_data is None:
                return await send_to(None)
            data = directed(request_data, self.moves) if self.moves else request_data
            answer = await send_to(data)
            moved = answer[0] == BAD_REQUEST and self._moved(data, answer[1])
            return await send_to(directed(request_data, self.moves)) if moved else answer

        if method != "POST":
            return await send()
        name = url.rpartition("/")[2].lower()
        place = self._place(name, request_data.parameters) if request_data is not None else None
        if name == "sendchataction":
            answer = await self._gate.at_once(place, send)
            return _LEFT_OUT if answer[0] == TOO_MANY else answer
        if (bulk := _bulk.get()) is not None and place is not None:
            return await (self._gate.in_turn(place, send) if bulk else self._gate.in_bulk(place, send))
        self.spoken += name.startswith(_MESSAGES)
        if _hurried.get():
            return await self._gate.at_once(place or name, send)
        return await (self._gate.by_method(name, send) if place is None else self._gate.in_turn(place, send))

    def _place(self, method: str, parameters: Mapping[str, Any]) -> Hashable:
        """Say what a call does something in: a chat, or a message that was sent inline; None for one that only asks."""
        if method.startswith("get"):
            return None
        chat = parameters.get("chat_id")
        if chat is None:
            return parameters.get("inline_message_id")
        number = as_number(chat)
        return str(chat).lower() if number is None else self.moves.current(number)

    def _moved(self, data: RequestData, body: bytes) -> bool:
        """Take note of where Telegram says that a group has gone, and tell whether the call is now for another chat."""
        old, new = basic_group(data), migrated_to(body)
        if old is None or new is None:
            return False
        self.moves.add(old, new)
        self._gate.turns.move(old, self.moves.current(old))
        return self.moves.current(old) != old


@contextmanager
def hurrying() -> Iterator[None]:
    """Let calls inside be made at once or not at all: while their chat has to wait they raise FloodLimit."""
    token = _hurried.set(True)
    try:
        yield
    finally:
        _hurried.reset(token)


@contextmanager
def in_bulk(*, waiting: bool) -> Iterator[None]:
    """Let messages inside be made as some of many, which leave room to others; waiting: whether they wait as others do.

    Those that do not wait raise FloodLimit while their chat has to.
    """
    token = _bulk.set(waiting)
    try:
        yield
    finally:
        _bulk.reset(token)


_bulk: ContextVar[bool | None] = ContextVar("_bulk", default=None)
_hurried: ContextVar[bool] = ContextVar("_hurried", default=False)


def _handles(data: RequestData) -> list[tuple[IO[bytes], int]]:
    """Give the open files of a call and where each begins, so that it can be made again."""
    contents = [content for _, content, _ in data.multipart_data.values() if not isinstance(content, bytes)]
    return [(content, content.tell()) for content in contents if content.seekable()]
