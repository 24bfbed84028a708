"""The routes of the control door: `GET /simulator/` tells the verbs, `POST /simulator/<verb>` does one."""

import inspect
from collections.abc import Sequence
from difflib import get_close_matches

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pluggram.simulator.body import body_of
from pluggram.simulator.control import acts, mishaps, places, sight
from pluggram.simulator.control.arguments import arguments, parameters_of
from pluggram.simulator.control.desk import Desk
from pluggram.simulator.errors import ApiError, JsonObject, SimulatorError
from pluggram.simulator.strict_json import read_json

VERBS = places.VERBS | acts.VERBS | sight.VERBS | mishaps.VERBS
"""All that can be done by way of this door."""

MAX_BODY = 70 * 2**20
"""Bytes of a request: a file of 50 MB in base64, and what stands around it."""

_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")


class ControlDoor:
    """Does for HTTP what a person or a test may do. A web page from elsewhere may not."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return [Route("/simulator/", self._tell), Route("/simulator/{verb}", self._do, methods=["POST"])]

    async def _tell(self, request: Request) -> Response:
        return JSONResponse({"ok": True, "result": [_described(verb) for verb in VERBS]})

    async def _do(self, request: Request) -> Response:
        """Answer as the Bot API does, with the number of the last event beside the result."""
        verb = request.path_params["verb"]
        if not _is_local(request):
            return _refused(403, "this door is for programs on this machine, not for web pages from elsewhere")
        if verb not in VERBS:
            near = get_close_matches(verb, VERBS, 1)
            return _refused(404, f"there is no {verb}" + (f"; did you mean {near[0]}?" if near else ""))
        try:
            result = VERBS[verb](
                self._desk, **arguments(self._desk.telegram, VERBS[verb], _given(await body_of(request, MAX_BODY)))
            )
            result = await result if inspect.isawaitable(result) else result
        except ApiError as error:
            return _refused(error.code, error.description)
        except SimulatorError as error:
            return _refused(400, str(error))
        return JSONResponse({"ok": True, "result": result, "last_event": self._desk.journal.last})


def _given(body: bytes) -> JsonObject:
    try:
        given = read_json(body or b"{}")
    except ValueError:
        raise SimulatorError("the body must be JSON") from None
    if not isinstance(given, dict):
        raise SimulatorError("the body must be a JSON object")
    return given


def _described(verb: str) -> JsonObject:
    takes = {each.name: each.kind + ("" if each.required else ", optional") for each in parameters_of(VERBS[verb])}
    return {"verb": verb, "takes": takes, "does": inspect.getdoc(VERBS[verb])}


def _is_local(request: Request) -> bool:
    """Tell whether a program on this machine calls: a browser names the page's origin, and the host it was told."""
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    origin = request.headers.get("origin", "http://localhost").partition("://")[2]
    return host in _THIS_MACHINE and (origin.rpartition(":")[0] or origin) in _THIS_MACHINE


def _refused(status: int, description: str) -> Response:
    return JSONResponse({"ok": False, "description": description}, status)
