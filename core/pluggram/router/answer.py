"""Calls the handler of a match: access, arguments, time limit, and what happens when it fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import perf_counter
from typing import Any

from pluggram.arguments import ArgumentError
from pluggram.cancelling import is_for_us
from pluggram.handlers import Handler
from pluggram.hooks import Handled, Outcome
from pluggram.reply import Reply
from pluggram.request import Request, as_reply
from pluggram.router.route import Route
from pluggram.router.router import Match
from pluggram.router.threads import in_thread

logger = logging.getLogger("pluggram.router")

Refusal = Callable[[Request, Handler], Awaitable[str | None]]
Listener = tuple[str, Callable[[Handled], object]]
Result = tuple[Outcome, Reply | None, BaseException | None]
Work = Callable[[], Awaitable[Result]]


class Answering:
    """Answers requests that the router has matched.

    refusal: says why somebody may not use a handler, None when he may. timeout: seconds that a handler may take.
    listeners: told of each request.
    """

    def __init__(self, refusal: Refusal, timeout: float, listeners: Sequence[Listener]) -> None:
        self._refusal = refusal
        self._timeout = timeout
        self._listeners = listeners

    async def answer(self, match: Match, request: Request) -> Reply | None:
        """Answer one request; whatever the handler does, the asker is told and nobody else is disturbed."""
        work = partial(self._result, match, request)
        return await self.take(match.route.plugin, match.route.handler, request, work)

    async def take(self, plugin: str, handler: Handler, request: Request, work: Work) -> Reply | None:
        """Let a handler do its work on a request, within the time limit and whatever it raises; tell of it."""
        started = perf_counter()
        outcome, reply, error = await self._guarded(plugin, handler, request, work)
        self._tell(Handled(plugin, handler, request, outcome, perf_counter() - started, error))
        return reply

    async def _guarded(self, plugin: str, handler: Handler, request: Request, work: Work) -> Result:
        try:
            async with asyncio.timeout(self._timeout) as limit:
                return await work()
        except TimeoutError as error:
            if limit.expired():
                _log(plugin, handler, request, f"took longer than {self._timeout:g} s", None)
                return "timeout", _hint(request, "This took too long and was given up. Please try again later."), error
            return _failed(plugin, handler, request, error)
        except BaseException as error:
            if is_for_us(error):
                _log(plugin, handler, request, "is cut off", None)
                raise
            return _failed(plugin, handler, request, error)

    async def _result(self, match: Match, request: Request) -> Result:
        handler = match.route.handler
        if refused := await self._refusal(request, handler):
            return "denied", _hint(request, refused), None
        if match.groups is None:
            return "usage", _hint(request, _usage(request, handler)), None
        try:
            arguments = match.route.arguments.convert(match.groups)
        except ArgumentError as error:
            return "usage", _hint(request, f"{error}.\n{_usage(request, handler)}"), None
        answer = await _run(match.route, request, arguments)
        if answer is None:
            return "silent", None, None
        return "answered", as_reply(answer, inline=request.kind == "inline"), None

    def _tell(self, event: Handled) -> None:
        for plugin, listener in self._listeners:
            try:
                listener(event)
            except BaseException:  # it is called and not awaited: even a CancelledError is its own
                logger.exception("plugin %s failed in its hook 'handled'", plugin)


async def _run(route: Route, request: Request, arguments: dict[str, Any]) -> object:
    if route.threaded:
        return await in_thread(route.handler.answer, request, **arguments)
    return await route.handler.answer(request, **arguments)  # type: ignore[misc]


def _failed(plugin: str, handler: Handler, request: Request, error: BaseException) -> Result:
    _log(plugin, handler, request, "failed", error)
    return "failed", _hint(request, "Something went wrong here. It is in the bot's log; please try again later."), error


def _log(plugin: str, handler: Handler, request: Request, what: str, error: BaseException | None) -> None:
    logger.error("plugin %s: handler %r %s on update %s",
                 plugin, handler.pattern, what, request.id, exc_info=error)  # fmt: skip


def _usage(request: Request, handler: Handler) -> str:
    return handler.usage_for(request.user.language_code if request.user else None)


def _hint(request: Request, text: str) -> Reply | None:
    """Tell the asker; an inline query has no place for words, and is answered with nothing to choose."""
    if request.kind == "other" and "message" not in request.raw:
        return None
    return Reply(articles=()) if request.kind == "inline" else Reply(text, notice=request.kind == "button")
