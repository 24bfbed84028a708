"""One command menu, from handlers: which of them fit into it, and how it reads in each language."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pluggram.context import Declaration
from pluggram.handlers import Handler

MOST_COMMANDS = 100
"""Commands in one menu (Bot API, setMyCommands)."""
LONGEST_DESCRIPTION = 256
"""Characters of what a menu says of a command (Bot API, BotCommand)."""

Menu = Sequence[tuple[str, str]]
"""Commands without their slash, each with its description, as they are shown."""

_NAME = re.compile(r"/[a-z0-9_]{1,32}", re.ASCII)
_SHOWN = 5


def is_listed(handler: Handler) -> bool:
    """Whether a menu can show it: it has a help, and a command that Telegram takes."""
    return _wants_to_be_listed(handler) and _misfit(handler) is None


def in_languages(handlers: Sequence[Handler]) -> Mapping[str, Menu]:
    """Write the menu of these handlers, one for each command, in each language that one of them has; "" for all others.

    A handler that has no help in a language, or too long a one, stands there with its `help`.
    """
    languages = dict.fromkeys(language for handler in handlers for language in handler.help_in)
    return {language: [_entry(handler, language) for handler in handlers] for language in ("", *languages) if handlers}


def left_out(declarations: Iterable[Declaration]) -> Iterator[str]:
    """Say what no menu can show, and why, and what is too much for one; with the plugin of each."""
    commands: dict[str, str] = {}
    for plugin, handler in ((each.plugin, each.handler) for each in declarations):
        if not _wants_to_be_listed(handler):
            continue
        if why := _misfit(handler):
            yield f"plugin {plugin}: {handler.form} is not in the command menu: {why}"
            continue
        for language, text in handler.help_in.items():
            if why := _unfit(text):
                yield f"plugin {plugin}: {handler.form} has its general help in the command menu in {language!r}: {why}"
        commands.setdefault(handler.command or "", plugin)
    if over := [f"{command} (plugin {plugin})" for command, plugin in commands.items()][MOST_COMMANDS:]:
        more = f" and {len(over) - _SHOWN} more" if len(over) > _SHOWN else ""
        yield f"a command menu holds {MOST_COMMANDS} commands, so whoever may use more does not find there: " + (
            ", ".join(over[:_SHOWN]) + more
        )


def _wants_to_be_listed(handler: Handler) -> bool:
    is_command = handler.command is not None or handler.form.startswith("/")
    return bool(handler.help) and handler.on in ("message", "document") and not handler.fallback and is_command


def _misfit(handler: Handler) -> str | None:
    if handler.command is None:
        return "no one command begins it; a family, such as family='/roll <sides>', would name one"
    if not _NAME.fullmatch(handler.command):
        return "Telegram takes commands of 1 to 32 of a-z, 0-9 and _"
    return _unfit(handler.help)


def _unfit(text: str) -> str | None:
    length = len(_cleaned(text))
    if 1 <= length <= LONGEST_DESCRIPTION:
        return None
    return f"its help has {length} characters, and Telegram takes 1 to {LONGEST_DESCRIPTION}"


def _entry(handler: Handler, language: str) -> tuple[str, str]:
    text = handler.help_for(language)
    return (handler.command or "").removeprefix("/"), _cleaned(handler.help if _unfit(text) else text)


def _cleaned(text: str) -> str:
    """Write white space as Telegram keeps it: what is sent otherwise would differ from what is set at every start."""
    return " ".join(text.split())
