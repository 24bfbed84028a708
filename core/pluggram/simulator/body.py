"""The body of a request, up to a limit."""

from starlette.requests import Request

from pluggram.simulator.errors import ApiError

MAX_BODY = 51 * 2**20
"""Bytes of a request: 50 MB of files (Bot API, Sending files), and the form around them."""


async def body_of(request: Request, limit: int = MAX_BODY) -> bytes:
    """Read the body to its end, so that who sends too much reads the refusal. Raises ApiError 413."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size <= limit:
            parts.append(part)
    if size > limit:
        raise ApiError(413, "Request Entity Too Large")
    return b"".join(parts)
