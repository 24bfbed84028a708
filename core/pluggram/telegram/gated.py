"""The gate before the transport: whoever calls, by our ways or by python-telegram-bot's own methods, passes it."""

import json
from collections.abc import Awaitable, Hashable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from functools import lru_cache, partial
from typing import Generic, NamedTuple, TypeVar

from pluggram.bot.moves import Moves
from pluggram.telegram.directions import Parameters, as_number, basic_group, directed, migrated_to
from pluggram.telegram.flood import TOO_MANY, Gate, Send
from pluggram.telegram.results import Answer
from pluggram.telegram.transport import Transport

T = TypeVar("T")

BAD_REQUEST = 400
_MESSAGES = ("send", "edit", "forward", "copy")
_LEFT_OUT: Answer = 200, json.dumps({"ok": True, "result": True}).encode()


class _How(NamedTuple):
    """What the gate makes of a method. asks: it does nothing in a chat. speaks: 1 where a message goes out."""

    name: str
    asks: bool
    is_action: bool
    speaks: int


@lru_cache(512)
def _how(method: str) -> _How:
    name = method.lower()
    return _How(name, name.startswith("get"), name == "sendchataction", name.startswith(_MESSAGES))


class Gated:
    """Makes each call by `transport` when `gate` lets it.

    moves: where groups went that became supergroups; what Telegram tells of them is added.
    """

    def __init__(self, transport: Transport, gate: Gate) -> None:
        self._transport = transport
        self._gate = gate
        self.moves = Moves()
        self.spoken = 0
        """How many messages have gone out so far, besides those sent in bulk."""

    @property
    def held(self) -> float:
        """For how many seconds from now at least Telegram wants the whole bot to wait."""
        return self._gate.held

    def post(self, method: str, parameters: Parameters, seconds: float) -> Awaitable[Answer]:
        """Call a method; it has so many seconds to answer, and waiting at the gate does not count.

        Raises Unreachable, and TelegramError for parameters that cannot be sent.
        """
        send = partial(self._send, method, parameters, seconds)
        how = _how(method)
        place = None if how.asks else self._place(parameters)
        if how.is_action:
            return self._if_at_once(place, send)
        if (bulk := _bulk.get()) is not None and place is not None:
            return self._gate.in_turn(place, send) if bulk else self._gate.in_bulk(place, send)
        self.spoken += how.speaks
        if _hurried.get():
            return self._gate.at_once(place or how.name, send)
        return self._gate.by_method(how.name, send) if place is None else self._gate.in_turn(place, send)

    async def _if_at_once(self, place: Hashable, send: Send) -> Answer:
        """Make a call that means nothing later on, unless it would have to wait."""
        answer = await self._gate.at_once(place, send)
        return _LEFT_OUT if answer[0] == TOO_MANY else answer

    def pass_by(self, method: str, parameters: Parameters) -> bool:
        """Let a call go other ways than `transport`, and count it, if it would go out at once and as it is."""
        how, place = _how(method), self._place(parameters)
        if place != parameters.get("chat_id") or not self._gate.is_open(how.name if place is None else place):
            return False
        self.spoken += how.speaks
        return True

    async def _send(self, method: str, parameters: Parameters, seconds: float) -> Answer:
        where = directed(parameters, self.moves) if self.moves else parameters
        answer = await self._transport.post(method, where, seconds)
        if answer[0] == BAD_REQUEST and self._moved(where, answer[1]):
            return await self._transport.post(method, directed(parameters, self.moves), seconds)
        return answer

    def _place(self, parameters: Parameters) -> Hashable:
        """Say what a call does something in: a chat, or a message that was sent inline; None for none of these."""
        chat = parameters.get("chat_id")
        if chat is None:
            return parameters.get("inline_message_id")
        number = chat if type(chat) is int else as_number(chat)
        return str(chat).lower() if number is None else self.moves.current(number)

    def _moved(self, parameters: Parameters, body: bytes) -> bool:
        """Take note of where Telegram says that a group has gone, and tell whether the call is now for another chat."""
        old, new = basic_group(parameters), migrated_to(body)
        if old is None or new is None:
            return False
        self.moves.add(old, new)
        self._gate.turns.move(old, self.moves.current(old))
        return self.moves.current(old) != old


class _Said(Generic[T]):
    """Lets a variable have a value inside of a `with`; a generator of contextlib would cost five times as much."""

    __slots__ = ("_before", "_value", "_variable")

    def __init__(self, variable: ContextVar[T], value: T) -> None:
        self._variable = variable
        self._value = value

    def __enter__(self) -> None:
        self._before = self._variable.set(self._value)

    def __exit__(self, *_error: object) -> None:
        self._variable.reset(self._before)


def hurrying() -> AbstractContextManager[None]:
    """Let calls inside be made at once or not at all: while their chat has to wait they raise FloodLimit."""
    return _Said(_hurried, True)


def in_bulk(*, waiting: bool) -> AbstractContextManager[None]:
    """Let messages inside be made as some of many, which leave room to others; waiting: whether they wait as others do.

    Those that do not wait raise FloodLimit while their chat has to.
    """
    return _Said(_bulk, waiting)


_bulk: ContextVar[bool | None] = ContextVar("_bulk", default=None)
_hurried: ContextVar[bool] = ContextVar("_hurried", default=False)
