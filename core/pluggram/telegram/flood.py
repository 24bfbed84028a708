"""Flood control by Telegram's answers: who is told to wait waits as long as it says, in order, and nobody else does."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Hashable
from math import ceil

from pluggram.telegram.everywhere import Everywhere
from pluggram.telegram.results import Answer, response_parameters, seconds_to_wait
from pluggram.telegram.turns import Turns
from pluggram.waits import current

logger = logging.getLogger("pluggram.telegram")

Send = Callable[[], Awaitable[Answer]]

TOO_MANY = 429
"""Too Many Requests; `parameters.retry_after` says how many seconds to wait (Bot API, ResponseParameters)."""

MOMENT = 0.5
"""Seconds after which who sends in bulk looks again whether what has waited has gone ahead."""


class Gate:
    """What every call passes; `send` makes it, as often as it takes."""

    def __init__(self) -> None:
        self.turns = Turns()
        self._shut: dict[Hashable, float] = {}
        self._everywhere = Everywhere()

    async def in_turn(self, chat: Hashable, send: Send) -> Answer:
        """Make a call that does something in a chat, after those before it, when Telegram lets it through."""
        line = self.turns.take_free(chat)
        if line is False:
            line = await self.turns.take(chat)
        try:
            while True:
                if self._shut or self._everywhere.shut:
                    await self._opening(chat)
                try:
                    answer = await send()
                except BaseException:
                    self._everywhere.unanswered()
                    raise
                if answer[0] != TOO_MANY or not (seconds := self._shut_for(chat, answer)):
                    self._everywhere.answered()
                    return answer
                self._everywhere.refused(chat, seconds)
        finally:
            if line is not None:
                self.turns.leave(line)

    def is_open(self, key: Hashable) -> bool:
        """Tell whether a call, to a chat or by a method, would be made at once."""
        return not self._everywhere.shut and key not in self._shut and self.turns.is_free(key)

    async def at_once(self, key: Hashable, send: Send) -> Answer:
        """Make a call, to a chat or by a method, that is not worth waiting for: it is refused while others wait."""
        rest = max(self._shut.get(key, 0.0), self._everywhere.until) - asyncio.get_running_loop().time()
        if rest > 0:
            return _too_many(ceil(rest))
        answer = await send()
        if answer[0] == TOO_MANY:
            self._shut_for(key, answer)
        return answer

    async def in_bulk(self, chat: Hashable, send: Send) -> Answer:
        """Make one of many calls, as `at_once`; what is answered tells whether the whole bot has to wait."""

        async def asked() -> Answer:
            answer = await send()
            if answer[0] == TOO_MANY and (seconds := _retry_after(answer[1])):
                self._everywhere.refused(chat, seconds)
            else:
                self._everywhere.answered()
            return answer

        return await self.at_once(chat, asked)

    @property
    def held(self) -> float:
        """Seconds from now for which the whole bot has to wait; a moment, while what has waited goes ahead."""
        rest = self._everywhere.until - asyncio.get_running_loop().time()
        return max(rest, MOMENT if self._everywhere.shut else 0.0)

    async def by_method(self, method: str, send: Send) -> Answer:
        """Make a call that does nothing in a chat, when Telegram lets calls of this method through."""
        while True:
            while method in self._shut:
                await self._rest(method)
            answer = await send()
            if answer[0] != TOO_MANY or not self._shut_for(method, answer):
                return answer

    async def _opening(self, chat: Hashable) -> None:
        while chat in self._shut:
            await self._rest(chat)
        if self._everywhere.shut:
            with current():
                await self._everywhere.reopening()

    async def _rest(self, key: Hashable) -> None:
        with current():
            await asyncio.sleep(self._shut[key] - asyncio.get_running_loop().time())

    def _shut_for(self, key: Hashable, answer: Answer) -> float:
        """Take note of how many seconds Telegram wants no such call, and give them; 0 where it does not say."""
        seconds = _retry_after(answer[1])
        if seconds:
            loop = asyncio.get_running_loop()
            if key not in self._shut:
                what = f"chat {key}" if isinstance(key, int) else key
                logger.warning("%s: Telegram asks to wait %g s", what, seconds)
            until = self._shut[key] = loop.time() + seconds
            loop.call_at(until, self._open, key, until)
        return seconds

    def _open(self, key: Hashable, until: float) -> None:
        if self._shut.get(key) == until:
            del self._shut[key]


def _retry_after(body: bytes) -> float:
    return seconds_to_wait(response_parameters(body).get("retry_after"))


def _too_many(seconds: int) -> Answer:
    said = f"Too Many Requests: retry after {seconds}"
    answer = {"ok": False, "error_code": TOO_MANY, "description": said, "parameters": {"retry_after": seconds}}
    return TOO_MANY, json.dumps(answer).encode()
