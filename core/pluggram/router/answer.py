"""Calls the handler of a match: access, arguments, time limit, and what happens when it fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from math import ceil
from time import perf_counter
from typing import Any

from pluggram import waits
from pluggram.arguments import ArgumentError
from pluggram.divisible import begun
from pluggram.handlers import Handler
from pluggram.hooks import Handled, Outcome
from pluggram.places import place_of_task
from pluggram.reply import Reply
from pluggram.request import Request, as_reply
from pluggram.router import apart
from pluggram.router.circuit import Circuits
from pluggram.router.route import Route, task_name
from pluggram.router.router import Match
from pluggram.router.threads import begin_thread
from pluggram.storage import StorageError

logger = logging.getLogger("pluggram.router")

Refusal = Callable[[Request, Handler], Awaitable[str | None] | None]
"""Says why somebody may not use a handler; None, or what gives None, when he may."""
Listener = tuple[str, Callable[[Handled], object]]
Result = tuple[Outcome, Reply | None, BaseException | None]
Work = Callable[[], Awaitable[Result]]
Running = Coroutine[Any, Any, Result | apart.Raised]
Task = asyncio.Task[Result | apart.Raised]
Waiting = Callable[[], object]
"""Called when an answer does not come at once."""

_SORRY = "Something went wrong here. It is in the bot's log; please try again later."
_TOO_LONG = "This took too long and was given up. Please try again later."


class Answering:
    """Answers requests that the router has matched.

    timeout: seconds that a handler may take. listeners: told of each request. circuits: which handlers are switched
    off, because they keep failing.
    """

    def __init__(self, refusal: Refusal, timeout: float, listeners: Sequence[Listener], circuits: Circuits) -> None:
        self._refusal = refusal
        self._timeout = timeout
        self._listeners = listeners
        self._circuits = circuits
        self._failing = circuits.failing

    def answer(self, match: Match, request: Request, waiting: Waiting = lambda: None) -> Awaitable[Reply | None]:
        """Answer one request; whatever the handler does, the asker is told and nobody else is disturbed."""
        route = match.route
        return self._guarded(route.plugin, route.handler, request, self._result(match, request), route.task, waiting)

    def take(
        self, plugin: str, handler: Handler, request: Request, work: Work, waiting: Waiting = lambda: None
    ) -> Awaitable[Reply | None]:
        """Let a handler do its work on a request, within the time limit and whatever it raises; tell of it."""
        let = apart.contained(partial(self._let, plugin, handler, request, work))
        return self._guarded(plugin, handler, request, let, task_name(plugin, handler), waiting)

    async def _guarded(
        self, plugin: str, handler: Handler, request: Request, work: Running, task: str, waiting: Waiting
    ) -> Reply | None:
        started = perf_counter()
        held_back = waits.begin()
        result = await begun(work, task)
        if isinstance(result, asyncio.Task):
            waiting()
            result = await self._ended(plugin, handler, request, result, held_back)
        if isinstance(result, apart.Raised):
            outcome, reply, error = _failed(plugin, handler, request, result.error)
        else:
            outcome, reply, error = result
        if error is not None or self._failing:
            self._circuits.note(plugin, handler, outcome, error)
        if self._listeners:
            self._tell(Handled(plugin, handler, request, outcome, perf_counter() - started, error))
        return reply

    async def _ended(
        self, plugin: str, handler: Handler, request: Request, task: Task, held_back: waits.Waits
    ) -> Result | apart.Raised:
        """Wait for a handler that does not answer at once, within the time limit."""
        try:
            in_time = await self._in_time(task, held_back)
        except asyncio.CancelledError:
            await self._give_up(plugin, handler, request, task, "is cut off")
            raise
        if in_time:
            return apart.outcome(task)
        error = TimeoutError(f"took longer than {self._timeout:g} s")
        await self._give_up(plugin, handler, request, task, str(error))
        return "timeout", _hint(request, _TOO_LONG), error

    async def _in_time(self, task: Task, held_back: waits.Waits) -> bool:
        """Wait for a handler and tell whether it ends in time; that in which its calls are held back is not its own."""
        given, more = 0.0, self._timeout
        while more > 0:
            if await apart.ended(task, more):
                return True
            given += more
            more = self._timeout + held_back.seconds - given
        return False

    async def _give_up(self, plugin: str, handler: Handler, request: Request, task: Task, why: str) -> None:
        _log(plugin, handler, request, why, place_of_task(task))
        task.add_done_callback(partial(_tell_late, plugin, handler, request))
        if not await apart.cut_off(task):
            left = "does not let itself be ended, and is left behind"
            _log(plugin, handler, request, left, place_of_task(task))
            self._circuits.leave(plugin, handler, task)

    async def _result(self, match: Match, request: Request) -> Result | apart.Raised:
        """Let the handler of a match answer, if it may; what it raises is given."""
        route, groups = match.route, match.groups
        handler = route.handler
        try:
            asked = self._refusal(request, handler)
            if asked is not None and (refused := await asked):
                return "denied", _hint(request, refused), None
            if groups is None:
                return "usage", _hint(request, _usage(request, handler)), None
            try:
                arguments = route.arguments.convert(groups)
            except ArgumentError as error:
                return "usage", _hint(request, f"{error}.\n{_usage(request, handler)}"), None
            if self._failing and (paused := self._paused(route.plugin, handler, request)):
                return paused
            if route.threaded:
                answer = await self._on_thread(route, request, arguments)
            else:
                answer = await handler.answer(request, **arguments)  # type: ignore[misc]
            if answer is None:
                return "silent", None, None
            return "answered", as_reply(answer, inline=request.kind == "inline"), None
        except BaseException as error:  # asyncio lets SystemExit and KeyboardInterrupt end the whole loop
            return apart.Raised(error)

    async def _let(self, plugin: str, handler: Handler, request: Request, work: Work) -> Result:
        return self._paused(plugin, handler, request) or await work()

    def _paused(self, plugin: str, handler: Handler, request: Request) -> Result | None:
        """Say that a handler is switched off; None when it is not."""
        seconds = self._circuits.pause(plugin, handler)
        if not seconds:
            return None
        what = "This" if request.kind != "message" or handler.fallback else handler.form
        text = f"{what} is switched off for {ceil(seconds)} s because it keeps failing. Please try again later."
        return "paused", _hint(request, text), None

    async def _on_thread(self, route: Route, request: Request, arguments: Mapping[str, Any]) -> object:
        running = begin_thread(route.handler.answer, request, **arguments)
        try:
            return await asyncio.shield(running)
        finally:
            if not running.done():
                self._circuits.leave(route.plugin, route.handler, running)

    def _tell(self, event: Handled) -> None:
        for plugin, listener in self._listeners:
            try:
                listener(event)
            except BaseException:  # it is called and not awaited: even a CancelledError is its own
                logger.exception("plugin %s failed in its hook 'handled'", plugin)


def _failed(plugin: str, handler: Handler, request: Request, error: BaseException) -> Result:
    _log(plugin, handler, request, "failed", error=error)
    return "failed", _hint(request, _sorry(error)), error


def _log(
    plugin: str, handler: Handler, request: Request, what: str, place: str = "", error: BaseException | None = None
) -> None:
    logger.error("plugin %s: handler %r %s on update %s%s", plugin, handler.pattern, what, request.id,
                 f" ({place})" if place else "", exc_info=error)  # fmt: skip


def _tell_late(plugin: str, handler: Handler, request: Request, task: Task) -> None:
    result = apart.outcome(task)
    if isinstance(result, apart.Raised) and not isinstance(result.error, asyncio.CancelledError):
        _log(plugin, handler, request, "failed when it was given up", error=result.error)


def _sorry(error: BaseException) -> str:
    if not isinstance(error, StorageError):
        return _SORRY
    return f"The bot's storage does not work{error.reason and f': {error.reason}'}. Please try again later."


def _usage(request: Request, handler: Handler) -> str:
    return handler.usage_for(request.user.language_code if request.user else None)


def _hint(request: Request, text: str) -> Reply | None:
    """Tell the asker; an inline query has no place for words, and is answered with nothing to choose."""
    if request.kind == "other" and "message" not in request.raw:
        return None
    return Reply(articles=()) if request.kind == "inline" else Reply(text, notice=request.kind == "button")
