"""Handlers made for python-telegram-bot, as the bot sees them; the room that knows Telegram serves them."""

from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pluggram.edge import RawUpdate
from pluggram.handlers import AnyTelegramHandler, Handler
from pluggram.reply import Reply
from pluggram.request import Request
from pluggram.router import Answering, Match, Result
from pluggram.storage import Store


@dataclass(frozen=True, slots=True)
class PtbPlugin:
    """What one plugin's hook `telegram_handlers` gave. store: where its dialogues are kept."""

    name: str
    handlers: Sequence[AnyTelegramHandler]
    store: Store


@dataclass(frozen=True, slots=True)
class Turn:
    """A handler that wants an update. handler: what stands for it in logs and events. take: lets it have the update."""

    plugin: str
    handler: Handler
    take: Callable[[], Awaitable[Result]]


class Candidates(Protocol):
    """The handlers of python-telegram-bot that may want one update."""

    def dialogue(self) -> Turn | None:
        """Give the conversation that is under way where the update comes from, and goes on with it."""

    def others(self) -> Iterator[Turn]:
        """Give who wants it besides, one after the other; which they are may depend on what those before have done."""


class PtbHandlers(Protocol):
    """The handlers of python-telegram-bot of all plugins."""

    @property
    def updates(self) -> Collection[str]:
        """The kinds of update that they want (Bot API, Update)."""

    @property
    def movers(self) -> Mapping[str, Callable[[int, int], Awaitable[object]]]:
        """What moves the data that each plugin's handlers keep of a chat, from an old id to a new one."""

    def drop(self, plugin: str) -> None:
        """Serve the handlers of a plugin no longer."""

    def candidates(self, raw: RawUpdate) -> Candidates | None:
        """Give those that may want an update; None when it is of no kind that any of them could want."""


async def answer_in_order(
    candidates: Candidates, request: Request, match: Match | None, answering: Answering, waiting: Callable[[], object]
) -> Reply | None:
    """Answer a request by the first who takes it: a dialogue, a pattern, python-telegram-bot's handlers, a fallback.

    waiting: called when one does not answer at once.
    """
    dialogue = candidates.dialogue()
    if dialogue is not None:
        return await answering.take(dialogue.plugin, dialogue.handler, request, dialogue.take, waiting)
    if match is not None and not match.route.handler.fallback:
        return await answering.answer(match, request, waiting)
    replies = [
        await answering.take(turn.plugin, turn.handler, request, turn.take, waiting) for turn in candidates.others()
    ]
    if replies or match is None:
        return next(filter(None, replies), None)
    return await answering.answer(match, request, waiting)
