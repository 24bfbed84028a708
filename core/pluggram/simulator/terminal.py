"""The terminal door: a person types, the bot's answers are printed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from typing import TextIO

from pluggram.simulator.errors import SimulatorError
from pluggram.simulator.lines import ReadLine
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.events import Event, MessageSent, by_bot
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.people import User
from pluggram.simulator.rendering import Style, safe
from pluggram.simulator.seat import Seat
from pluggram.simulator.telegram import Telegram

HELP = """\
A line is a message to the bot. What begins with ! is for this terminal:
!as admin [NAME]      go on as an administrator  !as user [NAME]        go on as an ordinary person
!group                go on in a group           !private               go on in the private chat
!anonymous            go on in the group as an anonymous administrator
!press N              press button [N]           !menu                  show the command menu
!inline QUERY         ask inline                 !choose N              send result [N]
!start [PAYLOAD]      follow a deep link         !save [PATH]           save the last photo or file
!file PATH [CAPTION]  send a file                !photo PATH [CAPTION]  send a picture
!help, !quit          list these, end the chat   (a line " !x" sends "!x")"""

_COMMANDS = (
    "!as admin", "!as user", "!group", "!private", "!anonymous", "!press", "!menu", "!inline", "!choose", "!start",
    "!save", "!file", "!photo", "!help", "!quit",
)  # fmt: skip


class Terminal:
    """A chat in a terminal.

    `admin` is the person it begins with; `make_admin` is called with each further one that `!as admin NAME` adds,
    before he speaks. `settled` returns when the bot has nothing more to do. `prompts` is for a person at a keyboard;
    without, only what the bot does is printed.
    """

    def __init__(
        self,
        telegram: Telegram,
        bot: Bot,
        *,
        admin: User,
        make_admin: Callable[[User], object],
        settled: Callable[[], Awaitable[object]],
        read: ReadLine,
        out: TextIO,
        colours: bool = False,
        prompts: bool = False,
    ) -> None:
        self._telegram, self._bot, self._settled, self._read, self._out = telegram, bot, settled, read, out
        self._prompts, self._style = prompts, Style(colours)
        self._seat = seat = Seat(telegram, bot, admin, make_admin)
        self._commands: dict[str, Callable[[str], str]] = {
            "as": seat.go_on_as,
            "group": seat.go_to_group,
            "private": seat.go_to_private,
            "anonymous": seat.go_on_anonymously,
            "press": seat.press,
            "menu": seat.menu,
            "inline": seat.inline,
            "choose": seat.choose,
            "start": seat.start,
            "save": seat.save,
            "file": seat.send_file,
            "photo": seat.send_photo,
            "help": lambda words: HELP,
        }

    async def run(self) -> bool:
        """Read and answer lines until there are no more or `!quit` comes; return whether it was `!quit`.

        Ctrl-C ends it as it ends any asyncio program: what waits is cancelled, the terminal is restored.
        """
        with self._telegram.watch() as events:
            try:
                while (line := await self._read(self._prompt())) is not None and line.strip() != "!quit":
                    self._take(line)
                    await self._settled()
                    self._print(events)
            except asyncio.CancelledError:
                self._end_line()
                raise
        if line is None:
            self._end_line()
        return line is not None

    def _take(self, line: str) -> None:
        """Do what a line says; what cannot be done is explained, and the chat goes on."""
        if not line.strip():
            return
        try:
            if line.startswith("!"):
                self._command(line)
            else:
                self._seat.person.send(self._seat.chat(), line)
        except SimulatorError as error:
            self._say(str(error))

    def _command(self, line: str) -> None:
        name, _, words = line[1:].strip().partition(" ")
        command = self._commands.get(name.lower())
        if command is None:
            near = get_close_matches(line.strip().lower(), _COMMANDS, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SimulatorError(f"There is no {safe(line.strip())}.{hint} There is: {', '.join(_COMMANDS)}")
        if said := command(words.strip()):
            self._say(said)

    def _print(self, events: deque[Event]) -> None:
        unanswered = self._seat.unanswered() or any(isinstance(event, MessageSent) for event in events)
        if self._prompts and unanswered and not any(map(_is_shown, events)):
            self._say(self._style.paint("2", "(no answer)"))
        self._show(events)

    def _show(self, events: deque[Event]) -> None:
        while events:
            event = events.popleft()
            shown = self._style.event(event) if _is_shown(event) else ""
            if shown:
                self._say(self._elsewhere(event) + self._speaker() + shown)

    def _elsewhere(self, event: Event) -> str:
        """Name the chat of a message that is not in the one looked at."""
        message: Message | None = getattr(event, "message", None)
        if message is None or message.chat is self._seat.chat():
            return ""
        return f"[{safe(message.chat.title or message.chat.person.name)}] "

    def _speaker(self) -> str:
        return self._style.paint("1;32", f"{safe(self._bot.first_name)}: ") if self._prompts else ""

    def _prompt(self) -> str:
        if not self._prompts:
            return ""
        where = "group" if self._seat.in_group else "private"
        return self._style.paint("1;34", f"{safe(self._seat.person.first_name)} ({where})> ")

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def _end_line(self) -> None:
        if self._prompts:
            self._say("")


def _is_shown(event: Event) -> bool:
    """Tell whether the bot did it, or a person sent what the bot had offered inline."""
    return by_bot(event) or (isinstance(event, MessageSent) and event.message.via_bot is not None)
