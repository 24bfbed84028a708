"""Handler: a pattern and an answer, with all that help, menus, suggestions and tests need to know of them."""

import re
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from pluggram.parts import Article
from pluggram.reply import Reply
from pluggram.request import Kind, Origin

if TYPE_CHECKING:
    from telegram.ext import BaseHandler

Access = Literal["all", "group_admin", "admin", "owner"]
"""Who may use a handler: all; whoever administers the group it is asked in; admins of the bot; its owners.

Each may what those before it may. In a private chat nobody is a `group_admin`, unless an admin of the bot.
"""

Answered = str | Reply | Sequence[Article] | None
"""What a handler returns: a text, a Reply, Articles for an inline query, or None to stay silent."""

Answer = Callable[..., Awaitable[Answered]] | Callable[..., Answered]
"""Called with the Request and the pattern's named groups; a plain function runs on a worker thread."""

_LANGUAGE = re.compile(r"[a-z]{2}")
_COMMAND = re.compile(r"/[A-Za-z0-9_]+(?![\w?*+{|])")


@dataclass(frozen=True, slots=True)
class Handler:
    """What a plugin declares of one thing it answers; made by `handler()`, which says what each part means."""

    pattern: str
    answer: Answer
    help: str = ""
    family: str | None = None
    examples: tuple[str, ...] = ()
    on: Kind = "message"
    access: Access = "all"
    accept: frozenset[Origin] = frozenset()
    fallback: bool = False
    deep_link: bool = False
    help_in: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if why := _fault(self):
            raise ValueError(f"handler {self.pattern!r}: {why}")

    @property
    def command(self) -> str | None:
        """The command that /help and menus list, with its slash: `/postno` of the family `/postno<number>`."""
        if self.on not in ("message", "document"):
            return None
        found = _COMMAND.match(self.family or self.pattern)
        return found[0].lower() if found else None

    @property
    def form(self) -> str:
        """How to write it: the family, else the command, else the first example."""
        return self.family or self.command or next(iter(self.examples), self.pattern)

    def help_for(self, language: str | None) -> str:
        """Give the help in a language, named by an IETF tag as in User.language_code; else as `help` has it."""
        return self.help_in.get((language or "").partition("-")[0].lower(), self.help)

    def usage_for(self, language: str | None) -> str:
        """Write what someone reads who wrote it wrongly, with the help in a language."""
        help = self.help_for(language)
        lines = [f"Usage: {self.form}" + (f" — {help}" if help else "")]
        if self.examples:
            lines.append("For example: " + ", ".join(self.examples))
        return "\n".join(lines)


def handler(
    pattern: str,
    answer: Answer,
    *,
    help: str = "",
    family: str | None = None,
    examples: Iterable[str] = (),
    on: Kind = "message",
    access: Access = "all",
    accept: Iterable[Origin] = (),
    fallback: bool = False,
    deep_link: bool = False,
    help_in: Mapping[str, str] | None = None,
) -> Handler:
    r"""Declare what a plugin answers.

    pattern: a regular expression matched in full against the text; digits and letters in it are ASCII, the
        command word is matched in any case, `@ourbot` behind it is taken off. Named groups become arguments,
        converted by the answer's annotations.
    answer: `async def` or `def`, called with the Request and the groups; returns str, Reply, Articles or None.
    help: one line for /help and menus; a handler without help is not listed.
    family: how to write it (`/postno<number>`, `/addlink <number> <url> [title]`).
    examples: texts that the pattern matches; shown to people, tried by tests and for clashes between plugins.
    on: "message", "button", "inline" or "document".
    access: "all", "group_admin", "admin" or "owner".
    accept: which messages that were not simply written here are taken too: "edited", "channel_post",
        "forwarded", "via_bot". Only for access="all".
    fallback: asked only when no other handler matched.
    deep_link: `t.me/<bot>?start=postno0042` is taken for the command `/postno0042` (Bot API, Deep Linking). Whoever
        makes such a link chooses what its reader sends: only for access="all", and for what changes nothing.
    help_in: the help in other languages, by two-letter code (ISO 639-1): for /help and Telegram's menu.

    Raises ValueError for a value outside these, and for a help of several lines. Whether the pattern is sound, and
    whether the answer takes its groups, is checked when the plugin is loaded.
    """
    for name, value in (("examples", examples), ("accept", accept)):
        if isinstance(value, str):
            raise ValueError(f"handler {pattern!r}: {name} is a list of texts; write {name}=[{value!r}]")
    return Handler(
        pattern, answer, help, family, tuple(examples), on, access, frozenset(accept), fallback, deep_link,
        dict(help_in or {}),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TelegramHandler:
    """A handler made for python-telegram-bot, with what its class does not say.

    handler: any of `telegram.ext`.
    updates: the kinds of update that it gets, such as {"message", "poll_answer"} (Bot API, Update); None: those that
        its class takes, all for a class that does not say.
    group: as in python-telegram-bot's `add_handler`: of each group, lowest first, one handler gets the update.

    Raises TypeError for what is no handler, ValueError for no updates at all.
    """

    handler: "BaseHandler[Any, Any, Any]"
    updates: Collection[str] | None = None
    group: int = 0

    def __post_init__(self) -> None:
        if not is_telegram_handler(self.handler):
            raise TypeError(f"TelegramHandler({self.handler!r}): it is no handler of python-telegram-bot")
        if isinstance(self.group, bool) or not isinstance(self.group, int):
            raise TypeError(f"TelegramHandler(group={self.group!r}): a group is a whole number")
        if self.updates is not None:
            if isinstance(self.updates, str) or not self.updates:
                raise ValueError(f"TelegramHandler(updates={self.updates!r}): name kinds of update, as {{'message'}}")
            object.__setattr__(self, "updates", frozenset(self.updates))


@dataclass(frozen=True, slots=True)
class TelegramErrorHandler:
    """Who is told what a plugin's handlers made for python-telegram-bot raise.

    callback: `async def (update, context)`, as in python-telegram-bot's `add_error_handler`; the error is
    `context.error`. Where a plugin has one, telling the person who asked is left to it.
    """

    callback: Callable[[object, Any], Coroutine[Any, Any, None]]


AnyTelegramHandler: TypeAlias = "BaseHandler[Any, Any, Any] | TelegramHandler | TelegramErrorHandler"
"""What the hook `telegram_handlers` gives."""


def is_telegram_handler(value: object) -> bool:
    """Whether it is a handler of python-telegram-bot, told by what it can do: here nothing of that is imported."""
    return not isinstance(value, type) and all(
        callable(getattr(value, name, None)) for name in ("check_update", "handle_update", "collect_additional_context")
    )


def _fault(handler: Handler) -> str | None:
    """Say what no declaration may be, for its author; None when all is well."""
    texts = (("pattern", handler.pattern), ("help", handler.help), ("family", handler.family or ""))
    helps = tuple((f"help_in[{language!r}]", text) for language, text in handler.help_in.items())
    for name, value in (*texts, *helps, *(("an example", example) for example in handler.examples)):
        if not isinstance(value, str):
            return f"{name} is {value!r}; it must be a text"
    for name, value, allowed in (("on", handler.on, get_args(Kind)), ("access", handler.access, get_args(Access))):
        if value not in allowed:
            return f"{name}={value!r} is none of {', '.join(allowed)}"
    if unknown := handler.accept.difference(get_args(Origin)):
        return f"accept={sorted(unknown)} is none of {', '.join(get_args(Origin))}"
    return _fault_of_access(handler) or _fault_of_help(handler)


def _fault_of_access(handler: Handler) -> str | None:
    if handler.accept and handler.access != "all":
        return (f"what only an {handler.access} may do takes no edited, forwarded or channel messages: "
                "nobody is known to have just written them")  # fmt: skip
    if handler.deep_link and (handler.access != "all" or handler.on != "message"):
        return "a deep link is a message that anybody can put into another's mouth: only on='message', access='all'"
    return None


def _fault_of_help(handler: Handler) -> str | None:
    if unknown := [language for language in handler.help_in if not _LANGUAGE.fullmatch(language)]:
        return f"help_in names languages by two letters, such as 'de', and {unknown[0]!r} is none"
    if any(len(text.splitlines()) > 1 for text in (handler.help, *handler.help_in.values())):
        return "its help has several lines; /help and menus show one"
    return None
