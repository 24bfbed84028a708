"""From the body of a post to an update."""

import json
from collections.abc import Iterator
from typing import NoReturn

from pluggram.edge import Arrival, Malformed

MAX_DEPTH = 100
"""Levels of arrays and objects in each other; Telegram's own parser follows no more."""

_LARGEST_ID = 2**63 - 1


def decode(body: bytes) -> Arrival:
    """Read the update in a body; what is JSON and no update becomes Malformed.

    Raises ValueError for what is no JSON in UTF-8, and for what is nested deeper than MAX_DEPTH.
    """
    text = body.decode()
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise _too_deep() from None
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(value)
    if not isinstance(value, dict):
        return Malformed(text, "it is no object")
    update_id = value.get("update_id")
    if type(update_id) is not int or not 0 <= update_id <= _LARGEST_ID:
        return Malformed(text, "its update_id is no number that Telegram would give")
    return value


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        if not level:
            return
        level = [part for each in level for part in _parts(each)]
    raise _too_deep()


def _parts(value: object) -> Iterator[object]:
    match value:
        case list():
            yield from value
        case dict():
            yield from value.values()


def _too_deep() -> ValueError:
    return ValueError("it is nested too deeply")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
