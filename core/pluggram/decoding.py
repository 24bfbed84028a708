"""From JSON to updates: by orjson, and by Python's own reader where that refuses or would round what is there."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, TypeGuard

import orjson

from pluggram.edge import Arrival, Malformed

MAX_DEPTH = 100
"""Levels of arrays and objects in each other; Telegram's own parser follows no more."""

_LARGEST_ID = 2**63 - 1
_BEGINNING = b'{"update_id":'
_ALL_BUT_BRACKETS = bytes(set(range(1, 256)) - set(b"[{"))
_DIGITS = bytes(ord("0") if byte in b"0123456789" else byte for byte in range(256))
_MANY_DIGITS = b"0" * 19
"""Of so many digits orjson may make a float: where 64 bits do not hold them."""


def decode(body: bytes) -> Arrival:
    """Read an update; what is JSON and no update becomes Malformed.

    Raises ValueError for what is no JSON in UTF-8, and for what is nested deeper than MAX_DEPTH.
    """
    value = read_json(body)
    if is_deeper(value, MAX_DEPTH, body):
        raise ValueError("it is nested too deeply")
    if reason := flaw(value):
        return Malformed(body.decode(), reason)
    update: dict[str, Any] = value
    return update


def read_json(body: bytes) -> Any:
    """Read JSON, strictly; raises ValueError, whatever is wrong with it."""
    if _MANY_DIGITS in body.translate(_DIGITS):
        return _read_slowly(body)
    try:
        return orjson.loads(body)
    except ValueError:
        return _read_slowly(body)


def are_sound(updates: Sequence[object], body: bytes) -> bool:
    """Tell whether all of these are updates, none of them nested too deeply. body: what they were read of."""
    for update in updates:
        if type(update) is not dict or not is_update_id(update.get("update_id")):
            return False
    if _most_brackets(body, len(updates)) <= MAX_DEPTH:
        return True
    return not any(is_deeper(update, MAX_DEPTH, body) for update in updates)


def flaw(value: object) -> str:
    """Say why a value is no update; empty when it is one."""
    if not isinstance(value, dict):
        return "it is no object"
    return "" if is_update_id(value.get("update_id")) else "its update_id is no number that Telegram would give"


def is_update_id(value: object) -> TypeGuard[int]:
    """Tell whether a value can be an update's id: one below 0 would confirm updates that nobody has seen."""
    return type(value) is int and 0 <= value <= _LARGEST_ID


def is_deeper(value: object, levels: int, body: bytes) -> bool:
    """Tell whether there are more than so many levels of arrays and objects in each other.

    body: what it was read of; there are no more levels than brackets in it.
    """
    if len(body) <= levels or len(body.translate(None, _ALL_BUT_BRACKETS)) <= levels:
        return False
    level = _containers([value])
    for _ in range(levels):
        if not level:
            break
        level = _containers(part for each in level for part in (each.values() if isinstance(each, dict) else each))
    return bool(level)


def _most_brackets(body: bytes, updates: int) -> int:
    """Count the brackets that open something in the update that has most, if each begins with its id, as Telegram's do.

    A text in JSON holds no quote that is not escaped, and so no such beginning.
    """
    parts = body.replace(_BEGINNING, b"\0").translate(None, _ALL_BUT_BRACKETS).split(b"\0")
    return max(map(len, parts)) + 1 if len(parts) == updates + 1 else len(body)


def _read_slowly(body: bytes) -> Any:
    text = body.decode()
    try:
        return _STRICT.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        if str(error).startswith("Exceeds the limit"):
            raise ValueError("a number in it has too many digits") from None
        raise


def _containers(values: Iterable[object]) -> list[dict[str, object] | list[object]]:
    return [each for each in values if isinstance(each, dict | list)]


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


_STRICT = json.JSONDecoder(parse_constant=_refuse)
"""Made once: `json.loads` would make one for each text."""
