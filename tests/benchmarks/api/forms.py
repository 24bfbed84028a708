"""The parameters of a call, in whichever of the four ways it was made."""

import re
from typing import Any
from urllib.parse import parse_qsl

import orjson

NAME = re.compile(rb'name="?([^";\r\n]+)')


def parameters(query: bytes, body: bytes) -> dict[str, Any]:
    """Read the parameters of a call (Bot API, Making requests)."""
    if body[:1] == b"{":
        read: dict[str, Any] = orjson.loads(body)
        return read
    if body[:2] == b"--":
        return _multipart(body)
    return dict(parse_qsl((body or query).decode(), keep_blank_values=True))


def _multipart(body: bytes) -> dict[str, Any]:
    boundary = body[: body.index(b"\r\n")]
    found: dict[str, Any] = {}
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = NAME.search(head)
        if name:
            found[name[1].decode()] = value.removesuffix(b"\r\n").decode()
    return found
