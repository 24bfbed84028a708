"""The HTTP door: the Bot API as `https://api.telegram.org` serves it, on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pluggram.simulator.errors import Answer, ApiError
from pluggram.simulator.form import parameters
from pluggram.simulator.telegram import Telegram
from pluggram.simulator.webhooks import delivering


class BotApi:
    """The endpoints of a Telegram. Calls that still hang when it closes are answered as by a server that restarts."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._calls: set[asyncio.Task[Answer]] = set()
        self._closed = False

    def app(self) -> Starlette:
        """Return the ASGI application: `/bot<token>/<method>` and `/file/bot<token>/<file_path>`."""
        routes = [
            Route("/bot{token}/{method}", self._endpoint, methods=["GET", "POST"]),
            Route("/file/bot{token}/{file_path:path}", self._file),
        ]
        return Starlette(routes=routes, exception_handlers={404: _not_found, 405: _not_found})

    def close(self) -> None:
        """End the calls that hang."""
        self._closed = True
        for call in self._calls:
            call.cancel()

    async def _endpoint(self, request: Request) -> JSONResponse:
        call = asyncio.create_task(self._answer(request))
        self._calls.add(call)
        if self._closed:
            call.cancel()
        try:
            answer = await call
        except asyncio.CancelledError:
            if not self._closed:
                raise
            answer = ApiError(500, "Internal Server Error: restart").answer()
        finally:
            self._calls.discard(call)
        return JSONResponse(answer.body, answer.status, _headers(answer))

    async def _file(self, request: Request) -> Response:
        try:
            content = self._telegram.download(request.path_params["token"], request.path_params["file_path"])
        except ApiError as error:
            return JSONResponse(error.answer().body, error.code)
        return Response(content, media_type="application/octet-stream")

    async def _answer(self, request: Request) -> Answer:
        try:
            content_type = request.headers.get("content-type", "")
            given = parameters(request.url.query, content_type, await request.body())
        except ApiError as error:
            return error.answer()
        return await self._telegram.call(request.path_params["token"], request.path_params["method"], given)


@asynccontextmanager
async def serve(telegram: Telegram, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve the Bot API over HTTP, deliver to webhooks, and yield the base URL, without the final slash.

    Port 0 takes a free one. Raises OSError when the port is taken.
    """
    api = BotApi(telegram)
    with socket.create_server((host, port)) as listening:
        # Inherited by each connection; without it every answer waits 40 ms for the client's delayed ACK.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = _Server(api.app())
        running = asyncio.create_task(server.serve([listening]))
        try:
            async with delivering(telegram):
                await server.up.wait()
                yield f"http://{host}:{listening.getsockname()[1]}"
        finally:
            api.close()
            server.should_exit = True
            await running


class _Server(uvicorn.Server):
    """uvicorn that leaves signals to its host, logs nothing (URLs hold tokens) and says when it is up."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(
            uvicorn.Config(
                app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=2
            )
        )
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


def _headers(answer: Answer) -> dict[str, str]:
    wait = answer.body.get("parameters")
    return {"Retry-After": str(wait["retry_after"])} if isinstance(wait, dict) and "retry_after" in wait else {}


async def _not_found(request: Request, error: Exception) -> JSONResponse:
    answer = ApiError(404, "Not Found").answer()
    return JSONResponse(answer.body, answer.status)
