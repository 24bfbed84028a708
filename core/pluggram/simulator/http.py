"""The HTTP door: the Bot API as `https://api.telegram.org` serves it, on loopback."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pluggram.simulator.body import body_of
from pluggram.simulator.calls import Called, Log
from pluggram.simulator.control.desk import Desk
from pluggram.simulator.control.door import ControlDoor
from pluggram.simulator.control.journal import Journal
from pluggram.simulator.errors import Answer, ApiError
from pluggram.simulator.faults import Garbled, Interrupted
from pluggram.simulator.form import parameters
from pluggram.simulator.server import BrokenOff, Server
from pluggram.simulator.telegram import Telegram
from pluggram.simulator.webhooks import delivering


class BotApi:
    """The endpoints of a Telegram. Calls that still hang when it closes are answered as by a server that restarts."""

    def __init__(self, telegram: Telegram, log: Log | None = None, more: Sequence[Route] = ()) -> None:
        self._telegram, self._log = telegram, log
        self._calls: set[asyncio.Task[Answer]] = set()
        self._closed = False
        routes = [
            Route("/bot{token}/{method:path}", self._endpoint, methods=["GET", "POST"]),
            Route("/file/bot{token}/{file_path:path}", self._file),
            *more,
        ]
        self.server = Server(Starlette(routes=routes, exception_handlers={404: _not_found, 405: _no_such_verb}))

    def close(self) -> None:
        """End the calls that hang."""
        self._closed = True
        for call in self._calls:
            call.cancel()

    async def _endpoint(self, request: Request) -> Response:
        """Answer `/bot<token>/<method>`; without a method in the path it may be a parameter, as at Telegram."""
        if request.method == "HEAD":
            return Response(status_code=501)
        token, method, given = request.path_params["token"], request.path_params["method"], {}
        outcome: Answer | Interrupted
        try:
            given = dict(parameters(request.url.query, request.headers.get("content-type", ""), await body_of(request)))
            method = method or str(given.pop("method", ""))
            polling = method.lower() == "getupdates"
            outcome = await self._unless_over(request, polling, self._telegram.call(token, method, given))
        except ApiError as error:
            outcome = error.answer()
        except Interrupted as interruption:
            outcome = interruption
        except ClientDisconnect:
            return Response(status_code=400)  # which nobody reads
        if self._log is not None:
            self._log(Called(self._telegram.bots.get(token), method, given, outcome))
        return self._response(outcome)

    async def _unless_over(self, request: Request, polling: bool, answering: Coroutine[None, None, Answer]) -> Answer:
        """Answer the call, unless the server closes, or the bot that waits for updates goes away."""
        call = asyncio.create_task(answering)
        self._calls.add(call)
        if self._closed:
            call.cancel()
        leaving = asyncio.create_task(_cancel_when_left(request, call)) if polling else None
        try:
            return await call
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            raise ApiError(500, "Internal Server Error: restart") from None
        finally:
            self._calls.discard(call)
            if leaving is not None:
                leaving.cancel()

    def _response(self, outcome: Answer | Interrupted) -> Response:
        match outcome:
            case Interrupted():
                return BrokenOff(self.server, outcome.status, outcome.part)
            case Garbled():
                return Response(outcome.content, outcome.status, media_type=outcome.content_type)
            case _:
                return JSONResponse(outcome.body, outcome.status, _headers(outcome))

    async def _file(self, request: Request) -> Response:
        try:
            content = self._telegram.download(request.path_params["token"], request.path_params["file_path"])
        except ApiError as error:
            return JSONResponse(error.answer().body, error.code)
        return Response(content, media_type="application/octet-stream")


@asynccontextmanager
async def serve(
    telegram: Telegram, host: str = "127.0.0.1", port: int = 0, *, log: Log | None = None
) -> AsyncIterator[str]:
    """Serve the Bot API and the control door, deliver to webhooks, and yield the base URL, without the final slash.

    Port 0 takes a free one. `log` is called after each call of a bot. Raises OSError when the port is taken.
    """
    with Journal.opened(telegram) as journal:
        desk = Desk(telegram, journal)
        api = BotApi(telegram, log, ControlDoor(desk).routes())
        async with api.server.running(host, port) as url, delivering(telegram):
            try:
                yield url
            finally:
                api.close()
                desk.close()


async def _cancel_when_left(request: Request, call: asyncio.Task[Answer]) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    call.cancel()


def _headers(answer: Answer) -> dict[str, str]:
    wait = answer.body.get("parameters")
    return {"Retry-After": str(wait["retry_after"])} if isinstance(wait, dict) and "retry_after" in wait else {}


async def _not_found(request: Request, error: Exception) -> Response:
    answer = ApiError(404, "Not Found").answer()
    return JSONResponse(answer.body, answer.status)


async def _no_such_verb(request: Request, error: Exception) -> Response:
    return Response(status_code=501)
