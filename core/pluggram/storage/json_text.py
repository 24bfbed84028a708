"""The text of a JSON storage file: one object, one line per key, sorted by code point."""

import json
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import NoReturn

from pluggram.storage.names import check_key
from pluggram.storage.texts import NULL, Texts
from pluggram.storage.values import Json, encode


def render(texts: Mapping[str, str]) -> bytes:
    """Return the file's content."""
    keys = texts.in_order() if isinstance(texts, Texts) else sorted(texts)
    lines = ",\n".join([f"  {encode_basestring(key)}: {texts[key]}" for key in keys])
    return f"{{\n{lines}\n}}\n".encode() if lines else b"{}\n"


def parse(content: bytes) -> tuple[Texts, list[str]]:
    """Return the JSON text by key, and remarks on what a person may have meant otherwise.

    Raises ValueError, with the line where there is one, for what is not an object of storable values.
    """
    remarks: list[str] = []
    try:
        values = json.loads(
            content.decode("utf-8-sig"),
            parse_constant=_refuse_constant,
            object_pairs_hook=lambda pairs: _unique(pairs, remarks),
        )
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line}: byte {error.object[error.start]:#04x} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(values, dict):
        raise ValueError(f"it holds a {type(values).__name__}, and an object of keys and values is expected")
    texts = Texts((check_key(key), _encode(key, value)) for key, value in values.items())
    return texts, remarks + _remarks_on_nulls(texts)


def _encode(key: str, value: Json) -> str:
    try:
        return encode(value)
    except ValueError as error:
        raise ValueError(f"under the key {key!r}: {error}") from error


def _unique(pairs: list[tuple[str, Json]], remarks: list[str]) -> dict[str, Json]:
    unique: dict[str, Json] = {}
    for key, value in pairs:
        if key in unique:
            remarks.append(f"the key {key!r} stands there twice: the last one counts, not {unique[key]!r:.200}")
        unique[key] = value
    return unique


def _remarks_on_nulls(texts: Mapping[str, str]) -> list[str]:
    nulls = sorted(key for key, text in texts.items() if text == NULL)
    if not nulls:
        return []
    shown = ", ".join(map(repr, nulls[:10])) + (", ..." if len(nulls) > 10 else "")
    return [f"null reads as absent, and stays in the file: {shown}"]


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
