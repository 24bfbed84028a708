"""JSON values: what may be stored, and its one text form.

Every backend keeps `encode(value)`, so each refuses the same values, and nobody holds an object that storage holds too.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeAlias, cast

import orjson

from pluggram.storage.errors import StorageError

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
"""A JSON value. What comes back from storage is made of dict and list only: a tuple returns as a list."""

MAX_DEPTH = 100
"""Lists and objects may lie this many levels inside each other."""

MAX_CHARACTERS = 16 * 1024 * 1024
"""The longest JSON text of one value, in characters."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False)
_STRICTLY = orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME
_MAY_BE_INEXACT = frozenset((float, dict, list))
_LEAST_INEXACT = 1e18


def encode(value: Json) -> str:
    """Return the JSON text of `value`.

    Raises TypeError for what JSON has no form for, and ValueError for NaN, infinities, text that is not Unicode,
    more than MAX_DEPTH levels and more than MAX_CHARACTERS characters; both say where in the value it is.
    """
    text = None if isinstance(value, str) else _encode_at_once(value)
    if text is None:
        _check(value, ())
        text = _ENCODER.encode(value)
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"this value is {len(text)} characters of JSON; {MAX_CHARACTERS} can be stored under one key")
    return text


def _encode_at_once(value: Json) -> str | None:
    """Encode what can be told to be right without looking at each part in Python, as nearly everything can."""
    try:
        orjson.dumps(value, option=_STRICTLY)  # it refuses what json would alter: keys that are no text, surrogates
        text = _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError):
        return None
    return text if text.count("[") + text.count("{") <= MAX_DEPTH else None


def encode_or_none(value: Json) -> str | None:
    """Return the JSON text of `value`, or None for None: an absent value has no text."""
    return None if value is None else encode(value)


def decode(text: str | None) -> Json:
    """Return the value of a stored JSON text, new at every call, and None for no text.

    Raises StorageError if it is not JSON: then something other than pluggram wrote it.
    """
    if text is None:
        return None
    try:
        value = orjson.loads(text)
        return _decode_exactly(text) if type(value) in _MAY_BE_INEXACT and _is_inexact(value) else cast(Json, value)
    except (ValueError, RecursionError):
        return _decode_exactly(text)


def _decode_exactly(text: str) -> Json:
    try:
        return cast(Json, json.loads(text))
    except (ValueError, RecursionError) as error:
        raise StorageError(f"a stored value is not JSON ({error}): {text!r:.80}. Put it again or delete it.") from error


def _is_inexact(value: Any) -> bool:
    """Say whether a number in it may be an int that orjson has read as a float, for it is longer than 64 bits."""
    if type(value) is float:
        return abs(value) > _LEAST_INEXACT
    items = value.values() if type(value) is dict else value
    return any(type(item) in _MAY_BE_INEXACT and _is_inexact(item) for item in items)


def _check(value: object, path: tuple[str | int, ...]) -> None:
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, float):
        if not math.isfinite(value):
            _refuse(ValueError, path, f"is {value}, and JSON has no such number")
    elif isinstance(value, dict):
        _check_depth(path)
        for key, item in value.items():
            _check_key(key, path)
            _check(item, (*path, key))
    elif isinstance(value, list | tuple):
        _check_depth(path)
        for index, item in enumerate(value):
            _check(item, (*path, index))
    elif value is not None and not isinstance(value, int):
        _refuse(TypeError, path, f"is a {type(value).__name__}; JSON holds dict, list, str, int, float, bool and None")


def _check_key(key: object, path: tuple[str | int, ...]) -> None:
    if not isinstance(key, str):
        _refuse(TypeError, path, f"has the key {key!r}, a {type(key).__name__}; the keys of a JSON object are str")
    _check_text(key, path)


def _check_text(text: str, path: tuple[str | int, ...]) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        _refuse(ValueError, path, f"holds the lone surrogate {text[error.start]!r}, which is not Unicode text")


def _check_depth(path: tuple[str | int, ...]) -> None:
    if len(path) >= MAX_DEPTH:
        _refuse(ValueError, path[:3], f"... is nested more than {MAX_DEPTH} levels deep")


def _refuse(kind: type[Exception], path: tuple[str | int, ...], problem: str) -> NoReturn:
    raise kind("this cannot be stored: value" + "".join(f"[{step!r}]" for step in path) + " " + problem)
