"""The terminal door to a bot that lives in another process: what it does is printed as it comes."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import TextIO

from pluggram.simulator.lines import ReadLine, typed_so_far
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.events import Event, by_bot
from pluggram.simulator.model.people import User
from pluggram.simulator.telegram import Telegram
from pluggram.simulator.terminal import Terminal

PATIENCE = 5.0
"""Seconds that the next line of a pipe waits for the bot to do something, once it has taken what was said."""

PAUSE = 0.3
"""Seconds without anything new after which the bot is thought to have said all."""


class LiveTerminal(Terminal):
    """A chat in a terminal with a bot that we cannot see into.

    At a keyboard nothing waits for the bot. From a pipe the next line waits until the bot has taken the one before
    and has had time to answer, so that a script reads like a conversation.
    """

    def __init__(
        self,
        telegram: Telegram,
        bot: Bot,
        *,
        person: User,
        read: ReadLine,
        out: TextIO,
        colours: bool = False,
        prompts: bool = False,
    ) -> None:
        self._read_line, self._asking = read, ""
        self._said, self._shown = bot.updates.next_id, 0
        super().__init__(
            telegram,
            bot,
            admin=person,
            make_admin=lambda person: None,
            settled=self._answered,
            read=self._ask,
            out=out,
            colours=colours,
            prompts=prompts,
        )

    async def run(self) -> bool:
        """Talk until there are no more lines or `!quit` comes; return whether it was `!quit`."""
        with self._telegram.watch() as events:
            printing = asyncio.create_task(self._print_as_it_comes(events))
            try:
                return await super().run()
            finally:
                printing.cancel()

    def note(self, text: str) -> None:
        """Print something that nobody in the chat has said."""
        self._say(self._style.paint("2", text))

    async def _print_as_it_comes(self, events: deque[Event]) -> None:
        while True:
            self._shown += sum(map(by_bot, events))
            self._show(events)
            await self._telegram.changed()

    def _print(self, events: deque[Event]) -> None:
        events.clear()

    async def _ask(self, prompt: str) -> str | None:
        self._asking = prompt
        try:
            return await self._read_line(prompt)
        finally:
            self._asking = ""

    def _say(self, text: str) -> None:
        """Print above the line that is being typed."""
        before, after = ("\r\x1b[K", self._asking + typed_so_far()) if self._asking else ("", "")
        print(f"{before}{text}\n{after}", end="", file=self._out, flush=True)

    async def _answered(self) -> None:
        """Wait as a pipe waits for the answers to a line; a line that told the bot nothing needs no waiting."""
        said, self._said = self._said, self._bot.updates.next_id
        if self._prompts or said == self._said:
            return
        shown = self._shown
        await self._telegram.until(lambda: not len(self._bot.updates), None)
        patience = PATIENCE
        while await self._shows_more_than(shown, patience):
            shown, patience = self._shown, PAUSE

    async def _shows_more_than(self, shown: int, seconds: float) -> bool:
        with suppress(TimeoutError):
            await self._telegram.until(lambda: self._shown > shown, seconds)
        return self._shown > shown
