"""The body of a call: JSON, or a form where files go with it (Bot API, Making requests)."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from os import urandom
from typing import Any

import orjson

from pluggram.errors import TelegramError
from pluggram.telegram.uploads import Upload, uploads

Body = tuple[bytes | Sequence[bytes], str]
"""The bytes of a body, maybe in pieces, and their content type."""

JSON = "application/json"

_STRICTLY = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_UNSAFE = re.compile('[\x00-\x1f"\\\\;]')


def encoded(parameters: Mapping[str, Any]) -> Body:
    """Write the parameters of a call, which may be files; raises TelegramError for what cannot be written."""
    if None not in parameters.values():
        try:
            return orjson.dumps(parameters, option=_STRICTLY), JSON
        except TypeError:  # a file, a text that is no Unicode, or something else that is to be told or made fit
            pass
    try:
        sent, files = uploads(parameters)
        return _form(sent, files) if files else (_json(sent), JSON)
    except (TypeError, ValueError, RecursionError) as error:
        raise TelegramError(f"it cannot be written as JSON: {error}") from None


def _json(value: object) -> bytes:
    try:
        return orjson.dumps(value, option=_STRICTLY)
    except TypeError:
        return json.dumps(value).encode()


def _form(fields: Mapping[str, Any], files: Mapping[str, Upload]) -> Body:
    boundary = urandom(16).hex()
    pieces = list[bytes]()
    for head, content in (*_fields(fields), *_files(files)):
        pieces += (b"--%s\r\n%s\r\n\r\n" % (boundary.encode(), head), content, b"\r\n")
    return [*pieces, b"--%s--\r\n" % boundary.encode()], f"multipart/form-data; boundary={boundary}"


def _fields(fields: Mapping[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    for name, value in fields.items():
        text = value.encode() if isinstance(value, str) else _json(value)
        yield b'Content-Disposition: form-data; name="%s"' % _quoted(name), text


def _files(files: Mapping[str, Upload]) -> Iterator[tuple[bytes, bytes]]:
    head = b'Content-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s'
    for name, (file_name, content, kind) in files.items():
        yield head % (_quoted(name), _quoted(file_name), kind.encode()), content


def _quoted(name: str) -> bytes:
    """Write a name between quotes, as browsers do; Telegram's parser would end it at a semicolon too."""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", name).encode()
