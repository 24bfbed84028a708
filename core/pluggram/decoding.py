"""From JSON to an update."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn, TypeGuard

from pluggram.edge import Arrival, Malformed

MAX_DEPTH = 100
"""Levels of arrays and objects in each other; Telegram's own parser follows no more."""

_LARGEST_ID = 2**63 - 1


def decode(body: bytes) -> Arrival:
    """Read an update; what is JSON and no update becomes Malformed.

    Raises ValueError for what is no JSON in UTF-8, and for what is nested deeper than MAX_DEPTH.
    """
    text = body.decode()
    value = read_json(text)
    if is_deeper(value, MAX_DEPTH, text):
        raise ValueError("it is nested too deeply")
    if reason := flaw(value):
        return Malformed(text, reason)
    update: dict[str, Any] = value
    return update


def read_json(text: str) -> Any:
    """Read JSON, strictly; raises ValueError, whatever is wrong with it."""
    try:
        return _STRICT.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        if str(error).startswith("Exceeds the limit"):
            raise ValueError("a number in it has too many digits") from None
        raise


def flaw(value: object) -> str:
    """Say why a value is no update; empty when it is one."""
    if not isinstance(value, dict):
        return "it is no object"
    return "" if is_update_id(value.get("update_id")) else "its update_id is no number that Telegram would give"


def is_update_id(value: object) -> TypeGuard[int]:
    """Tell whether a value can be an update's id: one below 0 would confirm updates that nobody has seen."""
    return type(value) is int and 0 <= value <= _LARGEST_ID


def is_deeper(value: object, levels: int, text: str) -> bool:
    """Tell whether there are more than so many levels of arrays and objects in each other.

    text: what it was read of; there are no more levels than brackets in it.
    """
    if text.count("[") + text.count("{") <= levels:
        return False
    level = _containers([value])
    for _ in range(levels):
        if not level:
            break
        level = _containers(part for each in level for part in (each.values() if isinstance(each, dict) else each))
    return bool(level)


def _containers(values: Iterable[object]) -> list[dict[str, object] | list[object]]:
    return [each for each in values if isinstance(each, dict | list)]


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


_STRICT = json.JSONDecoder(parse_constant=_refuse)
"""Made once: `json.loads` would make one for each text."""
