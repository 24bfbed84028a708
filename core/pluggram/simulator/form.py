"""The parameters of a Bot API request in all four forms: query string, JSON, urlencoded, multipart."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote

from pluggram.simulator.errors import ApiError
from pluggram.simulator.strict_json import read_json
from pluggram.simulator.upload import Upload

MAX_PARAMETERS = 2**20
"""Bytes of all parameters of a request but files."""

MAX_FILES = 50
"""Files of one request."""

_PARAMETER = re.compile(r'(?s)(?:^|;)\s*([^=;\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)')


def parameters(query: str, content_type: str, body: bytes) -> Mapping[str, object]:
    """Return all parameters of a request; those in the body win. A file is an Upload.

    Raises ApiError when the body cannot be read.
    """
    _check_size(len(query))
    found: dict[str, object] = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return found
    if kind == "multipart/form-data":
        return found | _multipart(content_type, body)
    if kind == "application/json":
        _check_size(len(query) + len(body))
        return found | _json(body)
    if kind == "application/x-www-form-urlencoded":
        _check_size(len(query) + len(body))
        return found | dict(parse_qsl(body.decode("utf-8", "surrogateescape"), keep_blank_values=True))
    return found


def _check_size(size: int, where: str = "") -> None:
    if size > MAX_PARAMETERS:
        raise ApiError(413, f"Request Entity Too Large: too many parameters{where}")


def _json(body: bytes) -> dict[str, object]:
    try:
        value = read_json(body)
    except ValueError:
        raise ApiError(400, "Bad Request: can't parse JSON object") from None
    if not isinstance(value, dict):
        raise ApiError(400, "Bad Request: JSON object expected")
    return value


def _multipart(content_type: str, body: bytes) -> dict[str, object]:
    """Read the fields; one with a file name is a file, whose bytes are kept as they are."""
    boundary = _header_parameters(content_type).get("boundary", "").encode()
    if not boundary:
        raise ApiError(400, "Bad Request: boundary not found")
    fields: dict[str, object] = {}
    size = files = 0
    for part in _parts(b"\r\n" + body, b"\r\n--" + boundary):
        head, _, content = part.partition(b"\r\n\r\n")
        _check_size(len(head), " in form data")
        name, value = _field(_headers(head), content)
        fields[name], is_file = value, isinstance(value, Upload)
        size += len(head) + (0 if is_file else len(content))
        _check_size(size, " in form data")
        files += is_file
        if files > MAX_FILES:
            raise ApiError(413, "Request Entity Too Large: too many files attached")
    return fields


def _parts(body: bytes, mark: bytes) -> Iterator[bytes]:
    at = body.find(mark)
    while at >= 0 and not body.startswith(b"--", at + len(mark)):
        begin, at = at + len(mark), body.find(mark, at + len(mark))
        yield body[begin : None if at < 0 else at]
    if at < 0:
        raise ApiError(400, "Bad Request: unexpected end of request content")


def _headers(head: bytes) -> dict[str, str]:
    lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace")).split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _field(headers: Mapping[str, str], content: bytes) -> tuple[str, str | Upload]:
    disposition = headers.get("content-disposition", "")
    given = _header_parameters(disposition)
    if not disposition.startswith("form-data;"):
        raise ApiError(400, "Bad Request: expected form-data content disposition")
    if not given.get("name"):
        raise ApiError(400, "Bad Request: field name in multipart/form-data not found")
    if "filename" not in given:
        return given["name"], content.decode("utf-8", "surrogateescape")
    return given["name"], Upload(given["filename"], content, headers.get("content-type", ""))


def _header_parameters(header: str) -> dict[str, str]:
    """Return what follows the first semicolon of a header; quotes, backslashes and percent signs are taken off."""
    found = _PARAMETER.findall(header.partition(";")[2])
    return {name.lower(): unquote(_bare(text)) for name, text in found}


def _bare(text: str) -> str:
    return re.sub(r"(?s)\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text.strip()
