"""Guests: handlers made for python-telegram-bot, as the bot meets them; the room that knows Telegram brings them."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pluggram.edge import RawUpdate
from pluggram.handlers import AnyTelegramHandler, Handler
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.router import Answering, Match, Result
from pluggram.storage import Store


@dataclass(frozen=True, slots=True)
class GuestPlugin:
    """What one plugin's hook `telegram_handlers` gave. store: where its dialogues are kept."""

    name: str
    handlers: Sequence[AnyTelegramHandler]
    store: Store


@dataclass(frozen=True, slots=True)
class Turn:
    """A guest that wants an update. handler: what stands for it in logs and events. take: lets it have the update."""

    plugin: str
    handler: Handler
    take: Callable[[], Awaitable[Result]]


class Visit(Protocol):
    """The guests, in view of one update."""

    def dialogue(self) -> Turn | None:
        """Give the conversation that is under way where the update comes from, and goes on with it."""

    def others(self) -> Iterator[Turn]:
        """Give who wants it besides, one after the other; which they are may depend on what those before have done."""


class Guests(Protocol):
    """The guests of all plugins."""

    @property
    def updates(self) -> Collection[str]:
        """The kinds of update that they want (Bot API, Update)."""

    def dismiss(self, plugin: str) -> None:
        """Serve the handlers of a plugin no longer."""

    def visit(self, raw: RawUpdate) -> Visit | None:
        """Show them an update; None when it is of no kind that any of them could want."""


async def attend(visit: Visit, request: Request, match: Match | None, answering: Answering) -> Reply | None:
    """Let guests and our own handlers have a request in their order: a dialogue, patterns, other guests, fallbacks."""
    dialogue = visit.dialogue()
    if dialogue is not None:
        return await answering.take(dialogue.plugin, dialogue.handler, request, dialogue.take)
    if match is not None and not match.route.handler.fallback:
        return await answering.answer(match, request)
    replies = [await answering.take(turn.plugin, turn.handler, request, turn.take) for turn in visit.others()]
    if replies or match is None:
        return next(filter(None, replies), None)
    return await answering.answer(match, request)
