"""Pace: when the next message of a broadcast may go out, by Telegram's documented rates, behind all other messages."""

import asyncio
from typing import Protocol

from pluggram.broadcasts import ChatId

RATE = 25.0
"""Messages a second of all kinds up to which broadcasts fill up; Telegram lets about 30 pass (Bots FAQ)."""
CHAT_PAUSE = 1.0
"""Seconds between two messages of broadcasts in one chat (Bots FAQ: avoid more than one a second)."""
GROUP_PAUSE = 3.0
"""The same in a group or channel (Bots FAQ: not more than 20 a minute)."""
LONGEST_DEBT = 1.0
"""Seconds that a broadcast waits at the most because the bot has said much else: it gets on, if slowly."""
REMEMBERED = 200
"""Chats that are remembered before those are forgotten whose pause is over."""


class Traffic(Protocol):
    """What else the bot sends."""

    @property
    def spoken(self) -> int:
        """How many messages it has sent so far besides those of broadcasts."""

    @property
    def held(self) -> float:
        """For how many seconds from now at least the whole bot has to wait."""


class Pace:
    """Gives turns to the messages of all broadcasts of a bot, one after the other, in the order in which they ask.

    What the bot sends else takes its part of RATE without asking.
    """

    def __init__(self) -> None:
        self._line = asyncio.Lock()
        self._due = self._looked = self._held = 0.0
        self._spoken = 0
        self._chats: dict[ChatId, float] = {}

    async def turn(self, chat: ChatId, traffic: Traffic) -> None:
        """Wait until a message may go out to a chat."""
        await self._rested(chat)
        while not await self._took_turn(chat, traffic):
            await self._rested(chat)

    async def _rested(self, chat: ChatId) -> None:
        await asyncio.sleep(max(0.0, self._chats.get(chat, 0.0) - _now()))

    async def _took_turn(self, chat: ChatId, traffic: Traffic) -> bool:
        """Wait for the turn, and take it unless the chat has had another message meanwhile."""
        async with self._line:
            while self._wait(traffic) > 0:
                await self._let_pass(traffic)
            now = _now()
            if self._chats.get(chat, 0.0) > now:
                return False
            self._due = max(self._due, now) + 1 / RATE
            self._remember(chat, now)
        return True

    async def _let_pass(self, traffic: Traffic) -> None:
        await asyncio.sleep(self._wait(traffic))

    def more(self, messages: int) -> None:
        """Take note that what had its turn became so many messages more than one."""
        self._due += messages / RATE

    def hold(self, seconds: float) -> None:
        """Give no turn for so many seconds."""
        self._held = max(self._held, _now() + seconds)

    def _wait(self, traffic: Traffic) -> float:
        now = _now()
        others, self._spoken = traffic.spoken - self._spoken, traffic.spoken
        if others > 0:
            self._due = max(self._due, self._looked) + others / RATE
        self._due = min(self._due, now + LONGEST_DEBT)
        self._looked = now
        return max(self._due - now, self._held - now, traffic.held)

    def _remember(self, chat: ChatId, now: float) -> None:
        if len(self._chats) >= REMEMBERED:
            self._chats = {chat: due for chat, due in self._chats.items() if due > now}
        group = isinstance(chat, str) or chat < 0
        self._chats[chat] = now + (GROUP_PAUSE if group else CHAT_PAUSE)


def _now() -> float:
    return asyncio.get_running_loop().time()
