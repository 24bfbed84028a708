"""JSON that comes from outside, read as strictly as Telegram reads it: what is taken here can be sent out again."""

import json
from collections.abc import Iterator
from math import isfinite
from typing import NoReturn

MAX_DEPTH = 100
"""Levels of arrays and objects in each other that Telegram's parser follows."""


def read_json(text: str | bytes) -> object:
    """Return the value of a JSON text.

    Raises ValueError for what is no JSON, for numbers that are none, for text that is no Unicode, and for what is
    nested too deeply.
    """
    try:
        value: object = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("too big object depth") from None
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        if not level:
            return value
        level = [part for each in level for part in _parts(each)]
    raise ValueError("too big object depth")


def _parts(value: object) -> Iterator[object]:
    match value:
        case str():
            value.encode()  # raises a ValueError where half of a surrogate pair stands alone
        case list():
            yield from value
        case dict():
            yield from value
            yield from value.values()


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text} is too large")
    return number
