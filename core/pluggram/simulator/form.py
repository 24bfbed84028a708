"""The parameters of a Bot API request in all four forms: query string, JSON, urlencoded, multipart."""

import json
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from pluggram.simulator.errors import ApiError


def parameters(query: str, content_type: str, body: bytes) -> Mapping[str, object]:
    """Return all parameters of a request; those in the body win. Raises ApiError when the body cannot be read."""
    found: dict[str, object] = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return found
    if kind == "application/json":
        return found | _json(body)
    if kind == "application/x-www-form-urlencoded":
        return found | dict(parse_qsl(body.decode("utf-8", "surrogateescape"), keep_blank_values=True))
    if kind == "multipart/form-data":
        return found | _multipart(content_type, body)
    return found


def _json(body: bytes) -> dict[str, object]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise ApiError(400, "Bad Request: can't parse JSON object") from None
    if not isinstance(value, dict):
        raise ApiError(400, "Bad Request: JSON object expected")
    return value


def _multipart(content_type: str, body: bytes) -> dict[str, object]:
    """Read the text fields; a part with a file name is a file, which no method takes yet."""
    head = f"Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    fields: dict[str, object] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes) and part.get_filename() is None:
            fields[name] = payload.decode("utf-8", "surrogateescape")
    return fields
