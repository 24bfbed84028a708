"""The terminal door: a person types, the bot's answers are printed."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from typing import TextIO

from pluggram.simulator.errors import SimulatorError
from pluggram.simulator.lines import ReadLine
from pluggram.simulator.model.bots import Bot
from pluggram.simulator.model.chats import Chat
from pluggram.simulator.model.events import CallbackAnswered, Event, MessageDeleted, MessageEdited, MessageSent
from pluggram.simulator.model.messages import Message
from pluggram.simulator.model.people import User
from pluggram.simulator.rendering import Style, safe
from pluggram.simulator.telegram import Telegram

HELP = """\
A line is a message to the bot. What begins with ! is for this terminal:
!as admin [NAME]  go on as an administrator    !as user [NAME]  go on as an ordinary person
!group            go on in a group             !private         go on in the private chat
!press N          press button [N]             !help, !quit     (a line " !x" sends "!x")"""

_COMMANDS = ("!as admin", "!as user", "!group", "!private", "!press", "!help", "!quit")


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
        self._telegram, self._bot, self._admin, self._person = telegram, bot, admin, admin
        self._make_admin, self._settled, self._read, self._out = make_admin, settled, read, out
        self._prompts = prompts
        self._style = Style(colours)
        self._people = {("admin", admin.first_name.lower()): admin}
        self._group: Chat | None = None
        self._in_group = False
        self._commands: dict[str, Callable[[list[str]], None]] = {
            "as": self._go_on_as,
            "group": lambda words: self._go_to(group=True),
            "private": lambda words: self._go_to(group=False),
            "press": self._press,
            "help": lambda words: self._say(HELP),
        }

    def _chat(self) -> Chat:
        """Return the chat the next line goes to; the group comes into being when somebody goes there."""
        if not self._in_group:
            return self._telegram.private(self._person, self._bot)
        if self._group is None:
            self._group = self._telegram.group("Group", self._admin, self._bot)
        self._group.add(self._person)
        return self._group

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
                self._person.send(self._chat(), line)
        except SimulatorError as error:
            self._say(str(error))

    def _command(self, line: str) -> None:
        words = line[1:].split()
        command = self._commands.get(words[0].lower()) if words else None
        if command is None:
            near = get_close_matches(line.strip().lower(), _COMMANDS, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise SimulatorError(f"There is no {safe(line.strip())}.{hint} There is: {', '.join(_COMMANDS)}")
        command(words[1:])

    def _go_on_as(self, words: list[str]) -> None:
        kind = words[0].lower() if words else ""
        if kind not in ("admin", "user"):
            raise SimulatorError("Say who: !as admin [NAME] or !as user [NAME]")
        default = self._admin.first_name if kind == "admin" else "User"
        name = " ".join(words[1:]) or default
        person = self._people.get((kind, name.lower()))
        if person is None:
            person = self._people[kind, name.lower()] = self._telegram.user(name)
            if kind == "admin":
                self._make_admin(person)
        self._person = person

    def _go_to(self, *, group: bool) -> None:
        self._in_group = group

    def _press(self, words: list[str]) -> None:
        message = next((each for each in reversed(self._chat().messages.values()) if each.buttons), None)
        buttons = message.buttons if message else []
        number = int(words[0]) if words and words[0].isdecimal() else 0
        if message is None or not 1 <= number <= len(buttons):
            raise SimulatorError(_which(len(buttons)))
        button = buttons[number - 1]
        if "url" in button:
            self._say(f"Opens {safe(str(button['url']))}")
        else:
            self._person.press(message, button)

    def _print(self, events: deque[Event]) -> None:
        if self._prompts and not any(self._by_bot(event) for event in events) and self._was_sent(events):
            self._say(self._style.paint("2", "(no answer)"))
        self._show(events)

    def _show(self, events: deque[Event]) -> None:
        while events:
            event = events.popleft()
            shown = self._style.event(event) if self._by_bot(event) else ""
            if shown:
                self._say(self._elsewhere(event) + self._name() + shown)

    def _was_sent(self, events: deque[Event]) -> bool:
        return any(isinstance(event, MessageSent) for event in events)

    def _by_bot(self, event: Event) -> bool:
        match event:
            case MessageSent(message) | MessageEdited(message) | MessageDeleted(message):
                return message.author is self._bot
            case _:
                return isinstance(event, CallbackAnswered)

    def _elsewhere(self, event: Event) -> str:
        """Name the chat of a message that is not in the one looked at."""
        message: Message | None = getattr(event, "message", None)
        if message is None or message.chat is self._chat():
            return ""
        return f"[{safe(message.chat.title or message.chat.person.name)}] "

    def _name(self) -> str:
        return self._style.paint("1;32", f"{safe(self._bot.first_name)}: ") if self._prompts else ""

    def _prompt(self) -> str:
        if not self._prompts:
            return ""
        where = "group" if self._in_group else "private"
        return self._style.paint("1;34", f"{safe(self._person.first_name)} ({where})> ")

    def _say(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def _end_line(self) -> None:
        if self._prompts:
            self._say("")


def _which(count: int) -> str:
    """Say which buttons there are to press."""
    if not count:
        return "No message here has buttons."
    return "There is button 1: !press 1" if count == 1 else f"There are buttons 1 to {count}: !press 1"
