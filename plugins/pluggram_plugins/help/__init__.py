"""Help: greets, lists what the asker may use, and guesses what was meant."""

import re
from collections.abc import Sequence
from itertools import groupby

from pluggram import Context, Declaration, Handler, Reply, Request, User, handler, hookimpl
from pluggram_plugins.help.meant import suggest

_LONGEST_NAME = 64  # Telegram's own limit for first names
_PLAIN_NAMES = {"", "bot", "pluggram"}
_NAMING = re.compile(r"/[^\s@]*@")  # what names another bot does not come here
_STEPS = (
    ("What administrators may do in this group:", ("group_admin",)),
    ("You look after this bot. Your first steps:", ("admin", "owner")),
)


class Help:
    """Finding your way in this bot."""

    def __init__(self, context: Context) -> None:
        self._name = context.name
        self._bot = context.bot

    @hookimpl
    def handlers(self) -> list[Handler]:
        """Answer /start and /help, and what nobody else does: texts in private chats, and presses of buttons."""
        return [
            handler(r"/start(?:\s[\s\S]*)?", self.start, help="How to begin", examples=["/start"]),
            handler(r"/help(?:\s+(?P<topic>\S[\s\S]*))?", self.help, help="What I can do, and how to write it",
                    family="/help [command]", examples=["/help", "/help start"]),
            handler(r"[\s\S]+", self.guess, fallback=True),
            handler(r"[\s\S]+", self.out_of_date, on="button", fallback=True),
        ]  # fmt: skip

    async def start(self, request: Request) -> str:
        """Greet, and name a first thing to try; for those who may more than others, what only they may do."""
        usable = await self._usable(request)
        language = _language(request)
        lines = [_greeting(request.user, self._bot.name)]
        for_all = [d.handler for d in usable if d.handler.access == "all" and d.plugin != self._name]
        lines += [f"Try this: {_step(declared, language)}" for declared in for_all if declared.examples][:1]
        lines.append("Everything I can do for you: /help")
        for title, roles in _STEPS if not request.private else _STEPS[1:]:
            if steps := [_step(d.handler, language) for d in usable if d.handler.access in roles]:
                lines += ["", title, *steps]
        return "\n".join(lines)

    async def help(self, request: Request, topic: str | None) -> str:
        """List what the asker may use, or tell how one command is written."""
        usable = await self._usable(request)
        if topic is None:
            return self._listing(usable, _language(request))
        written = "/" + topic.strip().removeprefix("/")
        if chosen := self._about(written, usable):
            return "\n\n".join(_usage(declaration.handler, _language(request)) for declaration in chosen)
        return self._meant(written, usable) or "I know no such command. All that I know: /help"

    async def guess(self, request: Request) -> str | None:
        """Answer what nobody else does with a guess; in groups only what names this bot, `/comand@thisbot`."""
        if not request.private and not _NAMING.match(request.text):
            return None
        meant = self._meant(request.text, await self._usable(request))
        return meant or "I do not understand that. What I can do: /help"

    async def out_of_date(self, request: Request) -> Reply:
        """Tell somebody who presses a button that nobody serves any more, as an old message may have one."""
        return Reply("This button is out of date, and does nothing any more.", notice=True)

    async def _usable(self, request: Request) -> Sequence[Declaration]:
        """Give what is listed for the asker; asked anew each time, for a plugin may have failed meanwhile."""
        listed = [d for d in self._bot.declarations if d.handler.help and not d.handler.fallback]
        return [declaration for declaration in listed if await self._bot.permits(request, declaration)]

    def _listing(self, usable: Sequence[Declaration], language: str | None) -> str:
        summaries = {state.name: state.summary for state in self._bot.plugins}
        lines = ["This is what I can do for you."]
        for plugin, declarations in groupby(usable, lambda d: d.plugin):
            lines += ["", (summaries.get(plugin) or plugin).rstrip(".") + ":"]
            lines += dict.fromkeys(_line(d.handler, language) for d in declarations)
        return "\n".join([*lines, "", "More about one of them: /help and its name"])

    def _about(self, written: str, usable: Sequence[Declaration]) -> Sequence[Declaration]:
        """Find what is asked about: a form, a command, a text that one of them answers, or a plugin."""
        wanted = written.lower()
        command = wanted.split()[0].partition("@")[0]
        found = self._bot.finds(written)
        ways = (
            [d for d in usable if f"{d.handler.form.lower()} ".startswith(f"{wanted} ")],
            [d for d in usable if d.handler.command == command],
            [d for d in usable if d == found],
            [d for d in usable if f"/{d.plugin}" == wanted],
        )
        return next(filter(None, ways), [])

    def _meant(self, text: str, usable: Sequence[Declaration]) -> str | None:
        found = suggest(text, [d.handler for d in usable], lambda guess: self._bot.finds(guess) in usable)
        if len(found) > 1:
            return "\n".join(["Did you mean one of these?", *map(str, found)])
        return f"Did you mean {found[0].question}" if found else None


def _greeting(user: User | None, bot: str) -> str:
    """Greet by name where the name is one: a bot does not repeat links and signs that reorder text."""
    name = " ".join("".join(filter(str.isprintable, user.first_name if user else "")).split())[:_LONGEST_NAME]
    greeting = f"👋 Hello, {name}!" if name and not set(name) & set("/@:.") else "👋 Hello!"
    return greeting if bot.lower() in _PLAIN_NAMES else f"{greeting} I am {bot}."


def _language(request: Request) -> str | None:
    return request.user.language_code if request.user else None


def _step(declared: Handler, language: str | None) -> str:
    """Name one thing to write, as it can be sent, and what it does."""
    return f"{next(iter(declared.examples), declared.form)} — {declared.help_for(language)}"


def _line(declared: Handler, language: str | None) -> str:
    """Tell of one thing in a list of all."""
    mark = " (for group administrators)" if declared.access == "group_admin" else ""
    return f"{declared.form} — {declared.help_for(language)}{mark}"


def _usage(declared: Handler, language: str | None) -> str:
    """Tell all of one thing."""
    usage = declared.usage_for(language)
    return f"{usage}\nOnly for administrators of the group." if declared.access == "group_admin" else usage
